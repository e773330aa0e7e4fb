// The four files of Fashion-MNIST and the pinned sums of their content, for the whole set and for the committed sample.
using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Data;

/// <summary>One known content of the four files. The sums are of the uncompressed IDX files: archives of the same content differ.</summary>
internal sealed class FashionMnistEdition
{
    public const string TrainImages = "train-images-idx3-ubyte";
    public const string TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte";
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>The names without <c>.gz</c>, in the order in which everything here lists them.</summary>
    public static readonly ImmutableArray<string> FileNames = [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>The 60 000 and 10 000 images of the authors.</summary>
    // Sums taken from Debian's package; those of the authors' own archives, published by others, are the same.
    public static readonly FashionMnistEdition Whole = new(
        "the whole set",
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");

    /// <summary>The 3 000 and 1 000 images in <c>data/sample</c>.</summary>
    public static readonly FashionMnistEdition Sample = new(
        "the sample",
        "ee31c1e1edb79ee04ce6a320d9e6e856628d3ea2b7aaa437891f46fdbdec9f93",
        "a7901365666c760d2e5bd01b5bdc91c00e64ca459c33d7a48aed2aaee7486060",
        "7cee33c3c6414b1b86c25e665a6c4f41584269de3b7cc9768b1d351922845eef",
        "3128d790775889812b73c4f13923559c8b9e281d112c6ea7862acf60a206a909");

    private FashionMnistEdition(string name, params ImmutableArray<string> sums)
    {
        Name = name;
        Sums = FileNames.Zip(sums).ToImmutableDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of the content, in lower-case hexadecimal, by file name without <c>.gz</c>.</summary>
    public ImmutableDictionary<string, string> Sums { get; }
}
