// What is shown of one model: its ROC curve, scores, images and latent space.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>How much of a model is shown.</summary>
/// <param name="Images">Most images of a kind.</param>
/// <param name="PointsPerClass">Most points of a class on the latent map.</param>
public sealed record DetailSize(int Images, int PointsPerClass)
{
    private const int FewClasses = 3;

    /// <summary>Less of each when there are many, so that the page stays small.</summary>
    public static DetailSize For(int models) => models <= FewClasses ? new DetailSize(6, 150) : new DetailSize(4, 60);
}

/// <summary>The model of a held-out class that is shown in detail.</summary>
/// <param name="Runs">It under each seed; all but the ROC curve is of the first.</param>
/// <param name="Roc">ROC curve of the reference score.</param>
/// <param name="Histogram">Distribution of that score.</param>
/// <param name="Groups">Images.</param>
/// <param name="Map">Map of the latent space; null if it has one dimension.</param>
public sealed record ModelDetail(
    IReadOnlyList<FinishedRun> Runs, RocBand Roc, ScoreHistogram Histogram, ImmutableArray<ExampleGroup> Groups, LatentMap? Map)
{
    /// <summary>The run that is shown.</summary>
    public FinishedRun Run => Runs[0];

    /// <summary>Chooses the cell of a class that is shown, without a look at any anomaly.</summary>
    /// <param name="runs">The runs of one class, by latent dimension, beta and seed.</param>
    /// <returns>The runs of the reference model's latent dimension and beta; where there are none, those of the lowest negative ELBO in training.</returns>
    public static IReadOnlyList<FinishedRun> Choose(IReadOnlyList<FinishedRun> runs)
    {
        var reference = new TrainingSettings();
        var chosen = runs.FirstOrDefault(run => run.Latent == reference.Latent && run.Beta == reference.Beta)
            ?? runs.MinBy(run => run.Report.FinalEpoch.Reconstruction + run.Report.FinalEpoch.Kl)!;
        return [.. runs.Where(run => run.Latent == chosen.Latent && run.Beta == chosen.Beta)];
    }

    /// <summary>Scores the test set with a model.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="data">The data set.</param>
    /// <param name="runs">The model under each seed.</param>
    /// <param name="size">How much to show.</param>
    /// <exception cref="InvalidDataException">A model is damaged or does not fit the data.</exception>
    /// <exception cref="IOException">A model can't be read.</exception>
    public static ModelDetail Collect(Engine engine, FashionMnist data, IReadOnlyList<FinishedRun> runs, DetailSize size)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(size);
        var test = data.Test;
        var heldOut = runs[0].HeldOut;
        bool[] isAnomaly = [.. test.Labels.ToArray().Select(label => label == heldOut)];
        var curves = new List<RocCurve>();
        ModelDetail? first = null;
        foreach (var run in runs)
        {
            var parameters = run.ReadModel().Parameters;
            if (parameters.Architecture.Features != test.Features)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{run.Folder}: the model takes images of {parameters.Architecture.Features} pixels; expected {test.Features}, as in the data set."));
            }

            var scores = new AnomalyScorer(engine, parameters).Score(test);
            curves.Add(RocCurve.Of(scores.Mse, isAnomaly));
            first ??= new ModelDetail(runs, null!, ScoreHistogram.Of(scores.Mse, isAnomaly),
                ExampleSelection.Select(engine, parameters, test, scores.Mse, heldOut, size.Images), LatentMap.Of(engine, scores.Mu, test.Labels, heldOut, size.PointsPerClass));
        }

        return first! with { Roc = RocBand.Of(curves) };
    }
}
