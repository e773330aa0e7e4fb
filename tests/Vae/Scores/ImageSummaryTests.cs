// Each number of the summary, against double loops over rows and columns of images that are higher than wide.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class ImageSummaryTests
{
    private const int Height = 4, Width = 3;

    [Fact]
    public void Each_number_is_what_it_is_said_to_be()
    {
        var uniform = new float[10 * Height * Width];
        new RandomSequence(8, 1, 0).FillUniform(uniform);
        var images = Of([.. uniform.Select(u => (byte)(256 * u * u))]);
        var summary = ImageSummary.Of(OneThread, images);
        Assert.Equal(6 + 2 * 4, summary.Columns);
        for (var i = 0; i < images.Count; i++)
        {
            var expected = Plain(images, i);
            for (var j = 0; j < expected.Length; j++) Assert.True(Math.Abs(expected[j] - summary[i, j]) < 1e-5, $"image {i}, number {j}: {summary[i, j]}, expected {expected[j]}");
        }
    }

    [Fact]
    public void The_right_edge_of_a_row_has_no_neighbour_in_the_next()
    {
        // Dark, with a light right column: one difference of 1 in each row, none down the columns.
        var images = Of([.. Enumerable.Range(0, Height * Width).Select(p => (byte)(p % Width == Width - 1 ? 255 : 0))]);
        var summary = ImageSummary.Of(OneThread, images);
        Assert.Equal(Math.Log(Height), summary[0, 4], 1e-6);
        Assert.Equal(Math.Log(1e-3), summary[0, 5], 1e-5);
    }

    [Fact]
    public void A_pixel_has_ink_from_grey_value_6_on()
    {
        var images = Of([.. Enumerable.Range(0, Height * Width).Select(grey => (byte)grey)]);
        Assert.Equal(6, ImageSummary.Of(OneThread, images)[0, 3]);
    }

    [Fact]
    public void A_black_image_and_a_perfect_reconstruction_have_logarithms()
    {
        var images = Of(new byte[Height * Width]);
        images.Pixels.Flat.CopyTo(images.Reconstruction.Flat);
        var summary = ImageSummary.Of(OneThread, images);
        foreach (var j in new[] { 0, 4, 5 }) Assert.Equal(Math.Log(1e-3), summary[0, j], 1e-5);
        foreach (var j in new[] { 1, 2, 3 }) Assert.Equal(0, summary[0, j]);
    }

    private static double[] Plain(Activations images, int i)
    {
        var (x, r) = (Row(images.Pixels, i), Row(images.Reconstruction, i));
        var (along, down) = (0.0, 0.0);
        for (var row = 0; row < Height; row++)
        {
            for (var column = 0; column < Width; column++)
            {
                var own = x[row * Width + column];
                if (column + 1 < Width) along += Math.Pow(own - x[row * Width + column + 1], 2);
                if (row + 1 < Height) down += Math.Pow(own - x[(row + 1) * Width + column], 2);
            }
        }

        double[][] hidden = [.. images.EncoderHidden.Concat(images.DecoderHidden).Select(layer => Row(layer, i))];
        return
        [
            Math.Log(x.Zip(r, (a, b) => (a - b) * (a - b)).Average()), x.Sum(), x.Sum(value => value * value), x.Count(value => value > 0.02), Math.Log(along), Math.Log(down),
            .. hidden.SelectMany(layer => new[] { Math.Sqrt(layer.Sum(value => value * value)), layer.Count(value => value > 0) }),
        ];
    }

    // What a random network of two hidden layers makes of images.
    private static Activations Of(byte[] pixels)
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(Height * Width, [9, 7], 2));
        parameters.Initialize(21);
        var count = pixels.Length / (Height * Width);
        return Activations.Of(OneThread, parameters, new ImageDataset(pixels, new byte[count], Height, Width), Enumerable.Range(0, count).ToArray());
    }
}
