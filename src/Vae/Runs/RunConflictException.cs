// The refusal to mix two runs in one folder.

namespace VaeFromScratch.Vae.Runs;

/// <summary>A folder holds a run of other settings, of other data, or one that another process is working on.</summary>
public sealed class RunConflictException : Exception
{
    /// <summary>A folder is taken; the message says by what.</summary>
    public RunConflictException(string message, Exception? cause = null) : base(message, cause)
    {
    }

    internal static void ThrowIfDifferent(
        string path, TrainingSettings settings, IReadOnlyDictionary<string, string> data,
        IReadOnlyDictionary<string, string> settingsThere, IReadOnlyDictionary<string, string> dataThere)
    {
        if (settings.FirstDifference(settingsThere) is { } difference)
            throw new RunConflictException($"{path} belongs to a run of other settings: {difference}; choose another folder, or start anew with --overwrite.");
        foreach (var (name, sum) in data)
        {
            if (dataThere.GetValueOrDefault(name) is var there && there != sum)
                throw new RunConflictException($"{path} belongs to a run on other data: SHA-256 of {name} is {there ?? "not recorded"} there, {sum} here; choose another folder, or start anew with --overwrite.");
        }
    }
}
