// Stores the rows of a product, and counts how often each was handed over.

using System.Numerics;

namespace VaeFromScratch.Tensors.Tests;

internal readonly struct RowCollector<T>(Matrix<T> rows, int[] visits) : IRowConsumer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Take(int row, ReadOnlySpan<T> values)
    {
        values.CopyTo(rows.Row(row));
        Interlocked.Increment(ref visits[row]);
    }
}
