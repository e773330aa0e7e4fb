// The CRC-32 of gzip (RFC 1952, section 8): reflected polynomial 0xEDB88320, eight bytes a step ("slicing by 8", Kounavis and Berry 2005).
using System.Buffers.Binary;

namespace VaeFromScratch.Vae.Data;

internal static class Crc32
{
    private static readonly uint[] Tables = MakeTables();

    /// <summary>Continues a CRC over more bytes; a fresh CRC starts from 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> t = Tables;
        crc = ~crc;
        while (bytes.Length >= 8)
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            // Table k carries a byte over k further zero bytes: the first byte of the eight has seven still to come.
            crc = t[(7 * 256) + (int)(low & 0xFF)] ^ t[(6 * 256) + (int)((low >> 8) & 0xFF)]
                ^ t[(5 * 256) + (int)((low >> 16) & 0xFF)] ^ t[(4 * 256) + (int)(low >> 24)]
                ^ t[(3 * 256) + (int)(high & 0xFF)] ^ t[(2 * 256) + (int)((high >> 8) & 0xFF)]
                ^ t[256 + (int)((high >> 16) & 0xFF)] ^ t[(int)(high >> 24)];
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
            crc = t[(int)((crc ^ b) & 0xFF)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
            tables[i] = crc;
        }

        for (int i = 256; i < tables.Length; i++)
            tables[i] = tables[tables[i - 256] & 0xFF] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
