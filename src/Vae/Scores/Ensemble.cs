// An ensemble: one kind of score by several networks, which differ in the seed of their training.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae;

/// <summary>A network of an ensemble.</summary>
/// <param name="Parameters">The network.</param>
/// <param name="Score">Its score, calibrated on what it makes of normal images.</param>
public sealed record EnsembleMember(VaeParameters<float> Parameters, CalibratedScore Score)
{
    /// <summary>Calibrates a network's score. Of the normal images nothing is kept but the tail of their scores, and what the score keeps.</summary>
    /// <inheritdoc cref="CalibratedScore.Fit"/>
    public static EnsembleMember Fit(Engine engine, NormalImages normals, IAnomalyScore score) =>
        new(normals.Parameters, CalibratedScore.Fit(engine, normals, score));
}

/// <summary>The mean over several networks of -ln p, p being the tail probability of each one's score on the calibration images, in nats.</summary>
/// <remarks>
/// After Lakshminarayanan, Pritzel and Blundell, "Simple and scalable predictive uncertainty estimation using deep ensembles", NeurIPS 2017: the same
/// training from different seeds. It takes images and not activations, since each network has its own. Cost: that of each network and its score.
/// </remarks>
public sealed class Ensemble
{
    // Images whose activations are in memory at once.
    private const int BlockSize = 1024;

    /// <summary>An ensemble of networks.</summary>
    /// <exception cref="ArgumentException">There is no network.</exception>
    public Ensemble(params IEnumerable<EnsembleMember> members)
    {
        Members = [.. members];
        if (Members.Length == 0) throw new ArgumentException("There is no network in the ensemble; expected 1 or more.", nameof(members));
    }

    /// <summary>The networks, in the order in which their surprises are added.</summary>
    public ImmutableArray<EnsembleMember> Members { get; }

    /// <summary>Scores images of a data set.</summary>
    /// <param name="engine">Kernel and threads; they change no bit of the scores.</param>
    /// <param name="images">The data set.</param>
    /// <param name="indices">Which of its images, n of them.</param>
    /// <param name="scores">Receives the scores, <c>[n]</c>; an image's score does not depend, to the bit, on the others.</param>
    /// <exception cref="ArgumentException">The images do not fit a network, or there is another number of scores.</exception>
    public void Compute(Engine engine, ImageDataset images, ReadOnlyMemory<int> indices, Span<float> scores)
    {
        if (scores.Length != indices.Length)
            throw new ArgumentException(FormattableString.Invariant($"There is room for {scores.Length} scores of {indices.Length} images; expected as many."), nameof(scores));
        var surprises = new float[BlockSize];
        for (var start = 0; start < indices.Length; start += BlockSize)
        {
            var block = indices.Slice(start, Math.Min(BlockSize, indices.Length - start));
            var sums = new double[block.Length];
            foreach (var member in Members)
            {
                var own = surprises.AsSpan(0, block.Length);
                member.Score.Compute(engine, Activations.Of(engine, member.Parameters, images, block), own);
                for (var i = 0; i < sums.Length; i++) sums[i] += own[i];
            }

            for (var i = 0; i < sums.Length; i++) scores[start + i] = (float)(sums[i] / Members.Length); // (17.19)
        }
    }
}
