using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests.Data;

public class ImageDatasetTests
{
    [Fact]
    public void Gives_images_and_labels_in_order()
    {
        byte[] pixels = IdxBytes.Elements(4 * 2 * 3);
        var dataset = new ImageDataset(pixels, [3, 1, 0, 2], height: 2, width: 3, classCount: 4);
        Assert.Equal((4, 2, 3, 6), (dataset.Count, dataset.Height, dataset.Width, dataset.Features));
        Assert.True(pixels.AsSpan().SequenceEqual(dataset.Pixels));
        Assert.Equal([3, 1, 0, 2], dataset.Labels.ToArray());
        for (int i = 0; i < dataset.Count; i++)
        {
            Assert.True(pixels.AsSpan(6 * i, 6).SequenceEqual(dataset.Image(i)));
            Assert.Equal(dataset.Labels[i], dataset.Label(i));
        }
    }

    [Fact]
    public void A_slice_holds_its_images_and_labels_alone()
    {
        byte[] pixels = IdxBytes.Elements(4 * 2 * 3);
        var slice = new ImageDataset(pixels, [3, 1, 0, 2], height: 2, width: 3).Slice(1, 2);
        Assert.Equal((2, 2, 3), (slice.Count, slice.Height, slice.Width));
        Assert.True(pixels.AsSpan(6, 12).SequenceEqual(slice.Pixels));
        Assert.Equal([1, 0], slice.Labels.ToArray());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void An_index_outside_is_refused(int index)
    {
        var dataset = new ImageDataset(new byte[24], new byte[4], 2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Image(index).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Label(index));
    }

    [Fact]
    public void Arrays_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[23], new byte[4], 2, 3));
        Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[25], new byte[4], 2, 3));
        Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[24], new byte[3], 2, 3));
        Assert.Throws<ArgumentException>(() => new ImageDataset([], [], int.MaxValue, int.MaxValue));
        Assert.Throws<ArgumentException>(() => new ImageDataset([], new byte[1 << 16], 1 << 16, 1 << 16)); // the product is 2^48
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataset([], [], 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataset([], [], 3, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataset([], [], 3, 3, classCount: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataset([], [], 3, 3, classCount: 257));
        Assert.Equal(0, new ImageDataset([], [], 2, 3).Count);
    }

    [Fact]
    public void A_label_above_the_classes_is_refused_in_memory_and_in_a_file()
    {
        for (int classCount = 1; classCount <= 256; classCount++)
        {
            byte[] labels = [0, (byte)(classCount - 1)];
            Assert.Equal(2, new ImageDataset(new byte[2], labels, 1, 1, classCount).Count);
            if (classCount > 1)
                Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[2], labels, 1, 1, classCount - 1));
        }

        using var pair = new Pair(IdxBytes.Array(3, 2, 2), [.. IdxBytes.Header(3), 9, 10, 0]);
        string message = Assert.Throws<InvalidDataException>(() => ImageDataset.Read(pair.Images, pair.Labels, classCount: 10)).Message;
        Assert.Equal($"{pair.Labels}: label 1 is 10, expected 0 to 9.", message);
        Assert.Equal(10, ImageDataset.Read(pair.Images, pair.Labels).Label(1));
    }

    [Fact]
    public void Files_that_do_not_fit_each_other_are_refused()
    {
        using (var pair = new Pair(IdxBytes.Array(1000, 2, 2), IdxBytes.Gzip(IdxBytes.Array(999))))
        {
            string message = Assert.Throws<InvalidDataException>(() => ImageDataset.Read(pair.Images, pair.Labels)).Message;
            Assert.Equal($"{pair.Labels} holds 999 labels, but {pair.Images} holds 1000 images.", message);

            message = Assert.Throws<InvalidDataException>(() => ImageDataset.Read(pair.Labels, pair.Images)).Message;
            Assert.Equal($"{pair.Labels} holds an array of 1 dimensions, expected the 3 of images (count, height, width).", message);
        }

        using (var pair = new Pair(IdxBytes.Array(4, 2, 2), IdxBytes.Array(2, 2)))
        {
            string message = Assert.Throws<InvalidDataException>(() => ImageDataset.Read(pair.Images, pair.Labels)).Message;
            Assert.Equal($"{pair.Labels} holds an array of 2 dimensions, expected the 1 of labels.", message);
        }
    }

    private sealed class Pair : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Pair(byte[] images, byte[] labels)
        {
            File.WriteAllBytes(Images, images);
            File.WriteAllBytes(Labels, labels);
        }

        public string Images => _folder["images"];

        public string Labels => _folder["labels"];

        public void Dispose() => _folder.Dispose();
    }
}
