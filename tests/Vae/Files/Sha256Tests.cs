// Sha256 against the published vectors and, at every length around the block edges, against the platform's own.
using System.Security.Cryptography;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Files;

public class Sha256Tests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void Published_vectors(string message, string expected) =>
        Assert.Equal(expected, Sha256.HashHex(System.Text.Encoding.ASCII.GetBytes(message)));

    [Fact]
    public void A_million_times_the_letter_a()
    {
        byte[] message = new byte[1_000_000];
        message.AsSpan().Fill((byte)'a');
        Assert.Equal("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", Sha256.HashHex(message));
    }

    [Fact]
    public void Every_length_around_the_block_edges_equals_the_platform()
    {
        byte[] message = new byte[300];
        new Random(20260110).NextBytes(message);
        for (int length = 0; length <= message.Length; length++)
        {
            byte[] part = message[..length];
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(part)), Sha256.HashHex(part));
        }
    }

    [Fact]
    public void The_cut_into_pieces_does_not_matter()
    {
        var random = new Random(20260111);
        byte[] message = new byte[2000];
        random.NextBytes(message);
        string expected = Sha256.HashHex(message);
        for (int round = 0; round < 300; round++)
        {
            var hash = new Sha256();
            for (int at = 0; at < message.Length;)
            {
                int length = Math.Min(random.Next(0, 200), message.Length - at);
                hash.Append(message.AsSpan(at, length));
                at += length;
            }

            Assert.Equal(expected, hash.FinishHex());
        }
    }

    [Fact]
    public void A_finished_hash_takes_no_more()
    {
        var hash = new Sha256();
        hash.FinishHex();
        Assert.Throws<InvalidOperationException>(() => hash.Append([1]));
        Assert.Throws<InvalidOperationException>(() => hash.FinishHex());
    }
}
