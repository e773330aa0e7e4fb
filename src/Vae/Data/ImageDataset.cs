// Labelled grey images, kept as bytes: a quarter of the memory of floats, and scaled to [0, 1] a batch at a time where they are used.
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Data;

/// <summary>
/// Grey images of one size with one label each, in memory as bytes (0 is black, 255 is white). It does not change after construction, and any
/// number of threads may read it.
/// </summary>
public sealed class ImageDataset : IDataRows
{
    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    /// <summary>Makes a data set of arrays, which are kept and not copied.</summary>
    /// <param name="pixels">The images, <c>[count, height, width]</c> in row-major order.</param>
    /// <param name="labels">The class of each image, <c>[count]</c>.</param>
    /// <param name="height">The rows of an image.</param>
    /// <param name="width">The columns of an image.</param>
    /// <param name="classCount">Labels must lie below it: 1 to 256, where 256 refuses nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the class count is out of its range.</exception>
    /// <exception cref="ArgumentException">The lengths of the arrays do not fit each other, or a label is too large.</exception>
    public ImageDataset(byte[] pixels, byte[] labels, int height, int width, int classCount = 256)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classCount, 256);
        if ((long)height * width > Array.MaxLength || (long)labels.Length * (height * width) != pixels.Length)
        {
            throw new ArgumentException(
                $"There are {labels.Length} labels of images of {height} x {width}, but {pixels.Length} pixels, expected their product.",
                nameof(pixels));
        }

        int bad = FirstAbove(labels, classCount);
        if (bad >= 0)
            throw new ArgumentException($"Label {bad} is {labels[bad]}, but there are {classCount} classes.", nameof(labels));

        _pixels = pixels;
        _labels = labels;
        Height = height;
        Width = width;
    }

    /// <summary>The number of images.</summary>
    public int Count => _labels.Length;

    /// <summary>The number of rows of an image.</summary>
    public int Height { get; }

    /// <summary>The number of columns of an image.</summary>
    public int Width { get; }

    /// <summary>The number of pixels of an image, <see cref="Height"/> times <see cref="Width"/>.</summary>
    public int Features => Height * Width;

    /// <summary>Some images, in their order, as a data set of their own.</summary>
    internal ImageDataset Slice(int first, int count) =>
        new(_pixels.AsSpan(first * Features, count * Features).ToArray(), _labels.AsSpan(first, count).ToArray(), Height, Width);

    /// <summary>All images, <c>[count, height, width]</c> in row-major order, 0 to 255.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>The class of each image, <c>[count]</c>.</summary>
    public ReadOnlySpan<byte> Labels => _labels;

    /// <summary>One image, <c>[height, width]</c> in row-major order, 0 to 255.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        CheckIndex(index);
        return _pixels.AsSpan(index * Features, Features);
    }

    /// <summary>The class of one image.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public byte Label(int index)
    {
        CheckIndex(index);
        return _labels[index];
    }

    /// <summary>Writes an image as numbers in [0, 1], pixel / 255. (1.1)</summary>
    public void CopyTo(int index, Span<float> row) => UnitInterval.FromBytes(Image(index), row);

    /// <summary>Reads a pair of IDX files, plain or gzip.</summary>
    /// <param name="imagesPath">Images, <c>[count, height, width]</c>.</param>
    /// <param name="labelsPath">Labels, <c>[count]</c>.</param>
    /// <param name="classCount">Labels must lie below it: 1 to 256, where 256 refuses nothing.</param>
    /// <exception cref="InvalidDataException">A file is not as expected, or the two do not fit each other; the message says how.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImageDataset Read(string imagesPath, string labelsPath, int classCount = 256) =>
        Pair(IdxFile.Read(imagesPath), imagesPath, IdxFile.Read(labelsPath), labelsPath, classCount);

    internal static ImageDataset Pair(IdxArray images, string imagesPath, IdxArray labels, string labelsPath, int classCount)
    {
        if (images.Dimensions is not [int count, int height, int width])
        {
            throw new InvalidDataException(
                $"{imagesPath} holds an array of {images.Dimensions.Length} dimensions, expected the 3 of images (count, height, width).");
        }

        if (labels.Dimensions is not [int labelCount])
            throw new InvalidDataException($"{labelsPath} holds an array of {labels.Dimensions.Length} dimensions, expected the 1 of labels.");
        if (labelCount != count)
            throw new InvalidDataException($"{labelsPath} holds {labelCount} labels, but {imagesPath} holds {count} images.");
        int bad = FirstAbove(labels.Data, classCount);
        if (bad >= 0)
            throw new InvalidDataException($"{labelsPath}: label {bad} is {labels.Data[bad]}, expected 0 to {classCount - 1}.");
        return new ImageDataset(images.Data, labels.Data, height, width, classCount);
    }

    // The index of the first label that is no class, or -1.
    private static int FirstAbove(ReadOnlySpan<byte> labels, int classCount) =>
        classCount > byte.MaxValue ? -1 : labels.IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1));

    private void CheckIndex(int index)
    {
        // Stands in for the slice's own check, which says neither the index nor the count.
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
    }
}
