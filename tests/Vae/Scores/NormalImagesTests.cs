// The choice of normal images: told apart by pixels that say which image it is.

using VaeFromScratch.Vae.Data;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class NormalImagesTests
{
    private const int HeldOut = 3;

    [Theory]
    [InlineData(1000, 0, 720, 180)] // A fifth of the normal images.
    [InlineData(30_000, 0, 20_000, 2_000)]
    [InlineData(1000, 100, 800, 100)]
    [InlineData(30_000, 3_000, 20_000, 3_000)]
    public void Reference_and_calibration_are_different_normal_images_and_always_the_same(int images, int keptBack, int reference, int calibration)
    {
        var (data, settings) = (Numbered(images), new TrainingSettings { HeldOut = HeldOut, Calibration = keptBack });
        var normals = Choose(data, settings);
        var (referenceImages, calibrationImages) = (Indices(normals.Reference), Indices(normals.Calibration));
        Assert.Equal((reference, calibration), (referenceImages.Length, calibrationImages.Length));
        int[] all = [.. referenceImages, .. calibrationImages];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.DoesNotContain(all, i => data.Label(i) == HeldOut);
        var again = Choose(data, settings);
        Assert.Equal(referenceImages, Indices(again.Reference));
        Assert.Equal(calibrationImages, Indices(again.Calibration));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2_000)]
    public void The_reference_is_spread_evenly_over_the_images_of_training(int keptBack)
    {
        var (data, settings) = (Numbered(30_000), new TrainingSettings { HeldOut = HeldOut, Calibration = keptBack });
        var reference = Indices(Choose(data, settings).Reference);
        Assert.Equal(reference.Order(), reference);
        foreach (var third in new[] { 0, 10_000, 20_000 }) Assert.InRange(reference.Count(i => i >= third && i < third + 10_000), 6_500, 6_800);
    }

    [Fact]
    public void Images_kept_out_of_training_are_the_calibration()
    {
        var (data, settings) = (Numbered(1000), new TrainingSettings { HeldOut = HeldOut, Calibration = 100, Seed = 2 });
        var (normals, split) = (Choose(data, settings), CalibrationSplit.Of(settings, data));
        Assert.Equal(split.Calibration, Indices(normals.Calibration));
        Assert.Equal(split.Training, Indices(normals.Reference));
        Assert.NotEqual(split.Calibration, Indices(Choose(data, settings with { Seed = 3 }).Calibration));
    }

    [Fact]
    public void Data_without_normal_images_are_refused() =>
        Assert.Throws<InvalidSettingException>(() => Choose(new ImageDataset(new byte[30], [.. Enumerable.Repeat((byte)HeldOut, 10)], 1, 3), new TrainingSettings { HeldOut = HeldOut }));

    // Images of 1 x 3 pixels, of which the first two are the number of the image.
    private static ImageDataset Numbered(int count) => new(
        [.. Enumerable.Range(0, count).SelectMany(i => new[] { (byte)(i % 256), (byte)(i / 256), (byte)0 })],
        [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7 % 10))], 1, 3);

    private static int[] Indices(Activations images) =>
        [.. Enumerable.Range(0, images.Count).Select(i => (int)MathF.Round(255 * images.Pixels[i, 0]) + 256 * (int)MathF.Round(255 * images.Pixels[i, 1]))];

    private static NormalImages Choose(ImageDataset data, TrainingSettings settings)
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(3, [4], 2));
        parameters.Initialize(1);
        return NormalImages.Choose(OneThread, parameters, data, settings);
    }
}
