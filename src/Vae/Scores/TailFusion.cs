// Fusion of several scores of one network: how surprising an image is to all of them together.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The sum of -ln p over several scores, p being each one's tail probability on the calibration images, in nats.</summary>
/// <remarks>
/// Fisher's combination of tests ("Statistical Methods for Research Workers", 4th edition, 1932). Scores of one image are not independent, so the
/// sum has no known distribution, and the calibration images, whose tails these are, have none left to give it: a p-value would need a third set.
/// Cost: that of the scores.
/// </remarks>
public sealed class TailFusion : IAnomalyScore
{
    private TailFusion(ImmutableArray<CalibratedScore> scores) => Scores = scores;

    /// <summary>The scores that are fused, in the order in which their surprises are added.</summary>
    public ImmutableArray<CalibratedScore> Scores { get; }

    /// <summary>Takes the tail of each score on the calibration images.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">The normal images.</param>
    /// <param name="scores">The scores, each fitted if it has to be.</param>
    /// <exception cref="ArgumentException">There is no score, or one has no tail: see <see cref="CalibratedScore.Fit"/>.</exception>
    public static TailFusion Fit(Engine engine, NormalImages normals, params IEnumerable<IAnomalyScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ImmutableArray<CalibratedScore> calibrated = [.. scores.Select(score => CalibratedScore.Fit(engine, normals, score))];
        return calibrated.Length > 0 ? new TailFusion(calibrated) : throw new ArgumentException("There is no score to fuse; expected 1 or more.", nameof(scores));
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.RequireCount(engine, images, scores);
        var (sums, surprises) = (new double[scores.Length], new float[scores.Length]);
        foreach (var score in Scores)
        {
            score.Compute(engine, images, surprises);
            for (var i = 0; i < sums.Length; i++) sums[i] += surprises[i]; // (17.18)
        }

        for (var i = 0; i < scores.Length; i++) scores[i] = (float)sums[i];
    }
}
