// The figures of a model of a study: what it does with normal images, and how well each score detects.

using System.Collections.Immutable;
using System.Globalization;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Vae.Study;

/// <summary>Computes the figures of a row, as text with six decimals: few enough to read, and equal on every machine.</summary>
internal static class StudyFigures
{
    private static readonly ImmutableArray<string> OfModel =
        ["trainLoss", "trainReconstruction", "trainKl", "normalMse", "normalCrossEntropy", "normalKl", "activeUnits"];

    private static readonly ImmutableArray<string> OfScore = ["auroc", "half95", "auprc", "fpr95", "tpr05"];

    /// <summary>The names of the figures.</summary>
    public static ImmutableArray<string> Columns(ImmutableArray<ScoreDefinition> scores) =>
        [.. OfModel, .. scores.SelectMany(score => OfScore.Select(figure => $"{score.Name}.{figure}"))];

    /// <summary>The scores whose figures a study holds.</summary>
    /// <exception cref="InvalidDataException">Its columns are not those of scores of this version; the message names the first one.</exception>
    public static ImmutableArray<ScoreDefinition> Scores(StudyStore store)
    {
        ImmutableArray<ScoreDefinition> scores =
        [
            .. store.Columns.Select(column => column.Split('.')[0]).Distinct().Select(ScoreCatalogue.Find).OfType<ScoreDefinition>(),
        ];
        return FirstDifference(store.Columns, Columns(scores)) is not { } difference ? scores
            : throw new InvalidDataException($"{store.Path}: the columns are not those of a study of this version: {difference}.");
    }

    /// <summary>The first column in which two studies differ, as a part of a sentence; null when there is none.</summary>
    public static string? FirstDifference(ImmutableArray<string> there, ImmutableArray<string> expected)
    {
        static string Column(ImmutableArray<string> columns, int i) => i < columns.Length ? $"'{columns[i]}'" : "nothing";
        for (var i = 0; i < Math.Max(there.Length, expected.Length); i++)
            if (Column(there, i) != Column(expected, i)) return $"{Column(there, i)} is where {Column(expected, i)} is expected";
        return null;
    }

    /// <summary>A figure as a file shows it.</summary>
    public static string Text(double figure) => figure.ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>The figures of a trained model, in the order of <see cref="Columns"/>.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; it is asked before every score.</exception>
    public static ImmutableArray<string> Compute(
        Engine engine, VaeParameters<float> parameters, TrainingSettings settings, FashionMnist data, ImmutableArray<ScoreDefinition> scores, EpochMetrics last,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var normals = NormalImages.Choose(engine, parameters, data.Train, settings);
        var test = Activations.Of(engine, parameters, data.Test, Enumerable.Range(0, data.Test.Count).ToArray());
        bool[] isAnomaly = [.. data.Test.Labels.ToArray().Select(label => label == settings.HeldOut)];

        float[] Scored(IAnomalyScore score)
        {
            var values = new float[test.Count];
            score.Compute(engine, test, values);
            return values;
        }

        double NormalMean(ScoreKind kind) => NormalImagesMean.Of(Scored(new NetworkScore(kind)), isAnomaly);
        var figures = new List<double>
        {
            last.Loss, last.Reconstruction, last.Kl, NormalMean(ScoreKind.Mse), NormalMean(ScoreKind.CrossEntropy), NormalMean(ScoreKind.Kl),
            LatentUsage.Of(test.Mu, test.LogVar, isAnomaly).ActiveUnits,
        };
        foreach (var score in scores)
        {
            cancellation.ThrowIfCancellationRequested();
            var report = ScoreReport.From(Scored(score.Fit(engine, normals)), isAnomaly);
            figures.AddRange([report.Auroc, report.Interval95 ?? double.NaN, report.Auprc!.Value, report.FprAt95Tpr!.Value, report.TprAt5Fpr!.Value]);
        }

        return [.. figures.Select(Text)];
    }
}
