// Scores an input from beginning to end, a part at a time: memory does not grow with its length.

using System.Globalization;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Cli.Scoring;

/// <summary>What came of it.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Anomalies">Those above the threshold.</param>
/// <param name="Unscored">Those that could not be scored.</param>
/// <param name="FirstProblem">The first of these, and why; null when there is none.</param>
internal readonly record struct ScoringSummary(long Rows, long Anomalies, long Unscored, string? FirstProblem);

/// <summary>Scores an input.</summary>
/// <param name="scorer">Scores rows.</param>
/// <param name="calibration">The threshold; null if there is none.</param>
/// <param name="explanations">Explains the anomalous ones; null if none are to be.</param>
internal sealed class ScoringRun(IRowScorer scorer, Calibration? calibration, Explanations? explanations)
{
    // Memory for the rows of a part; a score does not depend on the part that its row came in.
    private const int PartBytes = 16 << 20, FewestRows = 64, MostRows = 4096;

    /// <summary>Reads rows, scores them, and hands them to the writer in their order.</summary>
    public ScoringSummary Run(InputReader input, IScoreWriter writer, CancellationToken cancellation)
    {
        var features = input.Shape.Features;
        var size = Math.Clamp(PartBytes / sizeof(float) / features, FewestRows, MostRows);
        var (rows, scores, read, row) = (new float[size * features], new float[size], new List<ScoredRow>(size), new InputRow());
        var summary = default(ScoringSummary);
        for (var more = true; more;)
        {
            cancellation.ThrowIfCancellationRequested();
            read.Clear();
            while (read.Count < size && (more = input.Read(row)))
            {
                var problem = row.Problem ?? (scorer.TakesPixels ? PixelProblem(row.Values, input.Shape) : null);
                // A row that can't be used is scored as zeros, and the score thrown away: the others keep their places.
                if (problem is null) row.Values.CopyTo(rows, read.Count * features);
                else rows.AsSpan(read.Count * features, features).Clear();
                read.Add(new ScoredRow(row.Number, row.Name, row.Label, null, null, null, problem));
            }

            scorer.Score(rows, scores, read.Count);
            for (var i = 0; i < read.Count; i++)
            {
                var scored = Complete(read[i], scores[i], rows.AsSpan(i * features, features), input.Shape);
                writer.Write(scored);
                if (scored.IsAnomaly == true) explanations?.Add(scored, rows.AsSpan(i * features, features));
                summary = new ScoringSummary(
                    summary.Rows + 1, summary.Anomalies + (scored.IsAnomaly == true ? 1 : 0), summary.Unscored + (scored.Problem is null ? 0 : 1),
                    summary.FirstProblem ?? (scored.Problem is null ? null : $"row {scored.Name}: {scored.Problem}"));
            }
        }

        writer.Finish();
        return summary;
    }

    private ScoredRow Complete(ScoredRow row, float score, ReadOnlySpan<float> values, InputShape shape)
    {
        if (row.Problem is not null) return row;
        if (!float.IsFinite(score)) return row with { Problem = ProblemOf(values, shape) };
        return row with { Score = score, PValue = calibration?.PValue(score), IsAnomaly = calibration?.IsAlarm(score) };
    }

    // A missing value is told once it has no score.
    private static string? PixelProblem(ReadOnlySpan<float> values, InputShape shape)
    {
        for (var j = 0; j < values.Length; j++)
        {
            if (values[j] is < 0 or > 1)
                return string.Create(CultureInfo.InvariantCulture, $"{NameOf(j, shape)} is {values[j]}; expected a pixel from 0 to 1, as in training: divide by the largest that there can be.");
        }

        return null;
    }

    private static string NameOf(int value, InputShape shape) => shape.IsImage ? FormattableString.Invariant($"pixel {value + 1}") : $"'{shape.Names[value]}'";

    private static string ProblemOf(ReadOnlySpan<float> values, InputShape shape)
    {
        for (var j = 0; j < values.Length; j++)
        {
            if (float.IsNaN(values[j])) return $"{NameOf(j, shape)} has no value, and the model was trained without missing ones.";
        }

        return "A number is so far from those of training that the score is not finite.";
    }
}
