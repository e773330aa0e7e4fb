// Images of a folder of PNG files, or of one such file.

using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Input;

/// <summary>PNG files as rows, one in memory at a time. Names that do not end in .png, and subfolders, are left alone.</summary>
internal sealed class PngInput : InputReader
{
    private const int MaxFile = 256 << 20;

    private readonly ImmutableArray<string> _files;
    private readonly Func<string, Stream> _open;
    private byte[] _bytes = new byte[1 << 14];
    private int _length, _next;

    private PngInput(ImmutableArray<string> files, Func<string, Stream> open, InputShape shape) : base(shape) => (_files, _open) = (files, open);

    public override long? Count => _files.Length;

    /// <summary>The images of a folder in the ordinal order of their names; they have the size that is expected, else that of the first whose header can be read.</summary>
    /// <exception cref="InvalidDataException">There is none, or no images are expected.</exception>
    public static PngInput OpenFolder(string path, InputOptions options)
    {
        ImmutableArray<string> files =
            [.. Directory.GetFiles(path).Where(file => file.EndsWith(".png", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (files.IsEmpty) throw new InvalidDataException($"{path}: the folder holds no PNG; expected files with names in .png.");
        var first = files.Select(FirstHeader).FirstOrDefault(header => header is not null)
            ?? throw new InvalidDataException($"{path}: the folder holds {files.Length} files with names in .png, but none begins as a PNG that can be read.");
        options.RequireNoneOfCsv(path);
        // One of another size is a problem of its row, the first like all others.
        return new PngInput(files, File.OpenRead, options.Expected is { IsImage: true } expected ? expected : ShapeOf(first).RequireFits(options.Expected, path));
    }

    /// <summary>The image of one file.</summary>
    /// <exception cref="InvalidDataException">Its header is damaged, or it has another size than expected.</exception>
    public static PngInput OpenFile(InputSource source, InputOptions options)
    {
        try
        {
            var header = PngFile.ReadHeader(source.Start[..Math.Min(source.Start.Length, PngFile.StartLength)].ToArray());
            options.RequireNoneOfCsv(source.Path);
            return new PngInput([source.Path], _ => source, ShapeOf(header).RequireFits(options.Expected, source.Path));
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(source.Path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{source.Path}: {e.Message}", e);
        }
    }

    private protected override bool Next(out string? name)
    {
        name = _next < _files.Length ? Path.GetFileName(_files[_next]) : null;
        return name is not null;
    }

    private protected override void Fill(InputRow row)
    {
        try
        {
            using (var stream = _open(_files[_next++])) Load(stream);
            var png = PngFile.Read(_bytes.AsMemory(0, _length));
            if ((png.Header.Height, png.Header.Width) != (Shape.Height, Shape.Width))
                throw new InvalidDataException($"the PNG has {png.Header.Height} x {png.Header.Width} pixels; expected {Shape.Height} x {Shape.Width}.");
            // Before there is room for what a header declares.
            PngPixels.RequireEnough(png);
            PngPixels.Read(png, row.Room(Shape.Features));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            row.Problem = e.Message;
        }
    }

    private static InputShape ShapeOf(PngHeader header) => InputShape.Images(header.Height, header.Width);

    private static PngHeader? FirstHeader(string file)
    {
        var start = new byte[PngFile.StartLength];
        try
        {
            using var stream = File.OpenRead(file);
            var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return PngFile.ReadHeader(start.AsMemory(0, length));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // Told when it is this file's turn.
            return null;
        }
    }

    // Memory follows the bytes that come.
    private void Load(Stream stream)
    {
        for (_length = 0; ;)
        {
            if (_length == _bytes.Length)
            {
                if (_length >= MaxFile) throw new InvalidDataException($"the PNG has over {MaxFile} bytes; expected fewer.");
                Array.Resize(ref _bytes, 2 * _length);
            }

            var read = stream.Read(_bytes.AsSpan(_length));
            if (read == 0) return;
            _length += read;
        }
    }
}
