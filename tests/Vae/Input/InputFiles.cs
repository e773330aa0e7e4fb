// Inputs for tests: committed ones made by other tools, and bytes that a test makes.

using System.IO.Compression;
using System.Text;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae.Tests.Input;

/// <summary>A copy of a row, as rows are used again.</summary>
internal sealed record Row(long Number, string Name, float[] Values, string? Label, string? Problem);

internal static class InputFiles
{
    public const string Name = "some-file";

    public static InputOptions Plain { get; } = new();

    /// <summary>A file of the folder data, which make.sh made.</summary>
    public static string Path(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "VaeFromScratch.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests lie outside the repository.");
        return System.IO.Path.Combine(folder.FullName, "tests", "Vae", "Input", "data", name);
    }

    public static InputReader Open(byte[] file, InputOptions? options = null) => InputReader.Open(new MemoryStream(file), Name, null, options ?? Plain);

    public static List<Row> Rows(string text, InputOptions? options = null) => Rows(Encoding.UTF8.GetBytes(text), options);

    public static List<Row> Rows(byte[] file, InputOptions? options = null)
    {
        using var reader = Open(file, options);
        return Rows(reader);
    }

    public static List<Row> Rows(InputReader reader)
    {
        var (rows, row) = (new List<Row>(), new InputRow());
        while (reader.Read(row)) rows.Add(new(row.Number, row.Name, [.. row.Values], row.Label, row.Problem));
        Assert.False(reader.Read(row));
        return rows;
    }

    /// <summary>The values of all rows, none of which may have a problem.</summary>
    public static float[] Values(IEnumerable<Row> rows) => [.. rows.SelectMany(row => row.Problem is null ? row.Values : throw new InvalidDataException(row.Problem))];

    /// <summary>What is said of a file that is refused, at once or at some row.</summary>
    public static string Refused(byte[] file, InputOptions? options = null) => Assert.Throws<InvalidDataException>(() => Rows(file, options)).Message;

    public static string Refused(string text, InputOptions? options = null) => Refused(Encoding.UTF8.GetBytes(text), options);

    public static byte[] Npy(string header, byte[] data, byte major = 1)
    {
        var text = Encoding.Latin1.GetBytes(header + "\n");
        byte[] length = major == 1 ? [(byte)text.Length, (byte)(text.Length >> 8)] : [(byte)text.Length, (byte)(text.Length >> 8), 0, 0];
        return [0x93, .. "NUMPY"u8, major, 0, .. length, .. text, .. data];
    }

    public static byte[] Npy(string type, string shape, byte[] data) => Npy($"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}", data);

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return file.ToArray();
    }

    /// <summary>The bits of floats, which tell NaN and the sign of zero.</summary>
    public static int[] Bits(IEnumerable<float> values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
