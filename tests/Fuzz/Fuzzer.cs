// Runs inputs through a reader and holds it to its promises.

using System.Diagnostics;
using System.Security.Cryptography;

namespace VaeFromScratch.Fuzz;

/// <summary>A broken promise.</summary>
/// <param name="What">One line.</param>
/// <param name="Input">The file that shows it.</param>
internal sealed record Finding(string What, byte[] Input);

/// <summary>What came of many inputs.</summary>
internal sealed record Outcome
{
    public long Inputs { get; set; }

    public long Accepted { get; set; }

    public long MostMemory { get; set; }

    public TimeSpan Longest { get; set; }

    /// <summary>Different messages, their numbers left out: how far into a reader the inputs have come.</summary>
    public HashSet<string> Messages { get; } = [];

    /// <summary>By kind, so that one defect is told once.</summary>
    public Dictionary<string, Finding> Findings { get; } = [];
}

internal sealed class Fuzzer
{
    private const int MostFindings = 20;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1);

    private readonly FuzzTarget _target;
    private readonly byte[][] _seeds;

    public Fuzzer(FuzzTarget target) => (_target, _seeds) = (target, [.. Files("corpus", target.Name).Select(File.ReadAllBytes)]);

    public Outcome Outcome { get; } = new();

    /// <summary>Files of a reader, which are committed: the corpus, or inputs that once broke a promise.</summary>
    public static IEnumerable<string> Files(string folder, string target)
    {
        var path = Path.Combine(Folder, folder, target);
        return Directory.Exists(path) ? Directory.GetFiles(path).Order(StringComparer.Ordinal) : [];
    }

    /// <summary>This project's folder.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Makes inputs from the corpus and tries each. The same seed and number are the same input, on every machine.</summary>
    public void Run(ulong seed, long first, long count)
    {
        for (var i = first; i < first + count && Outcome.Findings.Count < MostFindings; i++)
        {
            var random = new Rng(seed * 1_000_003 + (ulong)i);
            Try(_target.Damage(random.Of(_seeds), random, random.Of(_seeds)));
        }
    }

    /// <summary>Tries one input.</summary>
    public void Try(byte[] input)
    {
        Outcome.Inputs++;
        var (kind, time, memory) = Once(input);
        // Any machine may stop for a second; a reader that is slow is slow every time.
        for (var again = 0; again < 2 && time > MostTime; again++) time = Once(input).Time;

        Outcome.Longest = time > Outcome.Longest ? time : Outcome.Longest;
        Outcome.MostMemory = Math.Max(Outcome.MostMemory, memory);
        if (kind is not null) Found(kind, input);
        if (time > MostTime) Found($"takes {time.TotalSeconds:F1} s", input);
        if (memory > FuzzTarget.FixedMemory + (long)_target.MemoryPerByte * input.Length) Found("allocates too much", input, $" ({memory} bytes for {input.Length})");
    }

    private (string? Kind, TimeSpan Time, long Memory) Once(byte[] input)
    {
        string? kind = null;
        var (memory, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        try
        {
            _target.Read(input);
            Outcome.Accepted++;
        }
        catch (InvalidDataException e)
        {
            if (string.IsNullOrWhiteSpace(e.Message) || e.Message.Contains('\n', StringComparison.Ordinal)) kind = "refuses without one sentence";
            else Outcome.Messages.Add(Kind(e.Message));
        }
#pragma warning disable CA1031 // Whatever else is thrown is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            kind = $"{e.GetType().Name}: {Kind(e.Message)} {e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("VaeFromScratch", StringComparison.Ordinal))?.Trim()}";
        }

        return (kind, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - memory);
    }

    private void Found(string kind, byte[] input, string more = "")
    {
        // The smallest of a kind tells most.
        if (!Outcome.Findings.TryGetValue(kind, out var known) || input.Length < known.Input.Length) Outcome.Findings[kind] = new Finding(kind + more, input);
    }

    /// <summary>Writes a finding's input among those that are kept.</summary>
    public string Keep(Finding finding)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "crashes", _target.Name));
        var path = Path.Combine(folder.FullName, Convert.ToHexStringLower(SHA256.HashData(finding.Input))[..12]);
        File.WriteAllBytes(path, finding.Input);
        return path;
    }

    // A message up to its first quoted part, without numbers and names: what an input may have put there.
    private static string Kind(string message)
    {
        var end = message.IndexOf('\'', StringComparison.Ordinal);
        var words = message[..(end < 0 ? Math.Min(message.Length, 100) : end)].Split(' ');
        return string.Join(' ', words.Where(word => word.TrimEnd(',', '.', ':', ';').All(char.IsAsciiLetterLower)));
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VaeFromScratch.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("The program lies outside the repository.");
        return Path.Combine(folder.FullName, "tests", "Fuzz");
    }
}
