// The two output streams: results on stdout, everything else on stderr, each as plain or as colourful as its reader can take.

using Spectre.Console;

namespace VaeFromScratch.Cli.Output;

/// <summary>Results go to <see cref="Results"/>; a line of status that is written over itself, and lines that stay, to stderr.</summary>
internal sealed class Terminal
{
    private const int DefaultWidth = 80;
    private readonly Lock _lock = new();
    private int _statusLength;

    /// <summary>Whether stderr is a terminal, on which a line can be written over.</summary>
    public bool IsLive { get; } = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Stdout.</summary>
    public IAnsiConsole Results { get; } = Create();

    /// <summary>Columns of the terminal; 80 where there is none.</summary>
    public static int Width
    {
        get
        {
            try
            {
                return Console.WindowWidth > 0 ? Console.WindowWidth : DefaultWidth;
            }
            catch (IOException)
            {
                return DefaultWidth;
            }
        }
    }

    /// <summary>Writes text for machines to stdout as it is.</summary>
    public static void WriteRaw(string text) => Console.Out.WriteLine(text);

    /// <summary>Writes a line to stderr that stays.</summary>
    public void Log(string line)
    {
        lock (_lock)
        {
            Clear();
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>Replaces the line of status; without a terminal it does nothing.</summary>
    public void Status(string line)
    {
        if (!IsLive) return;
        lock (_lock)
        {
            // The last column stays free: a character there would move some terminals to the next line.
            var width = Math.Max(1, Width - 1);
            if (line.Length > width) line = line[..width];
            Console.Error.Write($"\r{line.PadRight(Math.Min(_statusLength, width))}");
            _statusLength = line.Length;
        }
    }

    /// <summary>Removes the line of status.</summary>
    public void EndStatus()
    {
        lock (_lock) Clear();
    }

    // A carriage return and blanks need no escape codes, so that this works with NO_COLOR too.
    private void Clear()
    {
        if (_statusLength > 0) Console.Error.Write($"\r{new string(' ', _statusLength)}\r");
        _statusLength = 0;
    }

    private static IAnsiConsole Create()
    {
        var isPlain = Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || Environment.GetEnvironmentVariable("TERM") == "dumb";
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        console.Profile.Width = Console.IsOutputRedirected ? DefaultWidth : Width;
        return console;
    }
}
