// Scores images with a trained model.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae;

/// <summary>The anomaly scores of a set of images, in its order; in all of them higher means more anomalous.</summary>
/// <param name="Mse">Mean squared error of the reconstruction: the reference score.</param>
/// <param name="CrossEntropy">Bernoulli cross-entropy of the reconstruction, summed over pixels, in nats.</param>
/// <param name="Kl">KL divergence of q(z|x) from the prior, in nats.</param>
/// <param name="NegativeElbo">Cross-entropy plus divergence: the negative evidence lower bound at z = mu, in nats.</param>
/// <param name="Mu">Means of q(z|x), <c>[images, latent]</c>.</param>
public sealed record AnomalyScores(float[] Mse, float[] CrossEntropy, float[] Kl, float[] NegativeElbo, Matrix<float> Mu);

/// <summary>Scores images at z = mu, without sampling, so that an image always has the same score.</summary>
/// <remarks>
/// An image is a column of every matrix on the way and no operation mixes columns: its score does not depend, to the bit, on which other
/// images are scored with it, in batches of which size, or on how many threads.
/// </remarks>
public sealed class AnomalyScorer
{
    private readonly Engine _engine;
    private readonly int _capacity;
    private readonly VaeForward<float> _forward;
    private readonly Matrix<float> _rows;
    private readonly Matrix<float> _scratch;

    /// <summary>Takes memory for scoring in batches.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">A trained model.</param>
    /// <param name="capacity">Images of a batch; it changes the speed, not the scores.</param>
    public AnomalyScorer(Engine engine, VaeParameters<float> parameters, int capacity = 256)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(parameters);
        (_engine, _capacity) = (engine, capacity);
        _forward = new VaeForward<float>(engine, parameters, capacity);
        _rows = new Matrix<float>(capacity, parameters.Architecture.Features);
        _scratch = new Matrix<float>(MeanSquaredError.ScratchRows(parameters.Architecture.Features), capacity);
    }

    /// <summary>Scores every image of a set.</summary>
    /// <param name="images">Images of as many pixels as the model was made for.</param>
    /// <exception cref="ArgumentException">The images are of another size.</exception>
    public AnomalyScores Score(ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var (count, latent, indices) = (images.Count, _forward.Mu.Rows, Enumerable.Range(0, images.Count).ToArray());
        var scores = new AnomalyScores(new float[count], new float[count], new float[count], new float[count], new Matrix<float>(count, latent));
        for (var start = 0; start < count; start += _capacity)
        {
            var n = Math.Min(_capacity, count - start);
            var rows = _rows.RowBlock(0, n);
            _forward.Count = n;
            ImageBatch.Gather(_engine, images, indices.AsMemory(start, n), rows);
            Transpose.Copy(_engine, rows, _forward.Input);
            _forward.Encode();
            _forward.TakeMean();
            _forward.Decode();

            MeanSquaredError.Compute(_engine, _forward.Input, _forward.Reconstruction, _scratch.FirstColumns(n), scores.Mse.AsSpan(start, n));
            _forward.ReconstructionLoss.CopyTo(scores.CrossEntropy.AsSpan(start));
            _forward.Kl.CopyTo(scores.Kl.AsSpan(start));
            for (var i = 0; i < n; i++)
            {
                scores.NegativeElbo[start + i] = scores.CrossEntropy[start + i] + scores.Kl[start + i];
                for (var j = 0; j < latent; j++) scores.Mu[start + i, j] = _forward.Mu[j, i];
            }
        }

        return scores;
    }
}
