// The data set of Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms" (2017),
// arXiv:1708.07747: finding it, fetching it, checking it.
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace VaeFromScratch.Vae.Data;

/// <summary>
/// The data set Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017, arXiv:1708.07747): images of clothing, 28 x 28 grey values, in ten classes.
/// 60 000 training and 10 000 test images in the whole set, 3 000 and 1 000 in the committed sample. The content is always held against pinned
/// SHA-256 sums. An instance does not change, and any number of threads may read it.
/// </summary>
public sealed class FashionMnist
{
    private FashionMnist(
        ImageDataset train, ImageDataset test, string source, string directory, FashionMnistPart part, IReadOnlyDictionary<string, string> sha256)
    {
        Train = train;
        Test = test;
        Source = source;
        Directory = directory;
        Part = part;
        Sha256 = sha256;
    }

    /// <summary>The names of the classes; the label is the index.</summary>
    public static ImmutableArray<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The training images.</summary>
    public ImageDataset Train { get; }

    /// <summary>The test images.</summary>
    public ImageDataset Test { get; }

    /// <summary>Where the files come from, for people: the rule that found the directory, or what they were fetched from.</summary>
    public string Source { get; }

    /// <summary>The full path of the directory the files were read from.</summary>
    public string Directory { get; }

    /// <summary>Which images these are.</summary>
    public FashionMnistPart Part { get; }

    /// <summary>Whether this is the committed sample rather than the whole set.</summary>
    public bool IsSample => Part == FashionMnistPart.Sample;

    /// <summary>
    /// SHA-256 of the content of the four files, uncompressed, in lower-case hexadecimal, by name without <c>.gz</c>; in the order training
    /// images, training labels, test images, test labels. Of <see cref="FashionMnistPart.HeldBack"/> the first two, which are all that it is made of.
    /// </summary>
    public IReadOnlyDictionary<string, string> Sha256 { get; }

    /// <summary>
    /// Loads the data set from the first of: <paramref name="directory"/>; the environment variable <c>VAE_DATA</c>;
    /// <c>data/fashion-mnist</c> in the repository; the place of Debian's package. Else fetches it into <c>data/fashion-mnist</c>, as
    /// <see cref="Fetch"/> does.
    /// </summary>
    /// <param name="directory">
    /// A directory with the four files, <c>sample</c> for the committed sample, or <c>held-back</c> for <see cref="FashionMnistPart.HeldBack"/>; null or
    /// empty to look for one.
    /// </param>
    /// <param name="sources">Where to look; null for the usual places.</param>
    /// <param name="log">Hears of downloads and programs run, a line each.</param>
    /// <param name="cancellation">Ends the loading or fetching.</param>
    /// <exception cref="FileNotFoundException">No place has the files, or the one asked for lacks some; the message lists them.</exception>
    /// <exception cref="InvalidDataException">A file is not the pinned one; the message says which, its sum, and the one expected.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FashionMnist Load(
        string? directory = null, FashionMnistSources? sources = null, IProgress<string>? log = null, CancellationToken cancellation = default)
    {
        if (directory == FashionMnistSources.HeldBackWord) return Load(null, sources, log, cancellation).HoldBack();
        sources ??= new FashionMnistSources();
        FashionMnistSearch search = FashionMnistSearch.Run(directory, sources);
        string source = search.Source;
        if (search.Directory is null)
        {
            string tried = string.Join("; ", search.Tried);
            if (search.IsExplicit)
                throw new FileNotFoundException($"Fashion-MNIST is not in {search.Source}: {tried}.");
            if (!sources.AllowFetch)
                throw new FileNotFoundException($"Fashion-MNIST was not found, and fetching it was not allowed. Tried: {tried}.");
            source = FetchMissing(sources, search.Tried, log, cancellation) ?? "data/fashion-mnist";
        }

        string found = search.Directory ?? sources.FetchDirectory;
        (FashionMnistVerification checks, ImmutableArray<IdxArray?> arrays) = FashionMnistFolder.Read(found, edition: null, cancellation);
        if (checks.Files.FirstOrDefault(file => file.Problem is not null) is { } bad)
        {
            bool isFetched = !search.IsExplicit && found == sources.FetchDirectory;
            throw new InvalidDataException(isFetched ? $"{bad.Problem} Delete the file to have it fetched again." : bad.Problem);
        }

        var sums = new OrderedDictionary<string, string>(checks.Files.Select(file => KeyValuePair.Create(file.Name, file.Sha256!)));
        return new FashionMnist(Pair(0), Pair(2), source, found, checks.IsSample ? FashionMnistPart.Sample : FashionMnistPart.Whole, new ReadOnlyDictionary<string, string>(sums));

        ImageDataset Pair(int first) => ImageDataset.Pair(
            arrays[first]!, checks.Files[first].Path!, arrays[first + 1]!, checks.Files[first + 1].Path!, ClassNames.Length);
    }

    private FashionMnist HoldBack()
    {
        if (Part != FashionMnistPart.Whole)
            throw new InvalidDataException($"{Directory} holds the sample; expected the whole set, of which '{FashionMnistSources.HeldBackWord}' is a part.");
        var kept = Train.Count - FashionMnistParts.HeldBackImages;
        var sums = new OrderedDictionary<string, string>(Sha256.Where(file => file.Key.StartsWith("train", StringComparison.Ordinal)));
        return new FashionMnist(Train.Slice(0, kept), Train.Slice(kept, FashionMnistParts.HeldBackImages), Source, Directory, FashionMnistPart.HeldBack,
            new ReadOnlyDictionary<string, string>(sums));
    }

    /// <summary>Says which directory <see cref="Load"/> would read, without reading the files or fetching anything.</summary>
    /// <param name="directory">As for <see cref="Load"/>.</param>
    /// <param name="sources">Where to look; null for the usual places.</param>
    public static FashionMnistSearch Find(string? directory = null, FashionMnistSources? sources = null) =>
        FashionMnistSearch.Run(directory == FashionMnistSources.HeldBackWord ? null : directory, sources ?? new FashionMnistSources());

    /// <summary>Reads the four files of a directory and holds them against the pinned sums, those of the whole set or of the sample.</summary>
    /// <param name="directory">The directory, as <see cref="FashionMnistSearch.Directory"/> gives it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>A check of each file; a missing or damaged file is reported there and not thrown.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FashionMnistVerification Verify(string directory, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return FashionMnistFolder.Read(Path.GetFullPath(directory), edition: null, cancellation).Checks;
    }

    /// <summary>
    /// Makes <c>data/fashion-mnist</c> in the repository hold the whole set: downloads what is missing or damaged there from the authors' store
    /// over HTTPS, else takes it from Debian's package. Files take their names only after they have been checked.
    /// </summary>
    /// <param name="sources">Whence and whither; null for the usual places.</param>
    /// <param name="log">Hears of downloads and programs run, a line each.</param>
    /// <param name="cancellation">Ends the fetching; what was complete by then stays.</param>
    /// <returns>The directory, and where the files came from: null if they were all there and as pinned.</returns>
    /// <exception cref="FileNotFoundException">All ways failed; the message lists them with the reason of each, and what to do.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static (string Directory, string? Source) Fetch(
        FashionMnistSources? sources = null, IProgress<string>? log = null, CancellationToken cancellation = default)
    {
        sources ??= new FashionMnistSources();
        return (sources.FetchDirectory, FetchMissing(sources, [], log, cancellation));
    }

    // The one place that waits for asynchronous work: loading the data is the first thing a program does and everything else needs it. The pool
    // runs it, so that no synchronisation context of the caller can deadlock.
    private static string? FetchMissing(
        FashionMnistSources sources, ImmutableArray<FashionMnistAttempt> tried, IProgress<string>? log, CancellationToken cancellation) =>
        Task.Run(() => FashionMnistFetch.RunAsync(sources, tried, log, cancellation), cancellation).GetAwaiter().GetResult();
}
