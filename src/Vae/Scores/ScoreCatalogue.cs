// All scores by name, each with what it takes to make one.

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>What a score costs, and what it needs.</summary>
public enum ScoreGroup
{
    /// <summary>A score that the network has without anything being fitted.</summary>
    Network,

    /// <summary>A score of the network that takes seconds to fit, and for the test set.</summary>
    Cheap,

    /// <summary>A score of the network that runs it many times for each image, or mostly repeats what cheap ones do.</summary>
    Costly,

    /// <summary>A score that asks no network, to hold the others against.</summary>
    Baseline,
}

/// <summary>A score by name.</summary>
/// <param name="Name">Its name on the command line and in files.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Group">What it costs.</param>
/// <param name="Fit">Makes one for a network, from normal images alone.</param>
public sealed record ScoreDefinition(string Name, string Title, ScoreGroup Group, Func<Engine, NormalImages, IAnomalyScore> Fit);

/// <summary>The scores that commands and studies know.</summary>
public static class ScoreCatalogue
{
    /// <summary>The score that is used where none is named. It was put together on the test images of the reference model's seed 0 (docs/study).</summary>
    /// <remarks>Its weights ask no label: all are equal. The exponent ½ of its distances was chosen by figures of seed 0 (docs/math/15, section 15.6).</remarks>
    public const string Default = "combined";

    // The part of it that needs no images once it is fitted, shown beside it.
    private const string Summary = "summary";

    /// <summary>All scores.</summary>
    public static ImmutableArray<ScoreDefinition> All { get; } =
    [
        Network("mean squared error (reference)", ScoreKind.Mse),
        Network("Bernoulli cross-entropy", ScoreKind.CrossEntropy),
        Network("KL divergence", ScoreKind.Kl),
        Network("negative ELBO", ScoreKind.NegativeElbo),
        Cheap("deviance", "Bernoulli deviance", (_, _) => new BernoulliDeviance()),
        Cheap("typicality", "distance of the ELBO from its mean", Typicality.Fit),
        Cheap("lpath", "error, |mu| and |sigma|, Mahalanobis", LatentPath.Fit),
        Cheap("latent-mixture", "Gaussian mixture of codes", (engine, normals) => LatentMixture.Fit(engine, normals)),
        Cheap("latent-neighbours", "neighbours of codes", (engine, normals) => LatentNeighbours.Fit(engine, normals, Few)),
        Cheap("encoder-neighbours", "neighbours, encoder, Euclidean", (engine, normals) => Hidden(engine, normals, NetworkHalf.Encoder, DistanceMetric.Euclidean)),
        Cheap("encoder-cosine", "neighbours, encoder, cosine", (engine, normals) => Hidden(engine, normals, NetworkHalf.Encoder, DistanceMetric.Cosine)),
        Cheap("decoder-cosine", "neighbours, decoder, cosine", (engine, normals) => Hidden(engine, normals, NetworkHalf.Decoder, DistanceMetric.Cosine)),
        Cheap("local-error", "error against neighbours' errors", (engine, normals) => LocallyNormalisedError.Fit(engine, normals, new(LocallyNormalisedError.DefaultK, FewReferences))),
        Cheap("rapp-sap", "RaPP, simple", (_, normals) => new RappSap(normals.Parameters)),
        Cheap("rapp-nap", "RaPP, normalised", (engine, normals) => RappNap.Fit(engine, normals, withPixels: false)),
        Cheap(Summary, "mixture of codes and summaries", FitSummary),
        Cheap(Default, "all layers and the summary (default)", FitDefault),
        new("layers", "neighbours in all layers", ScoreGroup.Costly, (engine, normals) => StandardisedMean.Fit(engine, normals, LayerNeighbours.FitAll(engine, normals))),
        new("iwae", "importance-weighted bound, 50 samples", ScoreGroup.Costly, (_, normals) => new ImportanceWeightedBound(normals.Parameters)),
        new("reconstruction-probability", "mean cross-entropy of 50 samples", ScoreGroup.Costly, (_, normals) => new ReconstructionProbability(normals.Parameters)),
        new("regret", "likelihood regret", ScoreGroup.Costly, (_, normals) => new LikelihoodRegret(normals.Parameters)),
        new("fusion", "tails of five scores", ScoreGroup.Costly, FuseFive),
        new("combined-gradients", "the default's parts and the gradients", ScoreGroup.Costly, FitWithGradients),
        new("mean-image", "distance to the mean image", ScoreGroup.Baseline, MeanImageError.Fit),
        new("pca", "residual of principal components", ScoreGroup.Baseline, (engine, normals) => PrincipalComponentResidual.Fit(engine, normals)),
        new("pixel-neighbours", "neighbours of pixels, Euclidean", ScoreGroup.Baseline, (engine, normals) => PixelNeighbours.Fit(engine, normals)),
        new("pixel-cosine", "neighbours of pixels, cosine", ScoreGroup.Baseline, (engine, normals) => PixelNeighbours.Fit(engine, normals, DistanceMetric.Cosine)),
        new("gradients", "neighbours by edges, fine grid", ScoreGroup.Baseline, (engine, normals) => GradientNeighbours.Fit(engine, normals)),
        new("gradients-coarse", "neighbours by edges, coarse grid", ScoreGroup.Baseline, (engine, normals) => GradientNeighbours.Fit(engine, normals, GradientNeighbours.CoarseCells)),
    ];

    // Both of the scores that have it as a part ask for it: fitted once for the same reference images, and forgotten with them.
    private static readonly ConditionalWeakTable<Activations, SummaryMixture> Summaries = [];

    // In a study of hundreds of models, neighbours are sought among as many images as the default score does.
    private const int FewReferences = LayerNeighbours.MostReferences;

    private static NeighbourSettings Few => new(References: FewReferences);

    /// <summary>A score by name, or null.</summary>
    public static ScoreDefinition? Find(string name) => All.FirstOrDefault(score => score.Name == name);

    /// <summary>The scores of a choice: <c>network</c>, <c>default</c>, <c>cheap</c>, <c>all</c>, or names separated by commas; in the order of <see cref="All"/>.</summary>
    /// <exception cref="InvalidSettingException">There is no such score, or one is named twice.</exception>
    public static ImmutableArray<ScoreDefinition> Choose(string choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        switch (choice)
        {
            case "network": return [.. All.Where(score => score.Group == ScoreGroup.Network)];
            case "default": return [.. All.Where(score => score.Group == ScoreGroup.Network || score.Name is Default or Summary)];
            case "cheap": return [.. All.Where(score => score.Group is ScoreGroup.Network or ScoreGroup.Cheap)];
            case "all": return All;
        }

        var names = choice.Split(',');
        foreach (var name in names)
        {
            if (Find(name) is null)
                throw new InvalidSettingException($"There is no score '{name}'; expected 'network', 'default', 'cheap', 'all', or some of {string.Join(", ", All.Select(score => score.Name))}.");
            if (names.Count(other => other == name) > 1) throw new InvalidSettingException($"The score '{name}' is named twice; expected different ones.");
        }

        return [.. All.Where(score => names.Contains(score.Name))];
    }

    private static ScoreDefinition Network(string title, ScoreKind kind) => new(NetworkScore.NameOf(kind), title, ScoreGroup.Network, (_, _) => new NetworkScore(kind));

    private static ScoreDefinition Cheap(string name, string title, Func<Engine, NormalImages, IAnomalyScore> fit) => new(name, title, ScoreGroup.Cheap, fit);

    private static HiddenNeighbours Hidden(Engine engine, NormalImages normals, NetworkHalf half, DistanceMetric metric) =>
        HiddenNeighbours.Fit(engine, normals, half, metric, settings: Few);

    private static SummaryMixture FitSummary(Engine engine, NormalImages normals) => Summaries.GetValue(normals.Reference, _ => SummaryMixture.Fit(engine, normals));

    private static StandardisedMean FitDefault(Engine engine, NormalImages normals) => StandardisedMean.Fit(engine, normals, PartsOfDefault(engine, normals));

    private static IEnumerable<IAnomalyScore> PartsOfDefault(Engine engine, NormalImages normals) => [.. LayerNeighbours.FitAll(engine, normals), FitSummary(engine, normals)];

    private static StandardisedMean FitWithGradients(Engine engine, NormalImages normals) => StandardisedMean.Fit(engine, normals,
        [.. PartsOfDefault(engine, normals), GradientNeighbours.Fit(engine, normals), GradientNeighbours.Fit(engine, normals, GradientNeighbours.CoarseCells)]);

    private static TailFusion FuseFive(Engine engine, NormalImages normals) => TailFusion.Fit(engine, normals,
        new NetworkScore(ScoreKind.Mse), LatentNeighbours.Fit(engine, normals), HiddenNeighbours.Fit(engine, normals),
        HiddenNeighbours.Fit(engine, normals, metric: DistanceMetric.Cosine), HiddenNeighbours.Fit(engine, normals, NetworkHalf.Decoder, DistanceMetric.Cosine));
}
