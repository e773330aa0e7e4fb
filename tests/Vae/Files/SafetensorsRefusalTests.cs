// The safetensors reader given files that are cut, corrupted or made to mislead: each is refused, by InvalidDataException alone.
using System.Buffers.Binary;
using System.Text;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Files;

public class SafetensorsRefusalTests
{
    // The one tensor of a file with eight bytes of data.
    private const string Entry = """
        "w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}
        """;

    [Fact]
    public void The_small_file_that_the_other_tests_damage_is_accepted()
    {
        SafetensorsFile file = SafetensorsBytes.Read(SafetensorsBytes.Small());
        Assert.Equal(["w", "none", "b", "s"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([1, -2, 3.5f, 0, 1e-20f, -1e20f], file["w"].Data.ToArray());
        Assert.Equal("µ", file.Metadata["note"]);
        Assert.True(SafetensorsBytes.AcceptConsistently(SafetensorsBytes.Small()));
    }

    [Fact]
    public void A_file_cut_at_any_length_is_refused()
    {
        byte[] file = SafetensorsBytes.Small();
        for (int length = 0; length < file.Length; length++) SafetensorsBytes.Refuse(file[..length]);
        SafetensorsBytes.Refuse([.. file, 0]);
        SafetensorsBytes.Refuse([.. file, .. new byte[4]]);
    }

    [Fact]
    public void Any_byte_of_the_header_set_to_any_value_is_refused_or_read_consistently_in_bounded_memory()
    {
        byte[] file = SafetensorsBytes.Small();
        int end = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        for (int at = 0; at < end; at++)
        {
            byte original = file[at];
            for (int value = 0; value <= byte.MaxValue; value++)
            {
                file[at] = (byte)value;
                long before = GC.GetAllocatedBytesForCurrentThread();
                SafetensorsBytes.AcceptConsistently(file);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated < 256 << 10, $"byte {at} = {value} made the reader allocate {allocated} bytes");
            }

            file[at] = original;
        }
    }

    [Fact]
    public void A_hundred_thousand_mutants_are_refused_or_read_consistently()
    {
        var random = new Random(20260121);
        byte[] original = SafetensorsBytes.Small();
        string[] words = ["{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "-1", "1e9", "0", "24", "18446744073709551616", "null",
            "\"w\"", "\"shape\"", "\"dtype\"", "\"data_offsets\"", "\"__metadata__\"", "\"F32\"", "\"F16\"", " "];
        int accepted = 0;
        for (int round = 0; round < 100_000; round++)
        {
            List<byte> file = [.. original];
            for (int changes = random.Next(1, 4); changes > 0 && file.Count > 0; changes--)
            {
                int at = random.Next(file.Count);
                byte[] word = Encoding.UTF8.GetBytes(words[random.Next(words.Length)]);
                switch (random.Next(6))
                {
                    case 0: file[at] ^= (byte)(1 << random.Next(8)); break;
                    case 1: file[at] = (byte)random.Next(256); break;
                    case 2: file.RemoveRange(at, Math.Min(random.Next(1, 40), file.Count - at)); break;
                    case 3: file.InsertRange(at, word); break;
                    case 4: file.InsertRange(at, file.GetRange(at, Math.Min(random.Next(1, 60), file.Count - at))); break;
                    default:
                        for (int i = 0; i < word.Length && at + i < file.Count; i++) file[at + i] = word[i];
                        break;
                }
            }

            // Half of the time the declared length follows the change, or few mutants would get past it.
            byte[] bytes = [.. file];
            if (round % 2 == 0 && bytes.Length >= 8 + 32) BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - 8 - 32);
            if (SafetensorsBytes.AcceptConsistently(bytes)) accepted++;
        }

        // Both ways are taken: a mutator whose every file is refused at once would show nothing.
        Assert.InRange(accepted, 2000, 50_000);
    }

    [Theory]
    // Not the JSON of the format.
    [InlineData(" {}", "begins with byte 0x20")]
    [InlineData("[]", "begins with byte 0x5b")]
    [InlineData("{]", "not valid JSON at byte")]
    [InlineData("{} x", "not valid JSON at byte")]
    [InlineData("{}{}", "not valid JSON at byte")]
    [InlineData("{}\0", "not valid JSON at byte")]
    [InlineData("{/**/}", "not valid JSON at byte")]
    [InlineData("""{"w":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}""", "'w' holds an array that is not an integer")]
    [InlineData("""{"w":{"dtype":"F32","shape":[[[2]]],"data_offsets":[0,8]}}""", "'w' holds an array that is not an integer")]
    [InlineData("""{"w":{"dtype":{"a":{"b":1}},"shape":[2],"data_offsets":[0,8]}}""", "dtype of tensor 'w' is an object")]
    [InlineData("""{"__metadata__":{"a":[[[1]]]}}""", "metadata 'a' is an array, expected a string")]
    [InlineData("""{"w":7}""", "'w' is a number, expected an object")]
    [InlineData("""{"w":null}""", "'w' is null, expected an object")]
    [InlineData("""{"":{}}""", "empty name")]
    [InlineData("""{"\ud800":{}}""", "invalid \\u escape")]
    // Metadata.
    [InlineData("""{"__metadata__":null}""", "__metadata__ is null, expected an object of strings")]
    [InlineData("""{"__metadata__":{"a":1}}""", "metadata 'a' is a number, expected a string")]
    [InlineData("""{"__metadata__":{"a":null}}""", "metadata 'a' is null, expected a string")]
    [InlineData("""{"__metadata__":{"a":"\udc00"}}""", "metadata 'a' holds an invalid \\u escape")]
    [InlineData("""{"__metadata__":{"a":"1","a":"1"}}""", "metadata 'a' is given twice")]
    [InlineData("""{"__metadata__":{"a":"1","\u0061":"2"}}""", "metadata 'a' is given twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "key '__metadata__' twice")]
    // Fields of an entry.
    [InlineData("""{"w":{"shape":[2],"data_offsets":[0,8]}}""", "'w' has no dtype")]
    [InlineData("""{"w":{"dtype":"F32","data_offsets":[0,8]}}""", "'w' has no shape")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2]}}""", "'w' does not have two data_offsets")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8]}}""", "'w' does not have two data_offsets")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[]}}""", "'w' does not have two data_offsets")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "data_offsets of tensor 'w' has more than 2 entries")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"strides":[1]}}""", "'w' has the unknown field 'strides'")]
    [InlineData("""{"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "'w' has the field 'dtype' twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}""", "'w' has the field 'shape' twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"data_offsets":[0,8]}}""", "the field 'data_offsets' twice")]
    [InlineData("""{"w":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}""", "'w' has dtype 'F16', only F32 is supported")]
    [InlineData("""{"w":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}""", "'w' has dtype 'f32', only F32 is supported")]
    [InlineData("""{"w":{"dtype":null,"shape":[2],"data_offsets":[0,8]}}""", "dtype of tensor 'w' is null, expected a string")]
    // Shapes.
    [InlineData("""{"w":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "shape of tensor 'w' is a number, expected an array")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "that is not an integer from 0 to 2147483647")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}""", "that is not an integer")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}""", "that is not an integer")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}}""", "that is not an integer")]
    [InlineData("""{"w":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", "holds a string that is not an integer")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2147483648],"data_offsets":[0,8]}}""", "that is not an integer from 0 to 2147483647")]
    [InlineData("""{"w":{"dtype":"F32","shape":[18446744073709551618],"data_offsets":[0,8]}}""", "that is not an integer")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", "has more than 8 entries")]
    // 2^16 · 2^16 = 2^32 and 2^30 · 2 · 2 · 2 · 2^31 = 2^64 are 0 in 32 and 64 bits.
    [InlineData("""{"w":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,8]}}""", "[65536, 65536], too many elements")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1073741824,2,4,4,1073741824],"data_offsets":[0,0]}}""", "too many elements")]
    [InlineData("""{"w":{"dtype":"F32","shape":[0,2147483647,2147483647],"data_offsets":[0,0]}}""", "too many elements")]
    // Offsets, of a file with eight bytes of data.
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "'w' ends at data byte 0, before it begins at 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}""", "data_offsets of tensor 'w' holds a number that is not")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "that is not an integer from 0 to 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "'w' has 8 bytes of data, shape [3] needs 12")]
    [InlineData("""{"w":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}""", "'w' has 8 bytes of data, shape [] needs 4")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the tensors end at data byte 4, the file at data byte 8")]
    [InlineData("{}", "the tensors end at data byte 0, the file at data byte 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'w' leaves a hole before it: it begins at data byte 4")]
    [InlineData(
        """{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "'w' overlaps the tensor before it: it begins at data byte 4, expected 8")]
    [InlineData(
        """{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        "'w' overlaps the tensor before it: it begins at data byte 0, expected 8")]
    [InlineData(
        """{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""",
        "'w' overlaps the tensor before it: it begins at data byte 4, expected 8")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "the header holds the key 'w' twice")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0077":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "the header holds the key 'w' twice")]
    public void A_header_that_is_not_of_the_format_is_refused(string header, string expected) =>
        Assert.Contains(expected, SafetensorsBytes.Refuse(SafetensorsBytes.File(header, 1, 2)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{" + Entry + "}")]
    [InlineData("{" + Entry + "}  \n ")]
    [InlineData("""{"w":{"data_offsets":[0,8],"shape":[2],"dtype":"F32"},"__metadata__":{}}""")]
    [InlineData("""{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0,9],"data_offsets":[0,0]}}""")]
    [InlineData("""{"b":{"dtype":"F32","shape":[1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""")]
    public void A_header_of_the_format_in_another_style_is_read(string header) =>
        Assert.True(SafetensorsBytes.AcceptConsistently(SafetensorsBytes.File(header, 1, 2)));

    [Fact]
    public void Tensors_are_listed_in_the_order_of_their_data()
    {
        SafetensorsFile file = SafetensorsBytes.Read(SafetensorsBytes.File(
            """{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 1, 2));
        Assert.Equal(["a", "b"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(2f, file["b"].Data.Span[0]);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(63UL)]
    [InlineData((1UL << 20) + 1)]
    [InlineData(1UL << 31)]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    public void A_header_length_that_cannot_be_is_refused_before_anything_is_allocated(ulong declared)
    {
        byte[] file = SafetensorsBytes.File("{" + Entry + "}", 1, 2);
        BinaryPrimitives.WriteUInt64LittleEndian(file, declared);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("header", SafetensorsBytes.Refuse(file).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 10);
    }

    [Fact]
    public void A_header_over_the_cap_is_refused_even_if_the_file_is_that_long()
    {
        byte[] file = SafetensorsBytes.File("{}" + new string(' ', (1 << 20) - 1));
        Assert.Contains("1048577 bytes long, expected 2 to 1048576", SafetensorsBytes.Refuse(file).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_UTF_8_is_refused()
    {
        byte[] header = "{\"__metadata__\":{\"a\":\"?\"}}"u8.ToArray();
        foreach (byte invalid in new byte[] { 0x80, 0xc0, 0xff })
        {
            header[header.AsSpan().IndexOf((byte)'?')] = invalid;
            Assert.Contains("UTF-8", SafetensorsBytes.Refuse(SafetensorsBytes.File(header, [])).Message, StringComparison.Ordinal);
            header[header.AsSpan().IndexOf(invalid)] = (byte)'?';
        }
    }

    [Theory]
    [InlineData(float.NaN, "is NaN at element 1")]
    [InlineData(float.NegativeInfinity, "is infinite at element 1")]
    public void Data_that_is_not_finite_is_refused(float value, string expected)
    {
        byte[] file = SafetensorsBytes.File("{" + Entry + "}", 1, value);
        Assert.Contains("'w' " + expected, SafetensorsBytes.Refuse(file).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_from_a_file_cannot_send_commands_to_a_terminal()
    {
        string message = SafetensorsBytes.Refuse(SafetensorsBytes.File("""{"\u001b[2Jw\n\u202e":{}}""")).Message;
        Assert.Contains("'?[2Jw??'", message, StringComparison.Ordinal);
        Assert.InRange(SafetensorsBytes.Refuse(SafetensorsBytes.File("{\"" + new string('n', 10_000) + "\":{}}")).Message.Length, 0, 200);
    }

    [Fact]
    public void A_file_that_ends_before_its_length_is_refused()
    {
        var stream = new ShrunkStream(SafetensorsBytes.File("{" + Entry + "}", 1, 2));
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(stream, "test.safetensors"));
        Assert.Contains("ended before", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_is_read_from_its_position()
    {
        var stream = new MemoryStream([9, 9, 9, .. SafetensorsBytes.Small()]) { Position = 3 };
        Assert.Equal(4, SafetensorsFile.Read(stream, "test.safetensors").Tensors.Count);
    }

    [Fact]
    public void What_is_not_an_ordinary_file_is_refused()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "Devices are files on Unix alone.");
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read("/dev/zero"));
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Read("/missing.safetensors"));
    }

    // Claims four bytes more than it gives, like a file cut short while it is read.
    private sealed class ShrunkStream(byte[] content) : MemoryStream(content[..^4])
    {
        public override long Length => base.Length + 4;
    }
}
