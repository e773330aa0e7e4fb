// Three lengths on an image's way through the network, and how unusual they are together.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>
/// Mahalanobis' squared distance of (|x - r|, |mu|, |sigma|), three numbers an image, from their mean over the reference, under their covariance there
/// (16.16).
/// </summary>
/// <remarks>
/// The three statistics are those of LPath: S. Huang, J. He, K. Y. C. Lui, "Rethinking Test-time Likelihood: The Likelihood Path Principle and Its
/// Application to OOD Detection", arXiv:2401.04933, 2024. They count in both directions: an image that is reconstructed better than usual is unusual too.
/// Cost: one pass over the pixels.
/// </remarks>
public sealed class LatentPath : IAnomalyScore
{
    private readonly VaeArchitecture _architecture;
    private readonly MahalanobisDistance _distance;

    private LatentPath(VaeArchitecture architecture, MahalanobisDistance distance) => (_architecture, _distance) = (architecture, distance);

    /// <summary>Takes mean and covariance of the reference's three lengths.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images.</param>
    /// <exception cref="ArgumentException">There are fewer than two reference images, their lengths are all the same, or one is not finite.</exception>
    public static LatentPath Fit(Engine engine, NormalImages normals)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(normals);
        return new LatentPath(normals.Parameters.Architecture, MahalanobisDistance.Fit(engine, Lengths(engine, normals.Reference)));
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _architecture, scores);
        _distance.Compute(engine, Lengths(engine, images), scores);
    }

    private static Matrix<float> Lengths(Engine engine, Activations images)
    {
        var lengths = new Matrix<float>(images.Count, 3);
        engine.ForRows(images.Count, images.Pixels.Columns, new Body(images, lengths));
        return lengths;
    }

    private readonly struct Body(Activations images, Matrix<float> lengths) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++)
            {
                var mu = images.Mu.Row(i);
                var logVar = images.LogVar.Row(i);
                lengths[i, 0] = MathF.Sqrt(VectorSums.SquaredDistance<float>(images.Pixels.Row(i), images.Reconstruction.Row(i)));
                lengths[i, 1] = MathF.Sqrt(VectorSums.Dot<float>(mu, mu));
                lengths[i, 2] = MathF.Sqrt(FixedOrderSum.OfMap<float, Variance>(logVar, logVar, default));
            }
        }
    }

    private readonly struct Variance : IBinaryMap<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> logVar, Vector256<float> same) => Exp.Invoke(logVar);
    }
}
