// The curves of a run as TensorBoard reads them: one file that grows by an event an epoch.

using System.Globalization;
using System.Text;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>Writes the figures of a run's epochs into a folder for TensorBoard.</summary>
/// <remarks>
/// The file begins with the run's settings and the sums of its data, as a text; then comes an event for each epoch with the scalars <c>loss</c>,
/// <c>reconstruction</c> and <c>kl</c> at the step of the epoch's number. All but the times of writing is the same for equal runs, and all events
/// of an epoch are of equal length. So a run that goes on can cut the file after the epochs that it has, and append: no step is there twice, and
/// a TensorBoard that has read further finds the same events at the same places.
/// </remarks>
public sealed class TensorBoardFile : IDisposable
{
    /// <summary>Name of the file in its folder; TensorBoard looks for <c>tfevents</c> in it.</summary>
    public const string FileName = "events.out.tfevents.vae";

    private readonly FileStream _stream;

    private TensorBoardFile(FileStream stream) => _stream = stream;

    /// <summary>Opens the file of a run, or begins it, so that it holds the epochs that are finished and no others.</summary>
    /// <param name="folder">The folder, which need not exist.</param>
    /// <param name="settings">Every setting of the run.</param>
    /// <param name="data">SHA-256 of the content of each data file, by name.</param>
    /// <param name="finished">The figures of the epochs finished so far.</param>
    /// <exception cref="RunConflictException">The file is of a run of other settings or other data, or no such file at all.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static TensorBoardFile Continue(
        string folder, TrainingSettings settings, IReadOnlyDictionary<string, string> data, IReadOnlyList<EpochMetrics> finished)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(finished);
        RunFolder.Create(folder);
        var path = Path.Combine(folder, FileName);
        byte[][] beginning = [TensorBoardEvent.Version(), TensorBoardEvent.Text("settings", Describe(settings, data))];
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, stream =>
            {
                foreach (var record in beginning) TensorBoardRecord.Write(stream, record);
            });
        }

        // Others may read it all the while.
        var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            if (!beginning.All(record => IsNext(stream, record)))
                throw new RunConflictException($"{path} belongs to a run of other settings or on other data; choose another folder, or start anew with --overwrite.");
            var file = new TensorBoardFile(stream);
            file.CutAfter(finished);
            return file;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Deletes the file of a folder, if there is one, and nothing else.</summary>
    /// <exception cref="IOException">It can't be deleted.</exception>
    public static void Delete(string folder)
    {
        if (Directory.Exists(folder)) File.Delete(Path.Combine(folder, FileName));
    }

    /// <summary>Appends the figures of an epoch.</summary>
    /// <exception cref="IOException">They can't be written.</exception>
    public void Add(EpochMetrics epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        TensorBoardRecord.Write(_stream, Scalars(epoch));
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // Keeps the events that are there already, with their times.
    private void CutAfter(IReadOnlyList<EpochMetrics> finished)
    {
        var (kept, end) = (0, _stream.Position);
        for (; kept < finished.Count && IsNext(_stream, Scalars(finished[kept])); kept++) end = _stream.Position;
        _stream.SetLength(end);
        _stream.Position = end;
        foreach (var epoch in finished.Skip(kept)) Add(epoch);
    }

    private static bool IsNext(Stream stream, byte[] record) =>
        TensorBoardRecord.TryRead(stream) is { } there && TensorBoardEvent.AreEqualButForTime(there, record);

    private static byte[] Scalars(EpochMetrics epoch) => TensorBoardEvent.Scalars(
        epoch.Epoch, ("loss", epoch.Loss), ("reconstruction", epoch.Reconstruction), ("kl", epoch.Kl));

    // TensorBoard shows it as a table.
    private static string Describe(TrainingSettings settings, IReadOnlyDictionary<string, string> data)
    {
        var text = new StringBuilder("| setting | value |\n|---|---|\n");
        foreach (var (name, value) in settings.Describe().Concat(data.OrderBy(file => file.Key, StringComparer.Ordinal)))
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        return text.ToString();
    }
}
