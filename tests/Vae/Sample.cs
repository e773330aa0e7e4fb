// The committed sample, read once, and small settings to train on it.

using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests;

internal static class Sample
{
    private static readonly Lazy<FashionMnist> Loaded = new(() => FashionMnist.Load(FashionMnistSources.SampleWord));

    public static FashionMnist Data => Loaded.Value;

    public static TrainingSettings Small => new() { Latent = 4, Hidden = [24], Epochs = 2, Batch = 500, Seed = 3 };
}
