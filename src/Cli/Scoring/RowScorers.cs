// What scores rows: a detector with a score of its own, or a model of Fashion-MNIST with one of the network's.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Cli.Scoring;

/// <summary>Scores rows.</summary>
internal interface IRowScorer
{
    /// <summary>Scores rows; their scores do not depend on which others are there.</summary>
    /// <param name="rows">Row after row, <c>[n, features]</c>.</param>
    /// <param name="scores">Receives the scores.</param>
    /// <param name="count">Rows, n.</param>
    void Score(float[] rows, float[] scores, int count);

    /// <summary>Whether rows are pixels in [0, 1], even where the data come as a table.</summary>
    bool TakesPixels { get; }

    /// <summary>What the network makes of a row, and how far the row is from it: in standard deviations, or grey values.</summary>
    void Explain(ReadOnlySpan<float> row, Span<float> reconstruction, Span<float> differences);
}

/// <summary>A detector, on several threads.</summary>
internal sealed class DetectorScorer(AnomalyDetector detector, int threads) : IRowScorer
{
    private const int PartSize = 64;

    public bool TakesPixels => detector.Shape.IsImage;

    public void Score(float[] rows, float[] scores, int count) => Parallel.For(0, (count + PartSize - 1) / PartSize, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
    {
        var (start, size) = (part * PartSize, Math.Min(PartSize, count - part * PartSize));
        detector.Score(rows.AsSpan(start * detector.Features, size * detector.Features), scores.AsSpan(start, size));
    });

    public void Explain(ReadOnlySpan<float> row, Span<float> reconstruction, Span<float> differences)
    {
        detector.Reconstruct(row, reconstruction);
        detector.Explain(row, reconstruction, differences);
    }
}

/// <summary>A model without a detector, by a score of the network.</summary>
internal sealed class NetworkScorer(Engine engine, VaeParameters<float> parameters, ScoreKind kind) : IRowScorer
{
    private readonly AnomalyScorer _scorer = new(engine, parameters);
    private readonly int _features = parameters.Architecture.Features;
    private readonly int[] _first = [0];

    // The other likelihoods are those of numbers in [0, 1].
    public bool TakesPixels => parameters.Architecture.Likelihood != Likelihood.LinearGaussian;

    public void Score(float[] rows, float[] scores, int count) => _scorer.Score(rows.AsSpan(0, count * _features), kind, scores.AsSpan(0, count));

    public void Explain(ReadOnlySpan<float> row, Span<float> reconstruction, Span<float> differences)
    {
        var one = new Matrix<float>(1, _features);
        row.CopyTo(one.Row(0));
        Activations.Of(engine, parameters, new MatrixRows(one), _first).Reconstruction.Row(0).CopyTo(reconstruction);
        for (var j = 0; j < differences.Length; j++) differences[j] = row[j] - reconstruction[j];
    }
}
