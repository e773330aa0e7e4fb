// Replaces a file all at once: whoever opens it sees the whole old content or the whole new content, whatever interrupts the writing.
using System.Buffers;
using System.Collections.Concurrent;
using System.Text;

namespace VaeFromScratch.Vae.Files;

/// <summary>
/// Writes files that are never seen half written: the content goes to a temporary file in the same folder, is flushed to the disk, and is
/// then renamed over the target.
/// </summary>
/// <remarks>
/// If anything fails, the temporary file is deleted and the old target is untouched. A process that is killed leaves its temporary file,
/// <c>.vae-&lt;16 hexadecimal digits&gt;.tmp</c>, behind: the first write of a later process into the folder deletes it, and
/// <see cref="RemoveStale(string)"/>. .NET cannot flush a folder, so a power cut right after a write may bring the old content back, but never a
/// mixture. All methods are safe to call from several threads; of two writers to one target, the later rename wins. A file that is replaced keeps
/// its Unix permissions.
/// </remarks>
public static class AtomicFile
{
    private const string TemporaryPrefix = ".vae-";
    private const string TemporarySuffix = ".tmp";
    private const int TemporaryDigits = 16;
    private static readonly ConcurrentDictionary<string, bool> CleanedFolders = new(StringComparer.Ordinal);
    private static readonly SearchValues<char> LowerHexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>Replaces <paramref name="path"/>, or creates it, with what <paramref name="write"/> writes.</summary>
    /// <param name="path">The target, in a folder that exists. A symbolic link is followed: what it points to is replaced.</param>
    /// <param name="write">Writes the content. It must leave the stream open, so that it can be flushed to the disk.</param>
    /// <exception cref="DirectoryNotFoundException">The target's folder does not exist.</exception>
    /// <exception cref="IOException">The target is a folder or a device, or writing fails, for example on a full disk.</exception>
    /// <exception cref="UnauthorizedAccessException">The target is read-only, or its folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);

        bool isLink = new FileInfo(path).LinkTarget is not null;
        string target = isLink ? File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName : Path.GetFullPath(path);
        string folder = RequireReplaceable(path, target);
        string temporary = Path.Combine(folder, TemporaryName());
        RemoveLeftovers(folder);
        var stream = CreateTemporary(path, folder, temporary);
        try
        {
            write(stream);
            KeepMode(stream, target);
            stream.Flush(flushToDisk: true);
            // Closed before the rename: an open handle would hold its lock on the target, and a reader could not open it.
            stream.Dispose();
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            Abandon(stream, temporary);
            throw;
        }
    }

    /// <summary>Replaces <paramref name="path"/>, or creates it, with <paramref name="content"/>.</summary>
    /// <param name="path">The target, in a folder that exists. A symbolic link is followed: what it points to is replaced.</param>
    /// <param name="content">The bytes of the new file.</param>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteAllBytes(string path, ReadOnlyMemory<byte> content) => Write(path, stream => stream.Write(content.Span));

    /// <summary>Replaces <paramref name="path"/>, or creates it, with text in UTF-8 without a byte order mark.</summary>
    /// <param name="path">The target, in a folder that exists. A symbolic link is followed: what it points to is replaced.</param>
    /// <param name="content">The text of the new file.</param>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteAllText(string path, string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        WriteAllBytes(path, Encoding.UTF8.GetBytes(content));
    }

    /// <summary>
    /// Deletes the temporary files that killed processes left in <paramref name="folder"/>. Only names of this class's own pattern are
    /// touched, and files that a running process still writes are left alone, as are files that may not be deleted.
    /// </summary>
    /// <param name="folder">The folder to clean, without its subfolders. One that does not exist has nothing to clean.</param>
    /// <returns>The number of files deleted.</returns>
    /// <remarks>
    /// Call it at the start of a run. A writer in another process is protected by its lock on the file until it closes it, an instant
    /// before the rename; were its temporary file deleted in that instant, its write fails loudly and the old target stays.
    /// </remarks>
    public static int RemoveStale(string folder) => RemoveStale(folder, DateTime.MaxValue);

    private static int RemoveStale(string folder, DateTime writtenBefore)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder)) return 0;

        int removed = 0;
        foreach (string file in Directory.GetFiles(folder, $"{TemporaryPrefix}*{TemporarySuffix}"))
        {
            if (IsTemporaryName(Path.GetFileName(file)) && File.GetLastWriteTimeUtc(file) < writtenBefore && TryDeleteUnlocked(file)) removed++;
        }

        return removed;
    }

    // Once a folder, which may be large. Not what is of this minute: another process may be about to rename it.
    private static void RemoveLeftovers(string folder)
    {
        if (!CleanedFolders.TryAdd(folder, true)) return;
        try
        {
            RemoveStale(folder, DateTime.UtcNow.AddMinutes(-1));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder may be one to write into and not to list.
        }
    }

    // CreateNew: a name that is already taken is never written over. FileShare.None keeps RemoveStale of another process away.
    private static FileStream CreateTemporary(string path, string folder, string temporary)
    {
        try
        {
            return new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException($"{path}: cannot be written, the folder '{folder}' takes no file of this user.", error);
        }
        catch (IOException error)
        {
            // The number tells a full disk.
            throw new IOException($"{path}: cannot be written, the folder '{folder}' takes no file.", error.HResult);
        }
    }

    private static void KeepMode(FileStream stream, string target)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(target)) return;
        UnixFileMode mode = File.GetUnixFileMode(target);
        // Some file systems have one mode for all files, and refuse to be given one.
        if (File.GetUnixFileMode(stream.SafeFileHandle) != mode) File.SetUnixFileMode(stream.SafeFileHandle, mode);
    }

    // Returns the folder of the target. The errors name the path as the caller gave it, where the system's would name the temporary file.
    private static string RequireReplaceable(string path, string target)
    {
        string? folder = Path.GetDirectoryName(target);
        if (folder is null || Directory.Exists(target)) throw new IOException($"{path}: cannot be written, it is a folder.");
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{path}: cannot be written, there is no folder '{folder}'.");

        // The rename would replace a device by an ordinary file, and an administrator is allowed to: /dev/null must survive that.
        // What lies in the folders below /dev is either memory, such as /dev/shm, or no place for files at all.
        if (!OperatingSystem.IsWindows() && folder == "/dev") throw new IOException($"{path}: cannot be replaced, it is a device.");

        // On Unix a rename asks for the folder's permission alone; a file marked read-only is still meant to be kept.
        if (File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
        {
            throw new UnauthorizedAccessException($"{path}: cannot be replaced, it is read-only.");
        }

        return folder;
    }

    // Random, so that two processes in one folder do not collide; the name lives only until the rename and reaches no result.
    private static string TemporaryName() => TemporaryPrefix + Guid.NewGuid().ToString("N")[..TemporaryDigits] + TemporarySuffix;

    private static bool IsTemporaryName(string name) =>
        name.Length == TemporaryPrefix.Length + TemporaryDigits + TemporarySuffix.Length
        && name.StartsWith(TemporaryPrefix, StringComparison.Ordinal)
        && name.EndsWith(TemporarySuffix, StringComparison.Ordinal)
        && name.AsSpan(TemporaryPrefix.Length, TemporaryDigits).IndexOfAnyExcept(LowerHexadecimal) < 0;

    private static void Abandon(FileStream stream, string temporary)
    {
        // Neither may hide the first error: closing flushes again, and fails again on a full disk.
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
        }

        TryDelete(temporary);
    }

    private static bool TryDeleteUnlocked(string file)
    {
        try
        {
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                // Opening it alone shows that no writer holds it.
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        return TryDelete(file);
    }

    private static bool TryDelete(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
