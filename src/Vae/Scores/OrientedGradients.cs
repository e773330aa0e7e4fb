// Where the edges of an image are and which way they run: a descriptor of shape that asks no network.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Histograms of oriented gradients: for each cell of a grid over the image, how much grey changes in each of eight directions. (15.15)</summary>
/// <remarks>
/// Dalal and Triggs, "Histograms of oriented gradients for human detection", CVPR 2005, with whole octants for directions, cells that do not overlap, and the square root of each
/// sum. Only comparisons, exactly rounded roots, and sums in the order of the pixels. An image's row depends on no other image.
/// </remarks>
internal static class OrientedGradients
{
    /// <summary>Directions of a cell.</summary>
    public const int Directions = 8;

    /// <summary>The histograms of each image, <c>[n, cells · cells · 8]</c>: cell by cell along the rows of the grid.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="pixels">Images, <c>[n, features]</c>.</param>
    /// <param name="width">Pixels of a row of an image.</param>
    /// <param name="cells">Cells along each side of the grid, 1 or more.</param>
    /// <exception cref="ArgumentException">The width does not divide the pixels of an image: these are no images.</exception>
    public static Matrix<float> Of(Engine engine, Matrix<float> pixels, int width, int cells)
    {
        if (width < 1 || pixels.Columns % width != 0)
            throw new ArgumentException(FormattableString.Invariant($"Rows of {pixels.Columns} numbers, {width} of them side by side, are no images; gradients are of images alone."), nameof(width));
        var histograms = new Matrix<float>(pixels.Rows, cells * cells * Directions);
        engine.ForRows(pixels.Rows, 16 * pixels.Columns, new Body(pixels, width, cells, histograms));
        return histograms;
    }

    /// <summary>The octant of a direction that is not (0, 0): k for angles from k·45 degrees up to, not including, the next, from "along the row" towards "down".</summary>
    internal static int Octant(float along, float down)
    {
        if (down > 0 || (down == 0 && along > 0)) return along > 0 ? (down < along ? 0 : 1) : along == 0 || down > -along ? 2 : 3;
        return along < 0 ? (down > along ? 4 : 5) : along == 0 || -down > along ? 6 : 7;
    }

    private readonly struct Body(Matrix<float> pixels, int width, int cells, Matrix<float> histograms) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            var height = pixels.Columns / width;
            for (var image = first; image < limit; image++)
            {
                var x = pixels.Row(image);
                var histogram = histograms.Row(image);
                for (var row = 0; row < height; row++)
                {
                    for (var column = 0; column < width; column++)
                    {
                        // Differences of the two neighbours; there are none across the edge.
                        var p = row * width + column;
                        var along = column > 0 && column < width - 1 ? x[p + 1] - x[p - 1] : 0;
                        var down = row > 0 && row < height - 1 ? x[p + width] - x[p - width] : 0;
                        if (along == 0 && down == 0) continue;
                        var cell = row * cells / height * cells + column * cells / width;
                        histogram[cell * Directions + Octant(along, down)] += MathF.Sqrt(along * along + down * down);
                    }
                }

                foreach (ref var sum in histogram) sum = MathF.Sqrt(sum);
            }
        }
    }
}
