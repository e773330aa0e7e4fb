// What all scores made of nearest neighbours have in common: how many neighbours, among how many images.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Settings of the scores made of nearest neighbours. (15.9)</summary>
/// <remarks>
/// The defaults, on Fashion-MNIST, models 784-400-16 with each class held out, seed 0: the mean AUC-ROC of the five scores by distance in hidden layers
/// and codes is .707, .709, .709, .707, .703 and .687 for k = 1, 2, 3, 5, 10 and 50 among 20 000 references.
/// </remarks>
/// <param name="K">Neighbours of an image, k, 1 or more.</param>
/// <param name="References">Most normal images to seek them among, spread evenly over all there are: time and memory grow in proportion.</param>
public sealed record NeighbourSettings(int K = 3, int References = 20_000)
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
