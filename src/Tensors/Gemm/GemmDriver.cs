// The driver of the matrix product: chooses between the dense and the sparse kernel, cuts C, and starts the threads.

using System.Buffers;

namespace VaeFromScratch.Tensors;

/// <summary>Computes products of checked operands: chooses the kernel and the grid, and shares the pieces among the threads.</summary>
internal static unsafe class GemmDriver
{
    // A product below this stays on the calling thread: handing work to another one costs about as much as so many multiply-adds.
    private const long SerialMultiplyAdds = 1 << 17;

    // As many as a kernel loads at once.
    private static readonly Matrix<float> Zeros = new(1, SparseKernel.Wide);

    /// <summary>Computes <c>C = start + A·B</c>, shapes <c>[m, n]</c>, <c>[m, k]</c> and <c>[k, n]</c>; see <see cref="Gemm"/>.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="a">Left operand.</param>
    /// <param name="b">Right operand.</param>
    /// <param name="c">Result.</param>
    /// <param name="start">Where each element's sum starts.</param>
    /// <param name="columnStart">With <see cref="ChainStart.Column"/>: n starts; else null.</param>
    /// <param name="left">Whether many numbers of A may be zero.</param>
    /// <param name="epilogue">What is done to C at the end; nothing, where its rows are no vectors.</param>
    public static void Multiply<T, TEpilogue>(
        Engine engine, GemmOperand a, GemmOperand b, GemmOperand c, ChainStart start, float* columnStart, LeftOperand left, TEpilogue epilogue)
        where T : unmanaged where TEpilogue : struct, IEpilogue<T>
    {
        if (c.Rows == 0 || c.Columns == 0) return;
        if (!c.HasVectorRows)
        {
            MultiplyIntoStridedColumns(engine, a, b, c, start, columnStart);
            return;
        }

        var strips = GemmStrips.Uniform(c.Columns, engine.Kernel.Columns);
        var starts = Starts(start, columnStart, c);
        var dense = new GemmLoop(engine.Kernel, a, b, strips, starts);
        if (SparseKernelFor(engine, a, b, left) is { } sparse)
        {
            strips = SparseKernel.Strips(c.Columns);
            // By columns: a thread takes some strips of B and all rows of A through each, so that only its share of B comes into its core. As many
            // groups as threads, so that these shares are equal however many strips there are.
            var groupRows = (c.Rows + engine.Team.Threads - 1) / engine.Team.Threads;
            var grid = GemmGrid.Of(c.Rows, Math.Min(SparseLoop.MostRows, groupRows), 1, strips) with { IsByColumns = true };
            var words = ArrayPool<ulong>.Shared.Rent(NonZeroMask.Length(a));
            fixed (ulong* memory = words)
            {
                var loop = new SparseLoop(sparse, dense, a, b, NonZeroMask.Of(engine, a, memory), strips, starts);
                Run(engine, a, c, grid.Pieces, new GemmInPlace<SparseLoop, T, TEpilogue>(loop, grid, c, epilogue));
            }

            ArrayPool<ulong>.Shared.Return(words);
        }
        else
        {
            var grid = DenseGrid(engine, c.Rows, b, strips);
            Run(engine, a, c, grid.Pieces, new GemmInPlace<GemmLoop, T, TEpilogue>(dense, grid, c, epilogue));
        }
    }

    /// <summary>Computes <c>A·B</c>, shapes <c>[m, k]</c> and <c>[k, n]</c>, and hands each row to the consumer; see <see cref="Gemm"/>.</summary>
    // By groups of rows and not by columns, for the consumer takes whole rows.
    public static void MultiplyRows<T, TConsumer>(Engine engine, GemmOperand a, GemmOperand b, TConsumer consumer, LeftOperand left)
        where T : unmanaged where TConsumer : struct, IRowConsumer<T>
    {
        var c = new GemmOperand(null, a.Rows, b.Columns, 0, 1);
        var strips = GemmStrips.Uniform(c.Columns, engine.Kernel.Columns);
        var starts = Starts(ChainStart.Zero, null, c);
        var dense = new GemmLoop(engine.Kernel, a, b, strips, starts);
        if (SparseKernelFor(engine, a, b, left) is { } sparse)
        {
            strips = SparseKernel.Strips(c.Columns);
            var grid = GemmGrid.Of(c.Rows, GemmByRows<SparseLoop, T, TConsumer>.RowsOfAGroup(c.Rows, c.Columns, engine.Team.Threads), 1, strips);
            var words = ArrayPool<ulong>.Shared.Rent(NonZeroMask.Length(a));
            fixed (ulong* memory = words)
            {
                var loop = new SparseLoop(sparse, dense, a, b, NonZeroMask.Of(engine, a, memory), strips, starts);
                Run(engine, a, c, grid.Groups, new GemmByRows<SparseLoop, T, TConsumer>(loop, grid, consumer));
            }

            ArrayPool<ulong>.Shared.Return(words);
        }
        else
        {
            var grid = GemmGrid.Of(c.Rows, GemmByRows<GemmLoop, T, TConsumer>.RowsOfAGroup(c.Rows, c.Columns, engine.Team.Threads), engine.Kernel.Rows, strips);
            Run(engine, a, c, grid.Groups, new GemmByRows<GemmLoop, T, TConsumer>(dense, grid, consumer));
        }
    }

    // Where the chains start, as an operand that kernels load from: a row of zeros or of column starts, which serves all rows, or C itself.
    private static GemmOperand Starts(ChainStart start, float* columnStart, GemmOperand c) => start switch
    {
        ChainStart.Zero => new GemmOperand(Zeros.Pointer, c.Rows, c.Columns, 0, 0),
        ChainStart.Column => new GemmOperand(columnStart, c.Rows, c.Columns, 0, 1),
        _ => c,
    };

    // The sparse kernels read rows of A and of B as they lie in memory, and need at least a narrow strip of columns.
    private static SparseKernel? SparseKernelFor(Engine engine, GemmOperand a, GemmOperand b, LeftOperand left) =>
        left == LeftOperand.Sparse && a.HasVectorRows && b.HasVectorRows && b.Columns >= SparseKernel.Narrow ? engine.SparseKernel : null;

    // At least a group a thread, if that leaves it some rows of tiles: so the rows that a thread computes are, as far as may be, those that it
    // has computed in the loop before. Where B has to be copied it is one group, so that each strip is copied by one thread alone. More groups
    // where there are too few strips to go round.
    private static GemmGrid DenseGrid(Engine engine, int rows, GemmOperand b, GemmStrips strips)
    {
        const int tilesOfAGroup = 4, stripsAThread = 4;
        var threads = engine.Team.Threads;
        var groups = Math.Max(b.HasVectorRows ? threads : 1, (stripsAThread * threads + strips.Count - 1) / strips.Count);
        var groupRows = Math.Max((rows + groups - 1) / groups, tilesOfAGroup * engine.Kernel.Rows);
        return GemmGrid.Of(rows, groupRows, engine.Kernel.Rows, strips);
    }

    // A product too small to be shared is one piece of work.
    private static void Run<TBody>(Engine engine, GemmOperand a, GemmOperand c, int iterations, TBody body) where TBody : struct, ILoopBody =>
        engine.Team.For(iterations, (long)c.Rows * c.Columns * a.Columns < SerialMultiplyAdds ? iterations : 1, body, smallestPiece: 1);

    // The kernels store rows of C as vectors. Where only its columns lie side by side, the transpose is computed: (A·B)ᵀ = Bᵀ·Aᵀ, and a fused
    // multiply-add does not care which of its factors comes first, so these are the same bits. Where neither do, the product is computed beside C.
    private static void MultiplyIntoStridedColumns(Engine engine, GemmOperand a, GemmOperand b, GemmOperand c, ChainStart start, float* columnStart)
    {
        if (start == ChainStart.Column)
        {
            for (var i = 0; i < c.Rows; i++)
                for (var j = 0; j < c.Columns; j++)
                    *c.At(i, j) = columnStart[j];
            start = ChainStart.Accumulate;
        }

        if (c.Transposed.HasVectorRows)
        {
            Multiply<float, NoEpilogue<float>>(engine, b.Transposed, a.Transposed, c.Transposed, start, null, LeftOperand.Dense, default);
            return;
        }

        var gathered = new Matrix<float>(c.Rows, c.Columns);
        var rows = new GemmOperand(gathered.Pointer, c.Rows, c.Columns, c.Columns, 1);
        if (start == ChainStart.Accumulate) Copy(c, rows);
        Multiply<float, NoEpilogue<float>>(engine, a, b, rows, start, null, LeftOperand.Dense, default);
        Copy(rows, c);
        gathered.KeepAlive();
    }

    private static void Copy(GemmOperand from, GemmOperand to)
    {
        for (var i = 0; i < from.Rows; i++)
            for (var j = 0; j < from.Columns; j++)
                *to.At(i, j) = *from.At(i, j);
    }
}
