// What the grid experiment trains, and where each of its cells lies.

using System.Collections.Immutable;
using System.Globalization;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Runs;

/// <summary>One run of the grid.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Settings">What it trains.</param>
/// <param name="Folder">Where.</param>
public sealed record ExperimentCell(int Number, TrainingSettings Settings, string Folder);

/// <summary>A grid of training runs: every held-out class with every latent dimension and every beta.</summary>
public sealed record ExperimentSettings
{
    /// <summary>The settings that all cells share; its held-out class, latent dimension and beta are not used.</summary>
    public TrainingSettings Common { get; init; } = new();

    /// <summary>The classes held out, each in runs of its own.</summary>
    public ImmutableArray<int> HeldOut { get; init; } = [0];

    /// <summary>Latent dimensions.</summary>
    public ImmutableArray<int> Latent { get; init; } = [2, 8, 16, 32];

    /// <summary>Weights of the KL divergence.</summary>
    public ImmutableArray<double> Beta { get; init; } = [0.1, 1, 5, 10];

    /// <summary>Throws unless every cell can be trained and none is there twice.</summary>
    /// <exception cref="InvalidSettingException">A setting can't be used; the message says which, what it is and what was expected.</exception>
    public void Validate()
    {
        RequireDistinct(HeldOut, "held-out class");
        RequireDistinct(Latent, "latent size");
        RequireDistinct(Beta, "beta");
        foreach (var settings in Grid()) settings.Validate(FashionMnist.ClassNames.Length);
    }

    /// <summary>All cells: by class, then latent dimension, then beta.</summary>
    /// <param name="root">The folder of all results.</param>
    /// <param name="part">Which images they are trained on.</param>
    public ImmutableArray<ExperimentCell> Cells(string root, FashionMnistPart part) =>
        [.. Grid().Select((settings, i) => new ExperimentCell(i + 1, settings, CellFolder(root, settings, part)))];

    /// <summary>The folder of a run below the folder of all results; it names every setting, so that no two runs meet in one.</summary>
    public static string CellFolder(string root, TrainingSettings settings, FashionMnistPart part)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Path.Combine(ClassFolder(root, settings, part, Invariant($"{settings.HeldOut}")), Invariant($"latent-{settings.Latent}-beta-{settings.Beta}"));
    }

    /// <summary>Where the table of the whole experiment goes.</summary>
    public string TableFolder(string root, FashionMnistPart part)
    {
        var all = HeldOut.Length == FashionMnist.ClassNames.Length;
        return ClassFolder(root, Common, part, all ? "all" : string.Join(',', HeldOut.Select(heldOut => heldOut.ToString(CultureInfo.InvariantCulture))));
    }

    private static string ClassFolder(string root, TrainingSettings settings, FashionMnistPart part, string heldOut) =>
        Path.Combine(root, FashionMnistParts.NameOf(part),
            Invariant($"hidden-{string.Join(',', settings.Hidden)}-epochs-{settings.Epochs}-batch-{settings.Batch}-lr-{settings.LearningRate}-seed-{settings.Seed}") + Variants(settings),
            $"held-out-{heldOut}");

    // Those that are set; a run without any lies where it lay before there were some.
    private static string Variants(TrainingSettings settings) => string.Concat(
        settings.WarmUp == 0 ? "" : Invariant($"-warm-up-{settings.WarmUp}"),
        settings.FreeBits == 0 ? "" : Invariant($"-free-bits-{settings.FreeBits}"),
        settings.Likelihood == Likelihood.Bernoulli ? "" : $"-{Likelihoods.NameOf(settings.Likelihood)}",
        settings.Denoise == 0 ? "" : Invariant($"-denoise-{settings.Denoise}"))
        + (settings.Calibration == 0 ? "" : Invariant($"-calibration-{settings.Calibration}"));

    private IEnumerable<TrainingSettings> Grid() =>
        from heldOut in HeldOut
        from latent in Latent
        from beta in Beta
        select Common with { HeldOut = heldOut, Latent = latent, Beta = beta };

    internal static void RequireDistinct<T>(ImmutableArray<T> values, string name)
    {
        if (values.IsEmpty) throw new InvalidSettingException($"There is no {name}; expected at least one.");
        if (values.GroupBy(value => value).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidSettingException(Invariant($"The {name} {twice.Key} is given twice; expected different ones."));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
