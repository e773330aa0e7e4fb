// Score: an image's reconstruction error against the errors of normal images with similar codes.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>The log of the mean squared error, less the mean log error of the k normal training images whose mu is nearest. (15.10)</summary>
/// <remarks>
/// The order is that of the image's error divided by the geometric mean of theirs: a bag, which is always reconstructed badly, is held against bags
/// and not against trousers. Cost: that of <see cref="LatentNeighbours"/> and an error an image.
/// </remarks>
public sealed class LocallyNormalisedError : IAnomalyScore
{
    /// <summary>
    /// Neighbours by default, more than the distances need: the error of a single image is noisy. Mean AUC-ROC as in
    /// <see cref="NeighbourSettings"/>: .615 for k = 3, .630 for 20 and .641 for 50, where the error alone has .695.
    /// </summary>
    public const int DefaultK = 50;

    private readonly NearestNeighbours _neighbours;
    private readonly float[] _logErrors;
    private readonly int _k;

    private LocallyNormalisedError(NearestNeighbours neighbours, float[] logErrors, int k) =>
        (_neighbours, _logErrors, _k) = (neighbours, logErrors, k);

    /// <summary>Takes codes and errors of normal images.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="normals">Normal images; the reference is used.</param>
    /// <param name="settings">How many neighbours, among how many images; null for <see cref="DefaultK"/> and the default number of images.</param>
    /// <exception cref="ArgumentException">There are too few images, or a code is not finite.</exception>
    public static LocallyNormalisedError Fit(Engine engine, NormalImages normals, NeighbourSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(normals);
        settings ??= new NeighbourSettings(DefaultK);
        var chosen = settings.Choose(normals.Reference.Count);
        var logErrors = LogErrors(engine, normals.Reference);
        var neighbours = new NearestNeighbours(engine, NeighbourSettings.Rows(normals.Reference.Mu, chosen));
        return new(neighbours, [.. chosen.Select(image => logErrors[image])], settings.K);
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.RequireCount(engine, images, scores);
        var neighbours = _neighbours.Find(engine, images.Mu, _k);
        var logErrors = LogErrors(engine, images);
        for (var i = 0; i < scores.Length; i++)
        {
            var sum = 0.0;
            foreach (var neighbour in neighbours.Indices(i)) sum += _logErrors[neighbour];
            scores[i] = (float)(logErrors[i] - sum / _k);
        }
    }

    private static float[] LogErrors(Engine engine, Activations images)
    {
        var errors = new Matrix<float>(1, images.Count);
        MeanSquaredError.Compute(engine, images.Pixels, images.Reconstruction, errors);
        var logs = new float[images.Count];
        VectorMap.Apply<float, LogOfError>(errors.Flat, logs, default);
        return logs;
    }

    // An error of exactly 0, of which there is no logarithm, counts as the smallest normal number.
    private readonly struct LogOfError : IUnaryMap<float>
    {
        private const float Smallest = 1.17549435e-38f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Invoke(Vector256<float> a) =>
            Log.Invoke(Vector256.ConditionalSelect(Vector256.LessThan(a, Vector256.Create(Smallest)), Vector256.Create(Smallest), a));
    }
}
