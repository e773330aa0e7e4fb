using System.Text;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests.Data;

public class Crc32Tests
{
    [Fact]
    public void Check_value_of_the_standard() => Assert.Equal(0xCBF43926u, Crc32.Append(0, Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void Every_length_and_every_split_agrees_with_the_bitwise_definition()
    {
        byte[] bytes = IdxBytes.Elements(40);
        for (int length = 0; length <= bytes.Length; length++)
        {
            uint expected = Bitwise(bytes.AsSpan(0, length));
            for (int split = 0; split <= length; split++)
                Assert.Equal(expected, Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, split)), bytes.AsSpan(split, length - split)));
        }
    }

    private static uint Bitwise(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }

        return ~crc;
    }
}
