// Exported graphs against our own results, in ONNX Runtime.

using System.Collections.Immutable;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Exchange.Tests;

public sealed class OnnxTests
{
    private const double Tolerance = 1e-5;

    // Features, hidden sizes, latent size; no two neighbours alike, so that a weight the wrong way round does not fit.
    private static readonly (int Features, ImmutableArray<int> Hidden, int Latent)[] Architectures =
        [(784, [400], 16), (37, [21, 33, 9], 5), (5, [3], 1)];

    public static TheoryData<int, Likelihood, int> Cases() => new(
        from architecture in Enumerable.Range(0, Architectures.Length)
        from likelihood in Enum.GetValues<Likelihood>()
        from count in new[] { 1, 130 }
        select (architecture, likelihood, count));

    [Theory]
    [MemberData(nameof(Cases))]
    public void All_outputs_are_ours(int architecture, Likelihood likelihood, int count)
    {
        var (features, hidden, latent) = Architectures[architecture];
        var model = OurOutputs.Model(features, hidden, latent, likelihood);
        var inputs = OurOutputs.Inputs(count, features);
        AssertScores(model, inputs, OnnxRun.All(OnnxModel.Score(model), inputs, features));

        var ours = OurOutputs.Forward(model, inputs);
        var encoder = OnnxRun.All(OnnxModel.Encoder(model), inputs, features);
        Assert.Equal(["logvar", "mu"], encoder.Keys.Order());
        AssertClose(ours.Mu, encoder["mu"], count, latent);
        AssertClose(ours.LogVar, encoder["logvar"], count, latent);

        var decoder = OnnxRun.All(OnnxModel.Decoder(model), ours.Mu, latent);
        AssertClose(ours.Reconstruction, Assert.Single(decoder, output => output.Key == "reconstruction").Value, count, features);

        var mse = OnnxRun.All(OnnxModel.MeanSquaredError(model), inputs, features);
        AssertClose(OurOutputs.Score(model, inputs, ScoreKind.Mse), Assert.Single(mse, output => output.Key == "mse").Value, count);
    }

    [Fact]
    public void A_log_variance_is_clamped_and_the_divergence_with_it()
    {
        var model = OurOutputs.Model(6, [4], 3, Likelihood.Bernoulli);
        var bias = model.Parameters.LogVar.Bias.Flat;
        (bias[0], bias[1]) = (1000, -1000);
        var inputs = OurOutputs.Inputs(8, 6);
        var logVar = OnnxRun.All(OnnxModel.Encoder(model), inputs, 6)["logvar"].Values;
        Assert.All(logVar.Chunk(3), row => Assert.Equal((20f, -30f), (row[0], row[1])));
        AssertScores(model, inputs, OnnxRun.All(OnnxModel.Score(model), inputs, 6));
    }

    [Fact]
    public void A_gaussian_reconstruction_that_is_perfect_has_the_least_variance()
    {
        // Logits of 0, inputs of 1/2: no error at all.
        var model = OurOutputs.Model(6, [4], 3, Likelihood.Gaussian);
        model.Parameters.Decoder[^1].Weight.Flat.Clear();
        model.Parameters.Decoder[^1].Bias.Flat.Clear();
        var inputs = Enumerable.Repeat(0.5f, 12).ToArray();
        AssertScores(model, inputs, OnnxRun.All(OnnxModel.Score(model), inputs, 6));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-6f)]
    [InlineData(-0.9999f)]
    [InlineData(1f)]
    [InlineData(-1.0001f)]
    [InlineData(30f)]
    [InlineData(-200f)]
    public void A_continuous_bernoulli_is_ours_near_zero_and_far_from_it(float logit)
    {
        var model = OurOutputs.Model(6, [4], 3, Likelihood.ContinuousBernoulli);
        model.Parameters.Decoder[^1].Weight.Flat.Clear();
        model.Parameters.Decoder[^1].Bias.Flat.Fill(logit);
        var inputs = OurOutputs.Inputs(2, 6);
        AssertScores(model, inputs, OnnxRun.All(OnnxModel.Score(model), inputs, 6));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_table_is_scaled_before_the_encoder_and_back_behind_the_decoder(bool imputes)
    {
        const int features = 7;
        var rows = OurOutputs.Table(200, features);
        if (imputes) rows[5] = rows[30] = float.NaN;
        var detector = AnomalyDetector.Fit(rows, features, new DetectorOptions { Hidden = [5], Latent = 2, Epochs = 2, ImputesMissing = imputes });
        var model = OurOutputs.Saved(detector);
        var scaling = model.Detector!.Scaling!;
        Assert.Equal(imputes, scaling.Imputes);
        var scaled = new float[rows.Length];
        for (var i = 0; i < rows.Length; i += features) scaling.Apply(rows.AsSpan(i, features), scaled.AsSpan(i, features));

        var theirs = OnnxRun.All(OnnxModel.Score(model), rows, features);
        AssertClose(OurOutputs.Score(model, scaled, ScoreKind.Mse), theirs["mse"], 200);
        AssertClose(OurOutputs.Score(model, scaled, ScoreKind.NegativeElbo), theirs["negative_elbo"], 1.0, 200);
        AssertClose(OurOutputs.Forward(model, scaled).Mu, OnnxRun.All(OnnxModel.Encoder(model), rows, features)["mu"], 200, 2);

        var reconstruction = new float[rows.Length];
        detector.Reconstruct(rows, reconstruction);
        AssertClose(reconstruction, theirs["reconstruction"], 200, features);
        var decoder = OnnxRun.All(OnnxModel.Decoder(model), OurOutputs.Forward(model, scaled).Mu, 2);
        AssertClose(reconstruction, decoder["reconstruction"], 200, features);
    }

    [Fact]
    public void A_file_tells_whose_it_is_and_takes_any_number_of_rows()
    {
        var model = OurOutputs.Model(12, [8, 6], 2, Likelihood.Gaussian);
        using var session = OnnxRun.Open(OnnxModel.Score(model));
        var about = session.ModelMetadata;
        Assert.Equal(("VaeFromScratch", "score"), (about.ProducerName, about.GraphName));
        var properties = about.CustomMetadataMap;
        Assert.Equal(model.WeightsSha256, properties["weightsSha256"]);
        Assert.Equal("12-8-6-2-6-8-12", properties["architecture"]);
        Assert.All(model.Settings.Describe(), setting => Assert.Equal(setting.Value, properties[setting.Key]));
        Assert.Equal("gaussian", properties["likelihood"]);
        Assert.Equal(("n", -1, 12), (session.InputMetadata["x"].SymbolicDimensions[0], session.InputMetadata["x"].Dimensions[0], session.InputMetadata["x"].Dimensions[1]));
        Assert.All(session.OutputMetadata.Values, output => Assert.Equal("n", output.SymbolicDimensions[0]));
    }

    [Fact]
    public void Three_files_are_written_and_replaced_the_same_each_time()
    {
        var folder = Directory.CreateTempSubdirectory("vae-onnx-test-").FullName;
        try
        {
            var model = OurOutputs.Model(5, [4], 2, Likelihood.Bernoulli);
            File.WriteAllText(Path.Combine(folder, "model.onnx"), "old");
            string[] names = ["model.onnx", "model.encoder.onnx", "model.decoder.onnx"];
            var files = OnnxFiles.Write(Path.Combine(folder, "model.onnx"), model);
            Assert.Equal(names, files.Select(Path.GetFileName));
            Assert.Equal(names.Order(StringComparer.Ordinal), Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal([OnnxModel.Score(model), OnnxModel.Encoder(model), OnnxModel.Decoder(model)], files.Select(File.ReadAllBytes));
            Assert.Equal([Path.Combine(folder, "other"), Path.Combine(folder, "other.encoder.onnx"), Path.Combine(folder, "other.decoder.onnx")],
                OnnxFiles.Write(Path.Combine(folder, "other"), model));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AssertScores(ModelFile model, float[] inputs, Dictionary<string, (float[] Values, int[] Shape)> theirs)
    {
        var features = model.Parameters.Architecture.Features;
        var count = inputs.Length / features;
        Assert.Equal(["cross_entropy", "kl", "mse", "negative_elbo", "reconstruction"], theirs.Keys.Order(StringComparer.Ordinal));
        AssertClose(OurOutputs.Score(model, inputs, ScoreKind.Mse), theirs["mse"], count);
        AssertClose(OurOutputs.Score(model, inputs, ScoreKind.Kl), theirs["kl"], count);
        // The terms of a density's logarithm have both signs and may cancel: such a loss is compared with a nat where it is less.
        var least = model.Parameters.Architecture.Likelihood == Likelihood.Bernoulli ? 0.0 : 1.0;
        AssertClose(OurOutputs.Score(model, inputs, ScoreKind.CrossEntropy), theirs["cross_entropy"], least, count);
        AssertClose(OurOutputs.Score(model, inputs, ScoreKind.NegativeElbo), theirs["negative_elbo"], least, count);
        AssertClose(OurOutputs.Forward(model, inputs).Reconstruction, theirs["reconstruction"], count, features);
    }

    private static void AssertClose(float[] ours, (float[] Values, int[] Shape) theirs, int rows, int columns) => AssertClose(ours, theirs, 0.0, rows, columns);

    private static void AssertClose(float[] ours, (float[] Values, int[] Shape) theirs, int rows) => AssertClose(ours, theirs, 0.0, rows);

    // Relative to the largest number of the row, or to the least that counts: a score is a row of its own.
    private static void AssertClose(float[] ours, (float[] Values, int[] Shape) theirs, double least, params int[] shape)
    {
        Assert.Equal(shape, theirs.Shape);
        var columns = shape.Length == 1 ? 1 : shape[1];
        foreach (var (a, b) in ours.Chunk(columns).Zip(theirs.Values.Chunk(columns)))
        {
            var error = a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max() / Math.Max(least, a.Max(x => Math.Abs((double)x)));
            Assert.True(error <= Tolerance || a.SequenceEqual(b), FormattableString.Invariant($"{error:g3} between {a[0]:r} and {b[0]:r}"));
        }
    }
}
