// Random sequences: uniform and normal numbers and permutations, each number a function of (seed, purpose, index, position).

using System.Numerics;
using System.Runtime.Intrinsics;

namespace VaeFromScratch.Tensors;

/// <summary>An endless sequence of random numbers in which every position can be drawn directly.</summary>
/// <param name="seed">The experiment's seed: the key of the generator.</param>
/// <param name="purpose">What the numbers are for, so that different uses of one seed never share numbers.</param>
/// <param name="index">Which sequence of that purpose, as the number of the training step.</param>
public readonly struct RandomSequence(ulong seed, uint purpose, uint index)
{
    private const int BlockSize = 4;
    private const float TwoToMinus24 = 1f / (1 << 24);

    /// <summary>Fills a span with numbers uniform in [0, 1), multiples of 2^-24, beginning with position 0. (13.6)</summary>
    public void FillUniform(Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i += BlockSize)
        {
            var block = Block(i / BlockSize);
            var rest = Math.Min(BlockSize, destination.Length - i);
            for (var j = 0; j < rest; j++) destination[i + j] = (Word(block, j) >> 8) * TwoToMinus24;
        }
    }

    /// <summary>
    /// Fills a span with numbers from N(0, 1): positions <paramref name="position"/> to position + length - 1 of the sequence.
    /// </summary>
    /// <remarks>
    /// Box and Muller 1958: with u and t uniform, sqrt(-2 ln u)·cos(2πt) and sqrt(-2 ln u)·sin(2πt) are independent and normal. (13.7)
    /// u is taken from (0, 1] so that the logarithm is finite; the largest number that can come out is 5.8. (13.10) Sixteen numbers are
    /// made at a time: four blocks of the generator give 8 pairs (u, t).
    /// </remarks>
    /// <param name="destination">Where the numbers go.</param>
    /// <param name="position">Position of the first one in the sequence, 0 or more.</param>
    public void FillNormal<T>(Span<T> destination, long position = 0) where T : unmanaged, INumberBase<T>
    {
        const int group = 16;
        Span<float> numbers = stackalloc float[group];
        while (destination.Length > 0)
        {
            var skip = (int)(position % group);
            NormalGroup(position / group, numbers);
            var count = Math.Min(group - skip, destination.Length);
            for (var i = 0; i < count; i++) destination[i] = T.CreateTruncating(numbers[skip + i]);
            destination = destination[count..];
            position += count;
        }
    }

    /// <summary>Puts the items into random order, each order equally likely (Fisher and Yates; Durstenfeld 1964). (13.15)</summary>
    public void Shuffle(Span<int> items)
    {
        var position = 0L;
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)Below((uint)i + 1, ref position);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static uint Word(UInt4 block, int index) => index switch { 0 => block.X, 1 => block.Y, 2 => block.Z, _ => block.W };

    private UInt4 Block(long block) => Philox.Block(new UInt4((uint)block, (uint)(block >> 32), index, purpose), seed);

    private void NormalGroup(long group, Span<float> numbers)
    {
        var (b0, b1, b2, b3) = (Block(4 * group), Block(4 * group + 1), Block(4 * group + 2), Block(4 * group + 3));
        var forRadius = Vector256.Create(b0.X, b0.Z, b1.X, b1.Z, b2.X, b2.Z, b3.X, b3.Z);
        var forAngle = Vector256.Create(b0.Y, b0.W, b1.Y, b1.W, b2.Y, b2.W, b3.Y, b3.W);
        var u = Vector256.ConvertToSingle((forRadius >>> 8).AsInt32() + Vector256<int>.One) * TwoToMinus24;
        var turns = Vector256.ConvertToSingle((forAngle >>> 8).AsInt32()) * TwoToMinus24;
        var radius = Vector256.Sqrt(Log.Invoke(u) * -2f);
        var (sin, cos) = SinCosTurns.Invoke(turns);
        (radius * cos).CopyTo(numbers);
        (radius * sin).CopyTo(numbers[Vector256<float>.Count..]);
    }

    // An unbiased number below the bound from the high half of a product, drawing again in the rare unfair case (Lemire 2019). (13.14)
    private uint Below(uint bound, ref long position)
    {
        while (true)
        {
            var product = (ulong)Word(Block(position / BlockSize), (int)(position % BlockSize)) * bound;
            position++;
            if ((uint)product >= bound || (uint)product >= unchecked(0u - bound) % bound) return (uint)(product >> 32);
        }
    }
}
