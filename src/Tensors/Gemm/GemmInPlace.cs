// The body of the parallel loop of a matrix product: a thread's pieces, computed where they belong in C.

namespace VaeFromScratch.Tensors;

/// <summary>Computes pieces of C where they belong in it. An iteration of the parallel loop is a piece of the grid.</summary>
internal readonly struct GemmInPlace<TLoop>(TLoop loop, GemmGrid grid, GemmOperand c) : ILoopBody where TLoop : struct, IGemmLoop
{
    public void Execute(int first, int limit)
    {
        while (first < limit)
        {
            var (block, pieces) = grid.Block(first, limit);
            loop.Compute(c, block);
            first += pieces;
        }
    }
}
