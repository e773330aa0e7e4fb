// SHA-256 in managed code: .NET's own calls OpenSSL on Linux and ends the process where that library is missing.
using System.Buffers.Binary;
using System.Numerics;

namespace VaeFromScratch.Vae.Files;

/// <summary>SHA-256 of bytes given in any number of pieces.</summary>
/// <remarks>
/// <para>Source: FIPS 180-4, "Secure Hash Standard (SHS)", NIST 2015, sections 4.1.2, 4.2.2, 5.1.1, 5.3.3 and 6.2.</para>
/// <para>It identifies files; nothing secret passes through it. An instance is for one thread and one message.</para>
/// </remarks>
public sealed class Sha256
{
    private const int BlockBytes = 64;

    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static readonly uint[] RoundConstants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    // The first 32 bits of the fractional parts of the square roots of the first 8 primes.
    private readonly uint[] _state =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private readonly uint[] _schedule = new uint[64];
    private readonly byte[] _pending = new byte[BlockBytes];
    private int _pendingLength;
    private ulong _length;
    private bool _finished;

    /// <summary>The hash of <paramref name="message"/>.</summary>
    /// <param name="message">The whole message.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string HashHex(ReadOnlySpan<byte> message)
    {
        var hash = new Sha256();
        hash.Append(message);
        return hash.FinishHex();
    }

    /// <summary>Takes the next piece of the message.</summary>
    /// <param name="piece">Bytes that follow those given before.</param>
    /// <exception cref="InvalidOperationException">The hash is finished.</exception>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (_finished) throw new InvalidOperationException("The hash is finished; a new message needs a new instance.");
        _length += (ulong)piece.Length;

        if (_pendingLength > 0)
        {
            int taken = Math.Min(BlockBytes - _pendingLength, piece.Length);
            piece[..taken].CopyTo(_pending.AsSpan(_pendingLength));
            _pendingLength += taken;
            piece = piece[taken..];
            if (_pendingLength < BlockBytes) return;
            Compress(_pending);
            _pendingLength = 0;
        }

        for (; piece.Length >= BlockBytes; piece = piece[BlockBytes..]) Compress(piece[..BlockBytes]);
        piece.CopyTo(_pending);
        _pendingLength = piece.Length;
    }

    /// <summary>Ends the message.</summary>
    /// <returns>Its hash in 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="InvalidOperationException">The hash is finished already.</exception>
    public string FinishHex()
    {
        // Padding: a one bit, zeros up to eight bytes short of a block's end, and the length in bits (section 5.1.1).
        ulong bits = _length * 8;
        int zeros = (BlockBytes + 56 - (_pendingLength + 1)) % BlockBytes;
        Span<byte> padding = stackalloc byte[1 + BlockBytes + 8];
        padding.Clear();
        padding[0] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padding[(1 + zeros)..], bits);
        Append(padding[..(1 + zeros + 8)]);
        _finished = true;

        Span<byte> digest = stackalloc byte[32];
        for (int i = 0; i < _state.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], _state[i]);
        return Convert.ToHexStringLower(digest);
    }

    // Section 6.2.2: the message schedule, 64 rounds over the working variables a..h, and the sum into the state.
    private void Compress(ReadOnlySpan<byte> block)
    {
        uint[] w = _schedule;
        for (int t = 0; t < 16; t++) w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        for (int t = 16; t < w.Length; t++)
        {
            uint sigma0 = BitOperations.RotateRight(w[t - 15], 7) ^ BitOperations.RotateRight(w[t - 15], 18) ^ (w[t - 15] >> 3);
            uint sigma1 = BitOperations.RotateRight(w[t - 2], 17) ^ BitOperations.RotateRight(w[t - 2], 19) ^ (w[t - 2] >> 10);
            w[t] = w[t - 16] + sigma0 + w[t - 7] + sigma1;
        }

        (uint a, uint b, uint c, uint d) = (_state[0], _state[1], _state[2], _state[3]);
        (uint e, uint f, uint g, uint h) = (_state[4], _state[5], _state[6], _state[7]);
        for (int t = 0; t < w.Length; t++)
        {
            uint sum1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            uint choice = (e & f) ^ (~e & g);
            uint t1 = h + sum1 + choice + RoundConstants[t] + w[t];
            uint sum0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            uint majority = (a & b) ^ (a & c) ^ (b & c);
            uint t2 = sum0 + majority;
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        _state[0] += a;
        _state[1] += b;
        _state[2] += c;
        _state[3] += d;
        _state[4] += e;
        _state[5] += f;
        _state[6] += g;
        _state[7] += h;
    }
}
