// Scores images with a trained model.

using System.Numerics.Tensors;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae;

/// <summary>The anomaly scores; in all of them higher means more anomalous.</summary>
public enum ScoreKind
{
    /// <summary>Mean squared error of the reconstruction: the reference score.</summary>
    Mse,

    /// <summary>Bernoulli cross-entropy of the reconstruction, summed over pixels, in nats.</summary>
    CrossEntropy,

    /// <summary>KL divergence of q(z|x) from the prior, in nats.</summary>
    Kl,

    /// <summary>Cross-entropy plus divergence: the negative evidence lower bound at z = mu, in nats.</summary>
    NegativeElbo,
}

/// <summary>All scores of a set of images, in its order.</summary>
/// <param name="Mse">See <see cref="ScoreKind.Mse"/>.</param>
/// <param name="CrossEntropy">See <see cref="ScoreKind.CrossEntropy"/>.</param>
/// <param name="Kl">See <see cref="ScoreKind.Kl"/>.</param>
/// <param name="NegativeElbo">See <see cref="ScoreKind.NegativeElbo"/>.</param>
/// <param name="Mu">Means of q(z|x), <c>[images, latent]</c>.</param>
public sealed record AnomalyScores(float[] Mse, float[] CrossEntropy, float[] Kl, float[] NegativeElbo, Matrix<float> Mu);

/// <summary>Scores images at z = mu, without sampling, so that an image always has the same score.</summary>
/// <remarks>
/// An image is a column of every matrix on the way and no operation mixes columns: its score does not depend, to the bit, on which other
/// images are scored with it, in batches of which size, or on how many threads. One thread at a time may use a scorer.
/// </remarks>
public sealed class AnomalyScorer
{
    private readonly Engine _engine;
    private readonly VaeForward<float> _forward;
    private readonly Matrix<float> _rows;
    private readonly Matrix<float> _scratch;
    private readonly Matrix<float> _scores;

    /// <summary>Takes memory for scoring in batches.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">A trained model.</param>
    /// <param name="capacity">Images of a batch; it changes the speed, not the scores.</param>
    public AnomalyScorer(Engine engine, VaeParameters<float> parameters, int capacity = 256)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(parameters);
        _engine = engine;
        _forward = new VaeForward<float>(engine, parameters, capacity);
        _rows = new Matrix<float>(capacity, parameters.Architecture.Features);
        _scratch = new Matrix<float>(MeanSquaredError.ScratchRows(parameters.Architecture.Features), capacity);
        _scores = new Matrix<float>(1, capacity);
    }

    private int Capacity => _rows.Rows;

    private int Features => _rows.Columns;

    /// <summary>Scores images given as numbers, allocating nothing.</summary>
    /// <param name="images">Pixels in [0, 1], image after image: <c>[n, features]</c> row by row.</param>
    /// <param name="kind">Which score.</param>
    /// <param name="scores">Receives the scores, n numbers; a NaN among an image's pixels makes its score NaN, and only its own.</param>
    /// <exception cref="ArgumentException">The images do not have as many pixels as the model was made for.</exception>
    public void Score(ReadOnlySpan<float> images, ScoreKind kind, Span<float> scores)
    {
        if (images.Length != (long)scores.Length * Features)
            throw new ArgumentException(FormattableString.Invariant($"{scores.Length} images of {Features} pixels are {(long)scores.Length * Features} numbers; there are {images.Length}."), nameof(images));
        for (var start = 0; start < scores.Length; start += Capacity)
        {
            var rows = _rows.RowBlock(0, Math.Min(Capacity, scores.Length - start));
            images.Slice(start * Features, rows.Rows * Features).CopyTo(rows.Flat);
            Run(rows);
            Scores(kind).CopyTo(scores[start..]);
        }
    }

    /// <inheritdoc cref="Score(ReadOnlySpan{float}, ScoreKind, Span{float})"/>
    /// <param name="images">Pixels in [0, 1], <c>[n, features]</c>, with any strides.</param>
    /// <param name="kind">Which score.</param>
    /// <param name="scores">Receives the scores, n numbers.</param>
    public void Score(in ReadOnlyTensorSpan<float> images, ScoreKind kind, Span<float> scores)
    {
        if (images.Rank != 2 || images.Lengths[0] != scores.Length || images.Lengths[1] != Features)
            throw new ArgumentException(FormattableString.Invariant($"The images are [{string.Join(", ", images.Lengths.ToArray())}]; expected [{scores.Length}, {Features}]."), nameof(images));
        for (var start = 0; start < scores.Length; start += Capacity)
        {
            var rows = _rows.RowBlock(0, Math.Min(Capacity, scores.Length - start));
            images[start..(start + rows.Rows), ..].FlattenTo(rows.Flat);
            Run(rows);
            Scores(kind).CopyTo(scores[start..]);
        }
    }

    /// <summary>Scores every image of a set, with every score.</summary>
    /// <param name="images">Images of as many pixels as the model was made for.</param>
    /// <exception cref="ArgumentException">The images are of another size.</exception>
    public AnomalyScores Score(ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var (count, latent, indices) = (images.Count, _forward.Mu.Rows, Enumerable.Range(0, images.Count).ToArray());
        var all = new AnomalyScores(new float[count], new float[count], new float[count], new float[count], new Matrix<float>(count, latent));
        for (var start = 0; start < count; start += Capacity)
        {
            var rows = _rows.RowBlock(0, Math.Min(Capacity, count - start));
            ImageBatch.Gather(_engine, images, indices.AsMemory(start, rows.Rows), rows);
            Run(rows);
            Scores(ScoreKind.Mse).CopyTo(all.Mse.AsSpan(start));
            Scores(ScoreKind.CrossEntropy).CopyTo(all.CrossEntropy.AsSpan(start));
            Scores(ScoreKind.Kl).CopyTo(all.Kl.AsSpan(start));
            Scores(ScoreKind.NegativeElbo).CopyTo(all.NegativeElbo.AsSpan(start));
            for (var i = 0; i < rows.Rows; i++)
                for (var j = 0; j < latent; j++)
                    all.Mu[start + i, j] = _forward.Mu[j, i];
        }

        return all;
    }

    private void Run(Matrix<float> rows)
    {
        _forward.Count = rows.Rows;
        Transpose.Copy(_engine, rows, _forward.Input);
        _forward.Encode();
        _forward.TakeMean();
        _forward.Decode();
    }

    private ReadOnlySpan<float> Scores(ScoreKind kind)
    {
        var scores = _scores.FirstColumns(_forward.Count).Flat;
        switch (kind)
        {
            case ScoreKind.Mse:
                MeanSquaredError.Compute(_engine, _forward.Input, _forward.Reconstruction, _scratch.FirstColumns(_forward.Count), scores);
                return scores;
            case ScoreKind.CrossEntropy:
                return _forward.ReconstructionLoss;
            case ScoreKind.Kl:
                return _forward.Kl;
            case ScoreKind.NegativeElbo:
                TensorPrimitives.Add(_forward.ReconstructionLoss, _forward.Kl, scores);
                return scores;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such score.");
        }
    }
}
