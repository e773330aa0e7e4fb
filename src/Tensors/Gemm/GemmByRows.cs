// The body of the parallel loop of a matrix product whose result is used up row by row and never stored as a whole.

using System.Buffers;
using System.Runtime.InteropServices;

namespace VaeFromScratch.Tensors;

/// <summary>Computes groups of rows of C in a buffer that stays in cache, and hands the rows on. An iteration of the parallel loop is a group.</summary>
/// <remarks>Whole rows, so that what the consumer reads and writes beside them are long runs of memory too.</remarks>
internal readonly unsafe struct GemmByRows<TLoop, T, TConsumer>(TLoop loop, GemmGrid grid, TConsumer consumer) : ILoopBody
    where TLoop : struct, IGemmLoop where T : unmanaged where TConsumer : struct, IRowConsumer<T>
{
    private const int LineElements = AlignedMemory.Alignment / sizeof(float);

    // 0.2 MB for 64 rows of 784 numbers. A strip of B comes into the first cache once for so many rows.
    private const int MostRows = 64, MostElements = 1 << 16;

    /// <summary>Most rows of a group of a product <c>[rows, columns]</c>: so few that each thread has at least four groups, and all have as many.</summary>
    public static int RowsOfAGroup(int rows, int columns, int threads)
    {
        var most = Math.Clamp(Math.Min(MostElements / columns, rows / (4 * threads)), 1, MostRows);
        var groups = (rows + most - 1) / most;
        var evenGroups = (groups + threads - 1) / threads * threads;
        return (rows + evenGroups - 1) / evenGroups;
    }

    public void Execute(int first, int limit)
    {
        var columns = grid.Strips.Columns;
        var stride = (columns + LineElements - 1) / LineElements * LineElements;
        var rented = ArrayPool<float>.Shared.Rent(grid.GroupRows * stride + LineElements);
        fixed (float* memory = rented)
        {
            var buffer = AlignedMemory.Align(memory);
            for (var group = first; group < limit; group++)
            {
                var block = new GemmBlock(group * grid.GroupRows, Math.Min((group + 1) * grid.GroupRows, grid.Rows), 0, grid.Strips.Count);
                // Where C would begin, if the buffer were these rows of it.
                var c = new GemmOperand(buffer - (nint)block.Row * stride, grid.Rows, columns, stride, 1);
                loop.Compute(c, block);
                for (var i = block.Row; i < block.EndRow; i++) consumer.Take(i, MemoryMarshal.Cast<float, T>(new ReadOnlySpan<float>(c.At(i, 0), columns)));
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }
}
