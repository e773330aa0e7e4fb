// Scores images with a trained model. It trains nothing and draws nothing.

using System.Numerics.Tensors;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae;

/// <summary>The anomaly scores; in all of them higher means more anomalous.</summary>
public enum ScoreKind
{
    /// <summary>Mean squared error of the reconstruction: the reference score (10.1).</summary>
    Mse,

    /// <summary>Negative log likelihood of the pixels, summed, in nats: for the Bernoulli likelihood its cross-entropy (10.3).</summary>
    CrossEntropy,

    /// <summary>KL divergence of q(z|x) from the prior, in nats (10.7).</summary>
    Kl,

    /// <summary>Cross-entropy plus divergence: the negative evidence lower bound at z = mu, in nats (10.8).</summary>
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
/// images are scored with it, in batches of which size, or on how many threads. A call of a few images is shared image by image by all
/// threads; of many, each thread takes blocks of its own through the whole network, so that nothing it computes leaves its core's caches. One
/// thread at a time may use a scorer.
/// </remarks>
public sealed class AnomalyScorer
{
    private readonly Engine _engine;
    private readonly BatchScorer _onAllThreads;
    private readonly BatchScorer?[] _onOneThread;
    private readonly int _features, _latent, _capacity;

    /// <summary>Takes memory for scoring in batches.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">A trained model.</param>
    /// <param name="capacity">Most images of a batch; it changes the speed, not the scores.</param>
    public AnomalyScorer(Engine engine, VaeParameters<float> parameters, int capacity = 64)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(parameters);
        (_engine, _capacity, _features, _latent) = (engine, capacity, parameters.Architecture.Features, parameters.Architecture.Latent);
        _onAllThreads = new BatchScorer(engine, parameters, capacity);
        _onOneThread = [.. Enumerable.Range(0, engine.Team.Threads).Select(_ => new BatchScorer(engine.OfOneThread(), parameters, capacity))];
    }

    /// <summary>Scores images given as numbers, allocating nothing.</summary>
    /// <param name="images">Pixels in [0, 1], image after image: <c>[n, features]</c> row by row.</param>
    /// <param name="kind">Which score.</param>
    /// <param name="scores">Receives the scores, n numbers; a NaN among an image's pixels makes its score NaN, and only its own.</param>
    /// <exception cref="ArgumentException">The images do not have as many pixels as the model was made for, or there is no such score.</exception>
    public void Score(ReadOnlySpan<float> images, ScoreKind kind, Span<float> scores)
    {
        if (images.Length != (long)scores.Length * _features)
            throw new ArgumentException(FormattableString.Invariant($"{scores.Length} images of {_features} pixels are {(long)scores.Length * _features} numbers; there are {images.Length}."), nameof(images));
        RequireKind(kind);
        Score(new SpanImages(images, _features), new OneScore(kind, scores), scores.Length);
    }

    /// <inheritdoc cref="Score(ReadOnlySpan{float}, ScoreKind, Span{float})"/>
    /// <param name="images">Pixels in [0, 1], <c>[n, features]</c>, with any strides.</param>
    /// <param name="kind">Which score.</param>
    /// <param name="scores">Receives the scores, n numbers.</param>
    public void Score(in ReadOnlyTensorSpan<float> images, ScoreKind kind, Span<float> scores)
    {
        if (images.Rank != 2 || images.Lengths[0] != scores.Length || images.Lengths[1] != _features)
            throw new ArgumentException(FormattableString.Invariant($"The images are [{string.Join(", ", images.Lengths.ToArray())}]; expected [{scores.Length}, {_features}]."), nameof(images));
        RequireKind(kind);
        Score(new TensorImages(images), new OneScore(kind, scores), scores.Length);
    }

    /// <summary>Scores every image of a set, with every score.</summary>
    /// <param name="images">Images of as many pixels as the model was made for.</param>
    /// <exception cref="ArgumentException">The images are of another size.</exception>
    public AnomalyScores Score(ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Features != _features)
            throw new ArgumentException(FormattableString.Invariant($"The images have {images.Features} pixels; expected {_features}."), nameof(images));
        var count = images.Count;
        var all = new AnomalyScores(new float[count], new float[count], new float[count], new float[count], new Matrix<float>(count, _latent));
        Score(new DatasetImages(images), new AllScores(all), count);
        return all;
    }

    private static void RequireKind(ScoreKind kind)
    {
        if (!Enum.IsDefined(kind)) throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such score.");
    }

    private void Score<TImages, TScores>(TImages images, TScores scores, int count)
        where TImages : struct, IImages, allows ref struct where TScores : struct, IScores, allows ref struct
    {
        if (count == 0) return;
        var blocks = new Blocks<TImages, TScores>(_onOneThread, images, scores, count, Math.Min(_capacity, (count + _onOneThread.Length - 1) / _onOneThread.Length));
        if (count <= _capacity) blocks.Score(_onAllThreads, 0, count);
        else _engine.Team.For(blocks.Count, 1, blocks, smallestPiece: 1);
    }

    /// <summary>Where images come from.</summary>
    private interface IImages
    {
        /// <summary>Writes the images from <paramref name="start"/> on as rows.</summary>
        void CopyTo(int start, Matrix<float> rows);
    }

    /// <summary>Where scores go.</summary>
    private interface IScores
    {
        /// <summary>Scores a batch whose first image is number <paramref name="start"/>.</summary>
        void Take(BatchScorer batch, int start);
    }

    private readonly ref struct SpanImages(ReadOnlySpan<float> images, int features) : IImages
    {
        private readonly ReadOnlySpan<float> _images = images;

        public void CopyTo(int start, Matrix<float> rows) => _images.Slice(start * features, rows.Flat.Length).CopyTo(rows.Flat);
    }

    private readonly ref struct TensorImages(ReadOnlyTensorSpan<float> images) : IImages
    {
        private readonly ReadOnlyTensorSpan<float> _images = images;

        public void CopyTo(int start, Matrix<float> rows) => _images[start..(start + rows.Rows), ..].FlattenTo(rows.Flat);
    }

    private readonly struct DatasetImages(ImageDataset images) : IImages
    {
        public void CopyTo(int start, Matrix<float> rows)
        {
            for (var row = 0; row < rows.Rows; row++) UnitInterval.FromBytes(images.Image(start + row), rows.Row(row));
        }
    }

    private readonly ref struct OneScore(ScoreKind kind, Span<float> scores) : IScores
    {
        private readonly Span<float> _scores = scores;

        public void Take(BatchScorer batch, int start) => batch.Score(kind).CopyTo(_scores[start..]);
    }

    private readonly struct AllScores(AnomalyScores all) : IScores
    {
        public void Take(BatchScorer batch, int start) => batch.ScoreAll(all, start);
    }

    /// <summary>Images in blocks, each scored by one thread alone.</summary>
    private readonly ref struct Blocks<TImages, TScores>(BatchScorer?[] free, TImages images, TScores scores, int count, int size) : ILoopBody
        where TImages : struct, IImages, allows ref struct where TScores : struct, IScores, allows ref struct
    {
        private readonly TImages _images = images;
        private readonly TScores _scores = scores;

        public int Count => (count + size - 1) / size;

        public void Execute(int first, int limit)
        {
            var batch = TakeFree(out var place);
            try
            {
                for (var block = first; block < limit; block++) Score(batch, block * size, Math.Min(size, count - block * size));
            }
            finally
            {
                // Whoever looks for a free one waits until there is one.
                Volatile.Write(ref free[place], batch);
            }
        }

        public void Score(BatchScorer batch, int start, int images)
        {
            batch.Count = images;
            _images.CopyTo(start, batch.Input);
            _scores.Take(batch, start);
        }

        // There are as many as threads, so there is always one.
        private BatchScorer TakeFree(out int place)
        {
            for (place = 0; ; place = (place + 1) % free.Length)
                if (Interlocked.Exchange(ref free[place], null) is { } batch) return batch;
        }
    }
}
