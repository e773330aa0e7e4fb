// What all scores made of nearest neighbours have in common: how many neighbours, among how many images.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Settings of the scores made of nearest neighbours. (15.9)</summary>
/// <param name="K">Neighbours of an image, k, 1 or more.</param>
/// <param name="References">Most normal images to seek them among, spread evenly over all there are: time and memory grow in proportion.</param>
public sealed record NeighbourSettings(int K = 5, int References = 20_000)
{
    /// <summary>Which of n images are the references: image floor(i·n / count) for i from 0 to count - 1, or all if there are no more.</summary>
    internal int[] Choose(int images)
    {
        var count = Math.Min(References, images);
        if (K < 1 || K > count)
            throw new ArgumentException(FormattableString.Invariant($"{K} neighbours are asked for; expected 1 to {Math.Max(count, 0)}, the number of reference images."));
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * images / count))];
    }

    /// <summary>Some rows of a matrix, copied.</summary>
    internal static Matrix<float> Rows(Matrix<float> matrix, ReadOnlySpan<int> rows)
    {
        var chosen = new Matrix<float>(rows.Length, matrix.Columns);
        for (var i = 0; i < rows.Length; i++) matrix.Row(rows[i]).CopyTo(chosen.Row(i));
        return chosen;
    }
}
