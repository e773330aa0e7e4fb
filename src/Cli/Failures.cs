// From a failure to a sentence on stderr and an exit code.

using System.CommandLine;
using System.Globalization;
using System.Text;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli;

/// <summary>Input that can't be used, told in one sentence.</summary>
internal sealed class InputException(string message) : Exception(message);

/// <summary>A check has failed, told in one sentence.</summary>
internal sealed class CheckFailedException(string message) : Exception(message);

internal static class Failures
{
    public const int Success = 0, RunFailed = 1, WrongInput = 2;

    // errno of a full disk, and of a full quota, as .NET on Unix passes them on; on Windows, ERROR_DISK_FULL.
    private const int NoSpace = 28, QuotaExceeded = 122, WindowsDiskFull = unchecked((int)0x80070070);

    // True of every command: scoring has neither, and begins anew.
    private const string GiveAgain = "given again, the same command does not repeat what it has finished or left in a checkpoint";

    /// <summary>Says what is wrong with the arguments.</summary>
    public static int ReportWrongUse(ParseResult parsed, string[] args)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
            names.Push(result.Command is RootCommand ? "vae" : result.Command.Name);
        var command = string.Join(' ', names);
        var message = args.Length == 0 ? "A command is missing"
            : parsed.UnmatchedTokens is [var unknown, ..] ? $"'{unknown}' is not a command or option of '{command}'"
            : parsed.Errors[0].Message.TrimEnd('.');
        Write($"{message}; see '{command} --help'.");
        return WrongInput;
    }

    /// <summary>Says what went wrong, in one sentence wherever the cause is known.</summary>
    public static int Report(Exception e, Interrupts interrupts)
    {
        // Of several threads, the first that failed.
        if (e is AggregateException failures) e = failures.Flatten().InnerExceptions[0];
        switch (e)
        {
            case OperationCanceledException:
                Write($"Stopped; {GiveAgain}.");
                return interrupts.ExitCode;
            case NonFiniteLossException or CheckFailedException:
                Write(e.Message);
                return RunFailed;
            case IOException { HResult: NoSpace or QuotaExceeded or WindowsDiskFull }:
                Write($"The disk is full ({e.Message.TrimEnd('.')}); make room, and {GiveAgain}.");
                return WrongInput;
            case UnauthorizedAccessException:
                Write($"{e.Message.TrimEnd('.')}; expected one that this user may read and write.");
                return WrongInput;
            case OutOfMemoryException:
                Write("There is not enough memory for a model, rows and batches of this size; choose smaller ones.");
                return WrongInput;
            case InputException or InvalidSettingException or RunConflictException or InvalidDataException or IOException:
                Write(e.Message);
                return WrongInput;
            default:
                // A defect of this program: whoever mends it needs the whole story, on many lines.
                foreach (var line in $"An unexpected failure, please report it: {e}".Split('\n')) Write(line);
                return RunFailed;
        }
    }

    /// <summary>Writes a sentence to stderr. Names from files may be in it: they can't command a terminal, nor turn or hide the text around them.</summary>
    public static void Write(string sentence)
    {
        var shown = new StringBuilder("vae: ");
        // Half a surrogate pair comes as U+FFFD.
        foreach (var rune in sentence.EnumerateRunes())
        {
            var isHarmless = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            shown.Append(isHarmless ? rune.ToString() : "?");
        }

        Console.Error.WriteLine(shown);
    }
}
