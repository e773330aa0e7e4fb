// Philox 4x32-10: the counter-based generator from which every random number of this project comes.

using System.Runtime.CompilerServices;

namespace VaeFromScratch.Tensors;

/// <summary>Four random words.</summary>
/// <param name="X">First word.</param>
/// <param name="Y">Second word.</param>
/// <param name="Z">Third word.</param>
/// <param name="W">Fourth word.</param>
public readonly record struct UInt4(uint X, uint Y, uint Z, uint W);

/// <summary>A bijection from 128-bit counters to 128-bit blocks, keyed with 64 bits.</summary>
/// <remarks>
/// Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3. There is no state that
/// moves on: any block can be drawn by any thread, alone and again.
/// </remarks>
public static class Philox
{
    private const uint MultiplierX = 0xD2511F53, MultiplierZ = 0xCD9E8D57;
    private const uint WeylX = 0x9E3779B9, WeylY = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The block that belongs to a counter under a key. (13.3)</summary>
    /// <param name="counter">The counter, least significant word first.</param>
    /// <param name="key">The key, least significant word first.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt4 Block(UInt4 counter, ulong key)
    {
        var (x, y, z, w) = (counter.X, counter.Y, counter.Z, counter.W);
        var (keyX, keyY) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var productX = (ulong)MultiplierX * x;
            var productZ = (ulong)MultiplierZ * z;
            (x, y, z, w) = ((uint)(productZ >> 32) ^ y ^ keyX, (uint)productZ, (uint)(productX >> 32) ^ w ^ keyY, (uint)productX);
            keyX += WeylX;
            keyY += WeylY;
        }

        return new UInt4(x, y, z, w);
    }
}
