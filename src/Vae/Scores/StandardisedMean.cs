// Several scores of one network as one, each in units of its own spread among normal images.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The mean over several scores of (score - mean) / standard deviation, both taken over the calibration images. (15.12)</summary>
/// <remarks>All scores have one weight: which of them tells a class depends on the class, and no label may be asked. Cost: that of the scores.</remarks>
public sealed class StandardisedMean : IAnomalyScore
{
    private readonly ImmutableArray<Part> _parts;

    private StandardisedMean(ImmutableArray<Part> parts) => _parts = parts;

    /// <summary>Takes mean and standard deviation of each score.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images; the calibration is used.</param>
    /// <param name="scores">The scores, one or more, each fitted if it has to be.</param>
    /// <exception cref="ArgumentException">There is no score, or one of them is the same for all calibration images, or not finite.</exception>
    public static StandardisedMean Fit(Engine engine, NormalImages normals, params IEnumerable<IAnomalyScore> scores)
    {
        ArgumentNullException.ThrowIfNull(normals);
        ArgumentNullException.ThrowIfNull(scores);
        ImmutableArray<Part> parts = [.. scores.Select(score => Part.Fit(engine, normals.Calibration, score))];
        return parts.Length > 0 ? new StandardisedMean(parts) : throw new ArgumentException("There is no score to take the mean of; expected 1 or more.", nameof(scores));
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.RequireCount(engine, images, scores);
        var (sums, ofPart) = (new double[scores.Length], new float[scores.Length]);
        foreach (var part in _parts)
        {
            part.Score.Compute(engine, images, ofPart);
            for (var i = 0; i < sums.Length; i++) sums[i] += (ofPart[i] - part.Mean) / part.StandardDeviation;
        }

        for (var i = 0; i < scores.Length; i++) scores[i] = (float)(sums[i] / _parts.Length);
    }

    private sealed record Part(IAnomalyScore Score, double Mean, double StandardDeviation)
    {
        public static Part Fit(Engine engine, Activations calibration, IAnomalyScore score)
        {
            var scores = new float[calibration.Count];
            score.Compute(engine, calibration, scores);
            var (sum, squares) = (0.0, 0.0);
            foreach (var value in scores) sum += value;
            var mean = sum / scores.Length;
            foreach (var value in scores) squares += (value - mean) * (value - mean);
            return squares > 0 && double.IsFinite(squares)
                ? new Part(score, mean, Math.Sqrt(squares / scores.Length))
                : throw new ArgumentException(FormattableString.Invariant(
                    $"The scores of the {scores.Length} calibration images have no spread, or one is not finite; expected numbers that differ."), nameof(calibration));
        }
    }
}
