// A score told as the surprise at it: the same order, in a unit that scores of any kind share.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>-ln of the probability that a normal image scores as high (<see cref="EmpiricalTail"/>), in nats.</summary>
/// <remarks>Cost: that of the score, and a search among the calibration scores for each image.</remarks>
public sealed class CalibratedScore : IAnomalyScore
{
    private CalibratedScore(IAnomalyScore score, EmpiricalTail tail) => (Score, Tail) = (score, tail);

    /// <summary>The score that is told as a surprise.</summary>
    public IAnomalyScore Score { get; }

    /// <summary>The tail of its values on the calibration images.</summary>
    public EmpiricalTail Tail { get; }

    /// <summary>Scores the calibration images and takes their tail.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">The normal images.</param>
    /// <param name="score">A score, fitted if it has to be.</param>
    /// <exception cref="ArgumentException">A calibration image's score is not finite, or all are equal.</exception>
    public static CalibratedScore Fit(Engine engine, NormalImages normals, IAnomalyScore score)
    {
        ArgumentNullException.ThrowIfNull(normals);
        ArgumentNullException.ThrowIfNull(score);
        var scores = new float[normals.Calibration.Count];
        score.Compute(engine, normals.Calibration, scores);
        return new CalibratedScore(score, EmpiricalTail.Fit(scores));
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        Score.Compute(engine, images, scores);
        foreach (ref var score in scores) score = Tail.Surprise(score);
    }
}
