// A network of random weights and images of random pixels, small enough for plain computations.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests;

internal static class SmallNetwork
{
    public const int Reference = 300;

    public static VaeParameters<float> Parameters { get; } = NewParameters(latent: 3);

    /// <summary>Images 5 pixels high and wide: the first 300 are the reference, the next 40 those to score.</summary>
    public static ImageDataset Images { get; } = NewImages();

    public static Activations Activations(Engine engine, int start, int count) =>
        Vae.Activations.Of(engine, Parameters, Images, Enumerable.Range(start, count).ToArray());

    public static NormalImages Normals(Engine engine)
    {
        var reference = Activations(engine, 0, Reference);
        return new NormalImages(Parameters, reference, reference);
    }

    public static float[] Scores(Engine engine, IAnomalyScore score, Activations images)
    {
        var scores = new float[images.Count];
        score.Compute(engine, images, scores);
        return scores;
    }

    public static VaeParameters<float> NewParameters(int latent)
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(25, [7], latent));
        parameters.Initialize(11);
        return parameters;
    }

    private static ImageDataset NewImages()
    {
        var uniform = new float[(Reference + 40) * 25];
        new RandomSequence(12, 1, 0).FillUniform(uniform);
        return new ImageDataset([.. uniform.Select(u => (byte)(256 * u))], new byte[Reference + 40], 5, 5);
    }
}
