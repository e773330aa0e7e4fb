// A small trained network, what it makes of sample images, and the checks that all neighbour scores have to pass.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

internal static class NeighbourExample
{
    private static readonly Engine OneThread = new(1);

    private static readonly Lazy<VaeParameters<float>> TrainedOnce = new(() =>
    {
        var trainer = new Trainer(OneThread, Sample.Small with { Hidden = [24, 12] }, Sample.Data.Train, 10);
        trainer.Run(null, null, default);
        return trainer.Parameters;
    });

    /// <summary>Normal training images: 130 for reference.</summary>
    public static NormalImages Normals()
    {
        using var engine = new Engine(1);
        return new(TrainedOnce.Value, Activations.Of(engine, TrainedOnce.Value, Sample.Data.Train, Enumerable.Range(0, 130).ToArray()),
            Activations.Of(engine, TrainedOnce.Value, Sample.Data.Train, Enumerable.Range(130, 10).ToArray()));
    }

    /// <summary>Test images.</summary>
    public static Activations Images(int first = 0, int count = 20)
    {
        using var engine = new Engine(1);
        return Activations.Of(engine, TrainedOnce.Value, Sample.Data.Test, Enumerable.Range(first, count).ToArray());
    }

    public static float[] Compute(IAnomalyScore score, Activations images, int threads = 1)
    {
        using var engine = new Engine(threads);
        var scores = new float[images.Count];
        score.Compute(engine, images, scores);
        return scores;
    }

    /// <summary>Every third of the reference images, which settings of 44 images choose: floor(i·130 / 44).</summary>
    public static int[] Chosen { get; } = [.. Enumerable.Range(0, 44).Select(i => i * 130 / 44)];

    public static NeighbourSettings Settings { get; } = new(3, 44);

    /// <summary>Numbers of the chosen references by ascending distance from a row, as double loops have it.</summary>
    public static (double Distance, int Image)[] Nearest(Matrix<float> reference, Matrix<float> images, int row, Func<float[], float[], double> distance) =>
        [.. Chosen.Select(image => (Distance: distance(images.Row(row).ToArray(), reference.Row(image).ToArray()), image)).OrderBy(pair => pair.Distance).Take(3)];

    public static double Euclidean(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum());

    public static double Cosine(float[] a, float[] b)
    {
        double Product(float[] x, float[] y) => x.Zip(y, (s, t) => (double)s * t).Sum();
        return 1 - Product(a, b) / Math.Sqrt(Product(a, a) * Product(b, b));
    }

    /// <summary>The score is the mean distance of a layer to three neighbours, and an image's score is its own.</summary>
    public static void Check(Func<Engine, IAnomalyScore> fit, Func<Activations, Matrix<float>> layer, Func<float[], float[], double> distance)
    {
        var (reference, images) = (layer(Normals().Reference), Images());
        var scores = Compute(fit(OneThread), images);
        for (var i = 0; i < scores.Length; i++)
            Assert.Equal(Nearest(reference, layer(images), i, distance).Average(pair => pair.Distance), scores[i], 1e-6 * (1 + scores[i]));
        CheckOwn(fit);

        layer(images)[7, 1] = float.NaN;
        var spoilt = Compute(fit(OneThread), images);
        scores[7] = float.NaN;
        Assert.Equal(scores, spoilt);
    }

    /// <summary>Neither the threads nor the other images change a bit, and scores of another number are refused.</summary>
    public static void CheckOwn(Func<Engine, IAnomalyScore> fit)
    {
        var scores = Compute(fit(OneThread), Images());
        Assert.Equal(scores.Length, scores.Distinct().Count());
        foreach (var threads in new[] { 1, 3 })
        {
            using var engine = new Engine(threads);
            var score = fit(engine);
            Assert.Equal(scores, Compute(score, Images(), threads));
            for (var i = 0; i < scores.Length; i++) Assert.Equal(scores[i], Compute(score, Images(i, 1), threads)[0]);
        }

        Assert.Throws<ArgumentException>(() => fit(OneThread).Compute(OneThread, Images(), new float[19]));
    }
}
