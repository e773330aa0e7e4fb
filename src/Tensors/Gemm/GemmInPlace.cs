// The body of the parallel loop of a matrix product: a thread's pieces, computed where they belong in C.

using System.Runtime.InteropServices;

namespace VaeFromScratch.Tensors;

/// <summary>Computes pieces of C where they belong in it, and applies an epilogue to each. An iteration of the parallel loop is a piece of the grid.</summary>
internal readonly unsafe struct GemmInPlace<TLoop, T, TEpilogue>(TLoop loop, GemmGrid grid, GemmOperand c, TEpilogue epilogue) : ILoopBody
    where TLoop : struct, IGemmLoop where T : unmanaged where TEpilogue : struct, IEpilogue<T>
{
    public void Execute(int first, int limit)
    {
        while (first < limit)
        {
            var (block, pieces) = grid.Block(first, limit);
            loop.Compute(c, block);
            if (typeof(TEpilogue) != typeof(NoEpilogue<T>)) Apply(block);
            first += pieces;
        }
    }

    private void Apply(GemmBlock block)
    {
        var (column, endColumn) = (grid.Strips.Column(block.Strip), grid.Strips.Column(block.EndStrip));
        for (var i = block.Row; i < block.EndRow; i++)
            epilogue.Apply(i, column, MemoryMarshal.Cast<float, T>(new Span<float>(c.At(i, column), endColumn - column)));
    }
}
