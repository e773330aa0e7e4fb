// What a network is trained on and scores are computed of: rows of numbers, wherever they lie.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Data;

/// <summary>Rows of equally many numbers as the network sees them: pixels in [0, 1], or scaled features. Any number of threads may read them.</summary>
public interface IDataRows
{
    /// <summary>Rows.</summary>
    int Count { get; }

    /// <summary>Numbers of a row.</summary>
    int Features { get; }

    /// <summary>Pixels of a row of an image; 0 if the rows are no images.</summary>
    int Width { get; }

    /// <summary>Writes a row.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="row">Receives its numbers, <see cref="Features"/> of them.</param>
    void CopyTo(int index, Span<float> row);
}

/// <summary>Rows of a matrix.</summary>
/// <param name="rows">The rows, <c>[count, features]</c>; kept and not copied.</param>
/// <param name="width">Pixels of a row of an image; 0 if the rows are no images.</param>
public sealed class MatrixRows(Matrix<float> rows, int width = 0) : IDataRows
{
    /// <inheritdoc/>
    public int Count => rows.Rows;

    /// <inheritdoc/>
    public int Features => rows.Columns;

    /// <inheritdoc/>
    public int Width => width;

    /// <inheritdoc/>
    public void CopyTo(int index, Span<float> row) => rows.Row(index).CopyTo(row);
}
