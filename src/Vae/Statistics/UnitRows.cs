// Rows scaled to length 1.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>Rows divided by their lengths.</summary>
internal static class UnitRows
{
    /// <summary>The rows, each divided by its length, in a matrix of their own; a row of zeros stays one.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="rows">Rows, side by side in memory; a NaN or an infinity makes NaNs of its row.</param>
    public static Matrix<float> Of(Engine engine, Matrix<float> rows)
    {
        var result = new Matrix<float>(rows.Rows, rows.Columns);
        engine.ForRows(rows.Rows, 4 * rows.Columns, new Body(rows, result));
        return result;
    }

    /// <summary>The sum of the squares, in double precision, in order.</summary>
    public static double SquaredLength(ReadOnlySpan<float> row)
    {
        var sum = 0.0;
        foreach (var number in row) sum += (double)number * number;
        return sum;
    }

    private readonly struct Body(Matrix<float> from, Matrix<float> to) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                var source = from.Row(row);
                var unit = to.Row(row);
                var length = Math.Sqrt(SquaredLength(source));
                if (length == 0) continue;
                for (var i = 0; i < source.Length; i++) unit[i] = (float)(source[i] / length);
            }
        }
    }
}
