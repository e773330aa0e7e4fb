// A small trained network, what it computes for the sample, and the same network in plain double precision.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests;

internal static class ScoredSample
{
    public static readonly Engine OneThread = new(1);

    private static readonly Lazy<VaeParameters<float>> Trained = new(() => Train(Sample.Small));
    private static readonly Lazy<NormalImages> LazyNormals = new(() => NormalsOf(Parameters));

    public static VaeParameters<float> Parameters => Trained.Value;

    public static NormalImages Normals => LazyNormals.Value;

    public static VaeParameters<float> Train(TrainingSettings settings)
    {
        var trainer = new Trainer(OneThread, settings, Sample.Data.Train, FashionMnist.ClassNames.Length);
        trainer.Run(null, null, default);
        return trainer.Parameters;
    }

    public static NormalImages NormalsOf(VaeParameters<float> parameters)
    {
        int[] normal = [.. Enumerable.Range(0, Sample.Data.Train.Count).Where(i => Sample.Data.Train.Label(i) != Sample.Small.HeldOut)];
        Activations Of(int[] indices) => Activations.Of(OneThread, parameters, Sample.Data.Train, indices);
        return new NormalImages(parameters, Of(normal[..200]), Of(normal[200..500]));
    }

    /// <summary>Test images from <paramref name="start"/> on.</summary>
    public static Activations Test(int start, int count, Engine? engine = null) =>
        Activations.Of(engine ?? OneThread, Parameters, Sample.Data.Test, Enumerable.Range(start, count).ToArray());

    public static float[] Scores(IAnomalyScore score, Activations images, Engine? engine = null)
    {
        var scores = new float[images.Count];
        scores.AsSpan().Fill(float.NaN);
        score.Compute(engine ?? OneThread, images, scores);
        return scores;
    }

    public static double[] Row(Matrix<float> matrix, int row) => [.. matrix.Row(row).ToArray().Select(value => (double)value)];

    /// <summary>eps number <paramref name="index"/> of a purpose.</summary>
    public static double[] Noise(uint purpose, int index)
    {
        var noise = new double[Parameters.Architecture.Latent];
        new RandomSequence(0, purpose, (uint)index).FillNormal<double>(noise);
        return noise;
    }

    public static double[] SampleOf(double[] mu, double[] logVar, double[] eps) => [.. mu.Select((m, j) => m + Math.Exp(logVar[j] / 2) * eps[j])];

    /// <summary>-ln p(x|z), from logits.</summary>
    public static double CrossEntropy(double[] x, double[] z)
    {
        var l = Layer(Parameters.Decoder[1], Layer(Parameters.Decoder[0], z, relu: true), relu: false);
        return l.Zip(x, (a, b) => Math.Max(a, 0) - a * b + Math.Log(1 + Math.Exp(-Math.Abs(a)))).Sum();
    }

    public static double Kl(double[] mu, double[] logVar) => mu.Zip(logVar, (m, s) => (m * m + Math.Exp(s) - s - 1) / 2).Sum();

    private static double[] Layer(DenseParameters<float> layer, double[] x, bool relu) =>
    [
        .. Enumerable.Range(0, layer.Weight.Columns).Select(o =>
        {
            double y = layer.Bias[0, o];
            for (var k = 0; k < x.Length; k++) y += layer.Weight[k, o] * x[k];
            return relu ? Math.Max(y, 0) : y;
        }),
    ];
}
