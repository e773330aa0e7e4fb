// Which images of Fashion-MNIST a model is trained on and judged by, and how files and the command line call them.

namespace VaeFromScratch.Vae.Data;

/// <summary>A way to cut Fashion-MNIST into training and test images.</summary>
public enum FashionMnistPart
{
    /// <summary>The data set as its authors publish it: 60 000 and 10 000.</summary>
    Whole,

    /// <summary>The committed sample: 3 000 and 1 000.</summary>
    Sample,

    /// <summary>
    /// The training images alone: the first 50 000 to train on and the last 10 000 in the place of the test images, for a figure on images that no choice was made by.
    /// </summary>
    HeldBack,
}

/// <summary>The names of parts.</summary>
internal static class FashionMnistParts
{
    /// <summary>Training images that stand in the place of test images in <see cref="FashionMnistPart.HeldBack"/>.</summary>
    public const int HeldBackImages = 10_000;

    private static readonly string[] Names = ["fashion-mnist", "fashion-mnist-sample", "fashion-mnist-held-back"];

    /// <summary>What studies and folders of runs call it.</summary>
    public static string NameOf(FashionMnistPart part) => Names[(int)part];

    /// <summary>The part of a name, or null.</summary>
    public static FashionMnistPart? Find(string name) => Array.IndexOf(Names, name) is var index and >= 0 ? (FashionMnistPart)index : null;

    /// <summary>All names, for messages.</summary>
    public static string All => $"{string.Join(", ", Names[..^1])} or {Names[^1]}";
}
