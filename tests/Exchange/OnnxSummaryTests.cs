// A detector's own score in the exported graph against AnomalyDetector's, in ONNX Runtime.

using System.Globalization;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Exchange.Tests;

public sealed class OnnxSummaryTests
{
    // Relative to the score, or to a nat where it is less: it is a difference of terms that cancel, behind a whitening by which rounding errors grow.
    // The first is of each row, the other of half of them.
    private const double Tolerance = 1e-4, UsualTolerance = 1e-5;

    // A sum so near 0 that another order of adding may put it on the other side: whether the unit is on is a matter of rounding, and the score jumps.
    private const double Undecided = 1e-5;

    private const int Features = 7;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_score_of_a_table_is_ours(bool imputes)
    {
        var rows = Table(700);
        if (imputes) rows[5] = rows[30] = float.NaN;
        var detector = AnomalyDetector.Fit(rows, Features, new DetectorOptions { Hidden = [9, 6], Latent = 2, Epochs = 40, ImputesMissing = imputes });
        // Normal rows, rows far away, and one with a value that is missing: the mean, or NaN for a score.
        var asked = rows.ToArray();
        for (var i = 0; i < 50; i++)
            foreach (ref var value in asked.AsSpan(i * Features, Features)) value *= MathF.Pow(2, i);
        asked[60 * Features] = float.NaN;
        AssertScores(detector, asked);
        AssertScores(detector, asked[..Features]);
        var missing = asked[(60 * Features)..(61 * Features)];
        AssertScores(detector, missing);
        Assert.Equal(!imputes, float.IsNaN(detector.Score(missing)));
    }

    [Theory]
    [InlineData(5, 7)]
    [InlineData(8, 3)]
    [InlineData(1, 6)]
    [InlineData(6, 1)]
    public void The_score_of_images_is_ours_whatever_their_size(int height, int width)
    {
        var rows = OurOutputs.Inputs(500, height * width);
        var detector = AnomalyDetector.Fit(rows, height * width, new DetectorOptions { ImageSize = (height, width), Hidden = [11], Latent = 3, Epochs = 3 });
        AssertScores(detector, rows);
        AssertScores(detector, rows[..(height * width)]);
    }

    [Fact]
    public void The_score_of_clothes_is_ours()
    {
        var data = FashionMnist.Load(FashionMnistSources.SampleWord);
        var (train, test) = (Pixels(data.Train, 1000), Pixels(data.Test, 300));
        var detector = AnomalyDetector.Fit(train, 784, new DetectorOptions { ImageSize = (28, 28), Hidden = [32], Latent = 8, Epochs = 3 });
        AssertScores(detector, test);
        // Black, white, and clothes turned to their negatives.
        AssertScores(detector, [.. new float[784], .. Enumerable.Repeat(1f, 784), .. test.Take(10 * 784).Select(pixel => 1 - pixel)]);
    }

    [Fact]
    public void Threshold_and_rate_stand_beside_the_score_and_nowhere_else()
    {
        var detector = AnomalyDetector.Fit(OurOutputs.Table(200, Features), Features, new DetectorOptions { Hidden = [5], Latent = 2, Epochs = 1, Alpha = 0.1 });
        var model = OurOutputs.Saved(detector);
        using var session = OnnxRun.Open(OnnxModel.Score(model));
        Assert.Equal(("n", 1), (session.OutputMetadata[OnnxModel.Summary].SymbolicDimensions[0], session.OutputMetadata[OnnxModel.Summary].Dimensions.Length));
        var properties = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(detector.Threshold, float.Parse(properties["threshold"], CultureInfo.InvariantCulture));
        Assert.Equal("0.1", properties["alpha"]);

        using var encoder = OnnxRun.Open(OnnxModel.Encoder(model));
        Assert.DoesNotContain("threshold", encoder.ModelMetadata.CustomMetadataMap.Keys);
        using var network = OnnxRun.Open(OnnxModel.Score(model with { Detector = null }));
        Assert.DoesNotContain(OnnxModel.Summary, network.OutputNames);
        Assert.DoesNotContain("threshold", network.ModelMetadata.CustomMetadataMap.Keys);
    }

    // Columns that go with the first two, and noise.
    private static float[] Table(int count)
    {
        var rows = OurOutputs.Table(count, Features);
        for (var i = 0; i < rows.Length; i++)
            if (i % Features is var j and >= 2) rows[i] += 2 * j * rows[i - j + j % 2];
        return rows;
    }

    private static float[] Pixels(ImageDataset images, int count)
    {
        var pixels = new float[count * images.Features];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = images.Pixels[i] / 255f;
        return pixels;
    }

    private static void AssertScores(AnomalyDetector detector, float[] rows)
    {
        var model = OurOutputs.Saved(detector);
        var ours = new float[rows.Length / detector.Features];
        detector.Score(rows, ours);
        var (theirs, shape) = OnnxRun.All(OnnxModel.Score(model), rows, detector.Features)[OnnxModel.Summary];
        Assert.Equal([ours.Length], shape);
        List<double> errors = [];
        for (var i = 0; i < ours.Length; i++)
        {
            if (NearestToZero(model, rows.AsSpan(i * detector.Features, detector.Features)) < Undecided) continue;
            errors.Add(ours[i].Equals(theirs[i]) ? 0 : Math.Abs((double)ours[i] - theirs[i]) / Math.Max(1, Math.Abs((double)ours[i])));
            Assert.True(errors[^1] <= Tolerance, FormattableString.Invariant($"{errors[^1]:g3} between {ours[i]:r} and {theirs[i]:r}, row {i} of {ours.Length}"));
        }

        Assert.InRange(errors.Count, 0.9 * ours.Length, ours.Length);
        Assert.InRange(errors.Order().ElementAt(errors.Count / 2), 0, UsualTolerance);
    }

    // The least absolute value before a hidden unit's ReLU.
    private static double NearestToZero(ModelFile model, ReadOnlySpan<float> row)
    {
        var x = row.ToArray();
        model.Detector!.Scaling?.Apply(row, x);
        var (values, parameters) = (Array.ConvertAll(x, value => (double)value), model.Parameters);
        var nearest = double.PositiveInfinity;
        foreach (var layer in parameters.Encoder) values = Hidden(layer, values);
        values = Sums(parameters.Mu, values);
        foreach (var layer in parameters.Decoder[..^1]) values = Hidden(layer, values);
        return nearest;

        double[] Hidden(DenseParameters<float> layer, double[] inputs)
        {
            var sums = Sums(layer, inputs);
            nearest = Math.Min(nearest, sums.Min(sum => double.IsNaN(sum) ? nearest : Math.Abs(sum)));
            return [.. sums.Select(sum => Math.Max(sum, 0))];
        }
    }

    private static double[] Sums(DenseParameters<float> layer, double[] x)
    {
        var sums = new double[layer.Bias.Columns];
        for (var unit = 0; unit < sums.Length; unit++)
        {
            sums[unit] = layer.Bias[0, unit];
            for (var j = 0; j < x.Length; j++) sums[unit] += (double)x[j] * layer.Weight[j, unit];
        }

        return sums;
    }
}
