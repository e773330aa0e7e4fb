// Reads rows of a user's own data one after the other: IDX, NPY, NPZ, CSV or PNG, told by the first bytes.

namespace VaeFromScratch.Vae.Input;

/// <summary>Rows of an input, read one after the other; memory does not grow with their number.</summary>
/// <remarks>
/// What a file is, its first bytes say:
/// <list type="bullet">
/// <item>IDX of unsigned bytes: images <c>[n, height, width]</c> as numbers in [0, 1], or a table <c>[n, features]</c>.</item>
/// <item>NPY, or an array of an NPZ: images <c>[n, height, width]</c> or <c>[n, height, width, 1]</c>, or a table <c>[n, features]</c>, in C order,
/// of whole numbers or floats. Images of bytes are divided by 255 and of 16-bit numbers by 65535; others must be in [0, 1]. Tables are taken as
/// they are. Of several arrays of an NPZ the one called x, X or data is taken; "file.npz:name" chooses another.</item>
/// <item>CSV: see <see cref="InputOptions"/>. Commas, semicolons or tabs, whichever the first line has most of; UTF-8; numbers with a decimal point.</item>
/// <item>A folder of PNG, in the ordinal order of the names, or one PNG. Colours become grey by the luma of ITU-R BT.601,
/// 0.299 R + 0.587 G + 0.114 B; transparency is ignored.</item>
/// </list>
/// The first three may also be inside gzip. A compressed file of gzip is held in memory, its content is not.
/// </remarks>
public abstract class InputReader : IDisposable
{
    private long _read;

    private protected InputReader(InputShape shape) => Shape = shape;

    /// <summary>What the rows are.</summary>
    public InputShape Shape { get; }

    /// <summary>The number of rows, if the file says so; null for CSV.</summary>
    public virtual long? Count => null;

    /// <summary>Opens an input.</summary>
    /// <param name="path">A file, a folder of PNG, or "file.npz:name".</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="InvalidDataException">The input can't be read as a whole, or is not what the options expect; the message says why.</exception>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or folder may not be read.</exception>
    public static InputReader Open(string path, InputOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        if (Directory.Exists(path)) return PngInput.OpenFolder(path, options);
        if (File.Exists(path)) return Open(OpenFile(path), path, null, options);
        // Last, so that a file whose name holds a colon can be read.
        int colon = path.LastIndexOf(':');
        return colon > 0 && File.Exists(path[..colon])
            ? Open(OpenFile(path[..colon]), path[..colon], path[(colon + 1)..], options)
            : throw new FileNotFoundException($"{path}: there is no such file or folder.", path);
    }

    /// <summary>Reads the next row.</summary>
    /// <param name="row">Receives it. One that can't be used is told by <see cref="InputRow.Problem"/>; the next can be read all the same.</param>
    /// <returns>False at the end of the input.</returns>
    /// <exception cref="InvalidDataException">The file is damaged from here on, or as a whole.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public bool Read(InputRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!Next(out var name)) return false;
        row.Begin(++_read, name);
        Fill(row);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the input.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    // Goes to the next row, if there is one; its name, if it has one.
    private protected abstract bool Next(out string? name);

    // Reads its values, or says what is wrong with it.
    private protected abstract void Fill(InputRow row);

    // Whatever goes wrong, the stream is closed.
    internal static InputReader Open(Stream stream, string path, string? member, InputOptions options)
    {
        try
        {
            var source = new InputSource(stream, path);
            if (member is not null && !NpzInput.IsZip(source.Start)) throw new InvalidDataException($"{path}: it is no NPZ; only an NPZ has an array '{member}'.");
            return source.Open(member, options);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
}
