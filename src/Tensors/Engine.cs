// The engine: which kernel computes, and on how many threads.

namespace VaeFromScratch.Tensors;

/// <summary>A team of threads together with the kernel they use. Every operation of this project runs on one.</summary>
/// <remarks>
/// Neither choice changes a bit of any result, only how long it takes. One thread at a time may use an engine; several
/// engines may work side by side.
/// </remarks>
public sealed class Engine : IDisposable
{
    // Handing work to another thread costs about as much as this many element-wise operations.
    private const int WorthAThread = 4096;

    /// <summary>Starts an engine.</summary>
    /// <param name="threads">Threads to use, 1 to <see cref="ThreadTeam.MaxThreads"/>; 0 for one a core.</param>
    /// <param name="instructionSet">See <see cref="InstructionSets.Choose"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of range.</exception>
    /// <exception cref="ArgumentException">The instruction set is not available.</exception>
    public Engine(int threads = 0, string? instructionSet = null)
    {
        InstructionSet = InstructionSets.Choose(instructionSet);
        Kernel = GemmKernel.For(InstructionSet);
        SparseKernel = SparseKernel.For(InstructionSet);
        Team = new ThreadTeam(threads == 0 ? Math.Min(Environment.ProcessorCount, ThreadTeam.MaxThreads) : threads);
    }

    /// <summary>The instruction set of the matrix product.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The threads.</summary>
    public ThreadTeam Team { get; }

    internal GemmKernel Kernel { get; }

    internal SparseKernel? SparseKernel { get; }

    /// <summary>
    /// An engine with the same kernel on the calling thread alone, for what is computed inside a loop of this one. It has nothing to dispose of.
    /// </summary>
    public Engine OfOneThread() => new(1, InstructionSets.NameOf(InstructionSet));

    /// <summary>Runs a loop over rows on as many threads as its work is worth.</summary>
    /// <param name="rows">Iterations.</param>
    /// <param name="costPerRow">Work of one iteration in element-wise operations, roughly.</param>
    /// <param name="body">The loop's body.</param>
    public void ForRows<TBody>(int rows, int costPerRow, TBody body) where TBody : struct, ILoopBody, allows ref struct =>
        Team.For(rows, WorthAThread / Math.Max(1, costPerRow) + 1, body);

    /// <inheritdoc/>
    public void Dispose() => Team.Dispose();
}
