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
/// An image is a row of every matrix on the way and no operation mixes rows: its score does not depend, to the bit, on which other
/// images are scored with it, in batches of which size, or on how many threads. One thread at a time may use a scorer.
/// </remarks>
public sealed class AnomalyScorer
{
    private readonly Engine _engine;
    private readonly VaeForward<float> _forward;
    private readonly Matrix<float> _scores;
    private readonly int _features;

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
        _scores = new Matrix<float>(1, capacity);
        _features = parameters.Architecture.Features;
    }

    /// <summary>Scores images given as numbers, allocating nothing.</summary>
    /// <param name="images">Pixels in [0, 1], image after image: <c>[n, features]</c> row by row.</param>
    /// <param name="kind">Which score.</param>
    /// <param name="scores">Receives the scores, n numbers; a NaN among an image's pixels makes its score NaN, and only its own.</param>
    /// <exception cref="ArgumentException">The images do not have as many pixels as the model was made for.</exception>
    public void Score(ReadOnlySpan<float> images, ScoreKind kind, Span<float> scores)
    {
        if (images.Length != (long)scores.Length * _features)
            throw new ArgumentException(FormattableString.Invariant($"{scores.Length} images of {_features} pixels are {(long)scores.Length * _features} numbers; there are {images.Length}."), nameof(images));
        for (var start = 0; start < scores.Length; start += _forward.Count)
        {
            _forward.Count = Math.Min(_forward.Capacity, scores.Length - start);
            images.Slice(start * _features, _forward.Count * _features).CopyTo(_forward.Input.Flat);
            Run(kind).CopyTo(scores[start..]);
        }
    }

    /// <inheritdoc cref="Score(ReadOnlySpan{float}, ScoreKind, Span{float})"/>
    /// <param name="images">Pixels in [0, 1], <c>[n, features]</c>, with any strides.</param>
    /// <param name="kind">Which score.</param>
    /// <param name="scores">Receives the scores, n numbers.</param>
    public void Score(in ReadOnlyTensorSpan<float> images, ScoreKind kind, Span<float> scores)
    {
        if (images.Rank != 2 || images.Lengths[0] != scores.Length || images.Lengths[1] != _features)
            throw new ArgumentException(FormattableString.Invariant($"The images are [{string.Join(", ", images.Lengths.ToArray())}]; expected [{scores.Length}, {_features}]."), nameof(images));
        for (var start = 0; start < scores.Length; start += _forward.Count)
        {
            _forward.Count = Math.Min(_forward.Capacity, scores.Length - start);
            images[start..(start + _forward.Count), ..].FlattenTo(_forward.Input.Flat);
            Run(kind).CopyTo(scores[start..]);
        }
    }

    /// <summary>Scores every image of a set, with every score.</summary>
    /// <param name="images">Images of as many pixels as the model was made for.</param>
    /// <exception cref="ArgumentException">The images are of another size.</exception>
    public AnomalyScores Score(ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var (count, latent, indices) = (images.Count, _forward.Mu.Columns, Enumerable.Range(0, images.Count).ToArray());
        var all = new AnomalyScores(new float[count], new float[count], new float[count], new float[count], new Matrix<float>(count, latent));
        for (var start = 0; start < count; start += _forward.Count)
        {
            _forward.Count = Math.Min(_forward.Capacity, count - start);
            ImageBatch.Gather(_engine, images, indices.AsMemory(start, _forward.Count), _forward.Input);
            Run(ScoreKind.NegativeElbo).CopyTo(all.NegativeElbo.AsSpan(start));
            _forward.ReconstructionLoss.Flat.CopyTo(all.CrossEntropy.AsSpan(start));
            _forward.Kl.Flat.CopyTo(all.Kl.AsSpan(start));
            MeanSquaredError.Compute(_engine, _forward.Input, _forward.Reconstruction, BatchScores);
            BatchScores.Flat.CopyTo(all.Mse.AsSpan(start));
            _forward.Mu.Flat.CopyTo(all.Mu.RowBlock(start, _forward.Count).Flat);
        }

        return all;
    }

    private Matrix<float> BatchScores => _scores.FirstColumns(_forward.Count);

    // Scores the images in the input, as far through the network as the score needs.
    private ReadOnlySpan<float> Run(ScoreKind kind)
    {
        _forward.Encode();
        if (kind == ScoreKind.Kl) return _forward.Kl.Flat;
        _forward.TakeMean();
        _forward.Decode();
        switch (kind)
        {
            case ScoreKind.Mse:
                MeanSquaredError.ComputeFromLogits(_engine, _forward.Input, _forward.Logits, BatchScores);
                return BatchScores.Flat;
            case ScoreKind.CrossEntropy:
                _forward.Reconstruct();
                return _forward.ReconstructionLoss.Flat;
            case ScoreKind.NegativeElbo:
                _forward.Reconstruct();
                TensorPrimitives.Add(_forward.ReconstructionLoss.Flat, _forward.Kl.Flat, BatchScores.Flat);
                return BatchScores.Flat;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such score.");
        }
    }
}
