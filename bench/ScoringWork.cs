// Scoring as work to be timed.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Bench;

/// <summary>The scoring of the sample's test images with the seed model, its weights as they were drawn: half of the hidden units are zero.</summary>
internal static class ScoringWork
{
    /// <summary>Images of one call.</summary>
    public const int Images = 1000;

    // Four batches with about ten parallel loops each.
    private const int LoopsOfACall = 40;

    /// <summary>The seed model, 784-400-16-400-784.</summary>
    public static VaeArchitecture Seed { get; } = new(784, new TrainingSettings().Hidden, new TrainingSettings().Latent);

    /// <summary>The operations of the matrix products of one call: each weight takes part once for every image.</summary>
    public static double Flops =>
        2.0 * Images * Seed.Tensors.Where(tensor => !tensor.IsBias).Sum(tensor => (long)tensor.Inputs * tensor.Outputs);

    /// <summary>One call: the mean squared error of every image.</summary>
    public static Work Create(Engine engine)
    {
        var parameters = new VaeParameters<float>(Seed);
        parameters.Initialize(seed: 0);
        var scorer = new AnomalyScorer(engine, parameters);
        var pixels = FashionMnist.Load(FashionMnistSources.SampleWord).Test.Pixels[..(Images * Seed.Features)];
        var (images, scores) = (new float[pixels.Length], new float[Images]);
        UnitInterval.FromBytes(pixels, images);
        return new Work("scoring", Flops, () => scorer.Score(images, ScoreKind.Mse, scores), LoopsOfACall);
    }
}
