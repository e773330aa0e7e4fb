// Scores as a NumPy array.

using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Cli.Scoring;

/// <summary>An array of single precision, <c>[n, 3]</c>: score, p-value, and 1 where an anomaly is predicted, 0 where not; NaN for what a row does not have.</summary>
internal sealed class NpyScoreWriter(Stream stream) : IScoreWriter
{
    private readonly NpyFile _npy = new(stream, columns: 3);

    public void Write(ScoredRow row) =>
        _npy.Write([row.Score ?? float.NaN, (float)(row.PValue ?? double.NaN), row.IsAnomaly is { } flag ? flag ? 1 : 0 : float.NaN]);

    public void Finish() => _npy.Finish();

    public void Dispose()
    {
        // It holds nothing but the stream.
    }
}
