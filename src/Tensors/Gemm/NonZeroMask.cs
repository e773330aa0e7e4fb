// Where a matrix is zero: what the sparse product walks along.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors;

/// <summary>Which numbers of a left operand are not zero: for each row a bit a column, 64 columns a word, and after the words how many are set.</summary>
/// <remarks>Made once for a product, in memory that belongs to the caller and outlives it; then all threads read it.</remarks>
internal readonly unsafe struct NonZeroMask
{
    /// <summary>Columns that one word tells of.</summary>
    public const int Width = 64;

    private readonly ulong* _memory;

    private NonZeroMask(ulong* memory, int columns)
    {
        _memory = memory;
        Words = (columns + Width - 1) / Width;
    }

    /// <summary>Words of a row.</summary>
    public int Words { get; }

    /// <summary>Words from one row's first word to the next's: its bits and its count.</summary>
    public int RowStride => Words + 1;

    /// <summary>Words of memory that a matrix's mask takes.</summary>
    public static int Length(GemmOperand a) => checked(a.Rows * new NonZeroMask(null, a.Columns).RowStride);

    /// <summary>The mask of a matrix, the numbers of whose rows lie side by side. A NaN is not zero; both zeros are.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="a">The matrix.</param>
    /// <param name="memory">Receives the mask: <see cref="Length"/> words.</param>
    public static NonZeroMask Of(Engine engine, GemmOperand a, ulong* memory)
    {
        var mask = new NonZeroMask(memory, a.Columns);
        engine.ForRows(a.Rows, a.Columns, new FillBody(mask, a));
        return mask;
    }

    /// <summary>The words of a row.</summary>
    public ulong* Row(int row) => _memory + (nint)row * RowStride;

    /// <summary>How many numbers of some rows are not zero.</summary>
    public long Count(int row, int endRow)
    {
        var count = 0L;
        for (var i = row; i < endRow; i++) count += (long)Row(i)[Words];
        return count;
    }

    private readonly struct FillBody(NonZeroMask mask, GemmOperand a) : ILoopBody
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                var words = mask.Row(row);
                var count = 0;
                for (var column = 0; column < a.Columns; column += Width)
                {
                    var word = Word(a.At(row, column), Math.Min(Width, a.Columns - column));
                    *words++ = word;
                    count += BitOperations.PopCount(word);
                }

                *words = (ulong)count;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong Word(float* from, int columns)
        {
            var (bit, word) = (0, 0UL);
            if (Vector512.IsHardwareAccelerated)
            {
                for (; bit + 16 <= columns; bit += 16)
                    word |= (ulong)(ushort)~Vector512.Equals(Vector512.Load(from + bit), Vector512<float>.Zero).ExtractMostSignificantBits() << bit;
            }

            for (; bit + 8 <= columns; bit += 8)
                word |= (ulong)(byte)~Vector256.Equals(Vector256.Load(from + bit), Vector256<float>.Zero).ExtractMostSignificantBits() << bit;
            for (; bit < columns; bit++)
                if (from[bit] != 0) word |= 1UL << bit;
            return word;
        }
    }
}
