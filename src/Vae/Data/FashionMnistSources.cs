// Where Fashion-MNIST may come from. The defaults are what the program uses; a caller changes them to stay offline, a test to stay in its own
// folder.
using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Data;

/// <summary>The places where <see cref="FashionMnist"/> looks for its files, and whence it may fetch them.</summary>
public sealed record FashionMnistSources
{
    /// <summary>The environment variable that names a directory, or <see cref="SampleWord"/>.</summary>
    public const string EnvironmentVariable = "VAE_DATA";

    /// <summary>The word that stands for the committed <c>data/sample</c> wherever a directory can be given.</summary>
    public const string SampleWord = "sample";

    /// <summary>The word that stands for <see cref="FashionMnistPart.HeldBack"/> wherever a directory can be given on the command line.</summary>
    public const string HeldBackWord = "held-back";

    /// <summary>Debian's package of the four files.</summary>
    public const string DebianPackage = "dataset-fashion-mnist";

    /// <summary>The value of <see cref="EnvironmentVariable"/>; null or empty where there is none.</summary>
    public string? EnvironmentDirectory { get; init; } = Environment.GetEnvironmentVariable(EnvironmentVariable);

    /// <summary>
    /// Directories from which the repository is sought upwards, by its file <c>VaeFromScratch.sln</c>: the current one and that of the program.
    /// Where none is found, the first stands for the repository.
    /// </summary>
    public ImmutableArray<string> StartDirectories { get; init; } = [Directory.GetCurrentDirectory(), AppContext.BaseDirectory];

    /// <summary>Where Debian's package puts the files.</summary>
    public string SystemDirectory { get; init; } = "/usr/share/datasets/fashion-mnist";

    /// <summary>The store of the authors, Zalando Research; ends with a slash.</summary>
    public Uri DownloadAddress { get; init; } = new("https://fashion-mnist.s3.eu-central-1.amazonaws.com/");

    /// <summary>Whether <see cref="FashionMnist.Load"/> may fetch what it does not find.</summary>
    public bool AllowFetch { get; init; } = true;

    /// <summary>The longest wait for a connection, in whole seconds; an unreachable network is noticed within this time.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait for the first or the next bytes of an answer, in whole seconds.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What to give <see cref="FashionMnist.Load"/> for a part; null to look for the whole set.</summary>
    public static string? WordFor(FashionMnistPart part) => part switch
    {
        FashionMnistPart.Sample => SampleWord,
        FashionMnistPart.HeldBack => HeldBackWord,
        _ => null,
    };

    internal ICommandRunner Commands { get; init; } = new CommandRunner();

    internal bool IsRoot { get; init; } = !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>What a fetched set must be.</summary>
    internal FashionMnistEdition FetchedEdition { get; init; } = FashionMnistEdition.Whole;

    internal string SampleDirectory => Path.Combine(Root, "data", "sample");

    internal string FetchDirectory => Path.Combine(Root, "data", "fashion-mnist");

    private string Root
    {
        get
        {
            foreach (string start in StartDirectories)
            {
                for (DirectoryInfo? folder = new(start); folder != null; folder = folder.Parent)
                {
                    if (File.Exists(Path.Combine(folder.FullName, "VaeFromScratch.sln")))
                        return folder.FullName;
                }
            }

            return Path.GetFullPath(StartDirectories[0]);
        }
    }
}
