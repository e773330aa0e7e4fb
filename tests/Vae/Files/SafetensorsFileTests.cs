// Writing and reading safetensors files: round trips, exact bytes, and what the writer refuses.
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Files;

public sealed class SafetensorsFileTests : IDisposable
{
    private static readonly Dictionary<string, string> NoMetadata = [];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_small_file_has_exactly_these_bytes()
    {
        var stream = new MemoryStream();
        SafetensorsFile.Write(
            stream,
            [new("w", [2, 1], new float[] { 1, -2.5f }), new("b", [], new float[] { float.Epsilon })],
            new Dictionary<string, string> { ["a"] = "1", ["Z"] = "say \"µ\"" });

        // The header has 151 bytes and one space, so that the data begins at 160; 1.0 is 3f800000, -2.5 is c0200000.
        byte[] expected =
        [
            152, 0, 0, 0, 0, 0, 0, 0,
            .. """{"__metadata__":{"Z":"say \"µ\"","a":"1"},"""u8,
            .. "\"w\":"u8, .. """{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"""u8,
            .. "\"b\":"u8, .. """{"dtype":"F32","shape":[],"data_offsets":[8,12]}}"""u8, .. " "u8,
            0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0, 1, 0, 0, 0,
        ];
        Assert.Equal(expected, stream.ToArray());
    }

    [Fact]
    public void No_tensors_and_no_metadata_are_a_file_too()
    {
        var stream = new MemoryStream();
        SafetensorsFile.Write(stream, [], NoMetadata);
        Assert.Equal([8, 0, 0, 0, 0, 0, 0, 0, .. "{}      "u8], stream.ToArray());

        SafetensorsFile read = SafetensorsBytes.Read(stream.ToArray());
        Assert.Empty(read.Tensors);
        Assert.Empty(read.Metadata);
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", read.DataSha256);
    }

    [Fact]
    public void What_is_written_is_read_bit_for_bit()
    {
        var random = new Random(20260120);
        float[] weights = new float[784 * 40];
        for (int i = 0; i < weights.Length; i++)
        {
            do weights[i] = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)); while (!float.IsFinite(weights[i]));
        }

        weights[0] = -0f;
        SafetensorsTensor[] tensors =
        [
            new("second.weight", [784, 40], weights),
            new("empty", [0, 3], ReadOnlyMemory<float>.Empty),
            new("first é\n\"", [1, 1, 2], new float[] { 1, 2 }),
        ];
        var metadata = new Dictionary<string, string> { ["seed"] = "42", ["Z"] = "z", [""] = "empty key", ["ключ"] = "\u0000\\ \"😀\"" };
        string path = _folder["model.safetensors"];
        SafetensorsFile.Write(path, tensors, metadata);
        SafetensorsFile read = SafetensorsFile.Read(path);

        Assert.Equal(tensors.Select(t => t.Name), read.Tensors.Select(t => t.Name));
        foreach (SafetensorsTensor tensor in tensors)
        {
            Assert.Equal(tensor.Shape.ToArray(), read[tensor.Name].Shape.ToArray());
            Assert.Equal(Bits(tensor), Bits(read[tensor.Name]));
        }

        Assert.Equal(["", "Z", "seed", "ключ"], read.Metadata.Keys);
        Assert.All(metadata, pair => Assert.Equal(pair.Value, read.Metadata[pair.Key]));
        Assert.Equal(SafetensorsFile.Sha256(tensors), read.DataSha256);

        SafetensorsFile.Write(_folder["again.safetensors"], read.Tensors, read.Metadata);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(_folder["again.safetensors"]));
        Assert.Equal(["again.safetensors", "model.safetensors"], _folder.Names());

        static IEnumerable<int> Bits(SafetensorsTensor tensor) => tensor.Data.ToArray().Select(BitConverter.SingleToInt32Bits);
    }

    [Fact]
    public void Every_header_length_gives_data_aligned_to_eight_bytes()
    {
        for (int length = 1; length <= 24; length++)
        {
            var stream = new MemoryStream();
            SafetensorsFile.Write(stream, [new(new string('n', length), [1], new float[] { 1 })], NoMetadata);
            Assert.Equal(4, stream.Length % 8);
            Assert.Equal(1f, SafetensorsBytes.Read(stream.ToArray()).Tensors[0].Data.Span[0]);
        }
    }

    [Fact]
    public void The_data_hash_is_that_of_the_bytes_and_depends_on_their_order_alone()
    {
        var a = new SafetensorsTensor("a", [2], new float[] { 1, -2.5f });
        var b = new SafetensorsTensor("b", [1], new float[] { 3 });
        // Of 0000803f 000020c0 00004040, by sha256sum.
        Assert.Equal("5e4d73fb7853c6947a59215cb3fb869bc3bf8f59c358e094b541a9f9eed1e7c8", SafetensorsFile.Sha256([a, b]));
        Assert.NotEqual(SafetensorsFile.Sha256([a, b]), SafetensorsFile.Sha256([b, a]));
        Assert.Equal(SafetensorsFile.Sha256([a, b]), SafetensorsFile.Sha256([new("x", [1, 2], a.Data), new("y", [], b.Data)]));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void Data_that_is_not_finite_is_written_and_read_only_when_allowed(float value, string shown)
    {
        string path = _folder["model.safetensors"];
        SafetensorsTensor[] tensors = [new("w", [3], new float[] { 0, 1, value })];
        File.WriteAllText(path, "old");
        var refused = Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, tensors, NoMetadata));
        Assert.Contains($"'w' is {shown} at element 2", refused.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));

        SafetensorsFile.Write(path, tensors, NoMetadata, allowNonFinite: true);
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
        Assert.Contains("element 2", error.Message, StringComparison.Ordinal);
        Assert.Equal(value, SafetensorsFile.Read(path, allowNonFinite: true)["w"].Data.Span[2]);
    }

    [Fact]
    public void The_writer_refuses_what_the_reader_would()
    {
        var w = new SafetensorsTensor("w", [1], new float[] { 1 });
        RefusedToWrite([w, w]);
        RefusedToWrite([new("\ud800", [1], w.Data)]);
        RefusedToWrite([w], ("k", new('x', 1 << 20)));
        RefusedToWrite([w], ("k", "\ud800"));
        RefusedToWrite([w], ("\udc00", "v"));

        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("", [1], new float[1]));
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("__metadata__", [1], new float[1]));
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("w", [2, 3], new float[5]));
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("w", [-1, -1], new float[1]));
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("w", [1 << 16, 1 << 16], ReadOnlyMemory<float>.Empty));
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("w", [1, 1, 1, 1, 1, 1, 1, 1, 1], new float[1]));

        static void RefusedToWrite(SafetensorsTensor[] tensors, params (string Key, string Value)[] metadata)
        {
            var stream = new MemoryStream();
            Assert.Throws<ArgumentException>(
                () => SafetensorsFile.Write(stream, tensors, metadata.ToDictionary(pair => pair.Key, pair => pair.Value)));
            Assert.Equal(0, stream.Length);
        }
    }

    [Fact]
    public void The_largest_header_is_read_again()
    {
        // The longest value with which the header still fits.
        var metadata = new Dictionary<string, string> { ["k"] = new('x', (1 << 20) - """{"__metadata__":{"k":""}}""".Length) };
        var stream = new MemoryStream();
        SafetensorsFile.Write(stream, [], metadata);
        Assert.Equal(8 + (1 << 20), stream.Length);
        Assert.Equal(metadata["k"], SafetensorsBytes.Read(stream.ToArray()).Metadata["k"]);
    }

    [Fact]
    public void The_tensors_of_an_architecture_are_required_exactly()
    {
        SafetensorsFile file = SafetensorsBytes.Read(SafetensorsBytes.Small());
        file.RequireTensors([("s", []), ("b", [1]), ("none", [0, 5]), ("w", [2, 3])]);

        Refused("'bias', expected one of shape [7]", ("w", [2, 3]), ("bias", [7]), ("none", [0, 5]), ("b", [1]), ("s", []));
        Refused("'w' has shape [2, 3], expected [3, 2]", ("b", [1]), ("w", [3, 2]), ("none", [0, 5]), ("s", []));
        Refused("'s' has shape [], expected [1]", ("b", [1]), ("w", [2, 3]), ("none", [0, 5]), ("s", [1]));
        Refused("'b' does not belong", ("w", [2, 3]), ("none", [0, 5]), ("s", []));

        void Refused(string expected, params (string, int[])[] architecture)
        {
            var error = Assert.Throws<InvalidDataException>(() => file.RequireTensors(architecture));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_tensor_that_is_not_there_is_an_error_of_the_file()
    {
        SafetensorsFile file = SafetensorsBytes.Read(SafetensorsBytes.Small());
        Assert.Equal(7f, file["b"].Data.Span[0]);
        Assert.Throws<InvalidDataException>(() => file["missing"]);
    }
}
