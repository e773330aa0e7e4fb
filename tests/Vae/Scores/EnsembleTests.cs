// An ensemble of two networks of different seeds.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class EnsembleTests
{
    private static readonly Lazy<EnsembleMember[]> Two = new(() =>
    [
        EnsembleMember.Fit(OneThread, Normals, new NetworkScore(ScoreKind.Mse)),
        EnsembleMember.Fit(OneThread, NormalsOf(Train(Sample.Small with { Seed = 4 })), new NetworkScore(ScoreKind.Mse)),
    ]);

    [Fact]
    public void It_is_the_mean_of_the_networks_surprises()
    {
        var indices = Enumerable.Range(0, 100).ToArray();
        var ensemble = Scores(new Ensemble(Two.Value), OneThread, indices);
        var own = Two.Value.Select(member => ScoredSample.Scores(member.Score, Activations.Of(OneThread, member.Parameters, Sample.Data.Test, indices))).ToArray();
        Assert.NotEqual(own[0], own[1]);
        for (var i = 0; i < 100; i++) Assert.Equal(((double)own[0][i] + own[1][i]) / 2, ensemble[i], 1e-6 * ensemble[i]);
    }

    [Fact]
    public void An_image_has_the_same_score_alone_and_in_a_set_on_any_engine()
    {
        // More than a block of 1 024.
        int[] indices = [.. Enumerable.Range(0, 1000), .. Enumerable.Range(0, 100)];
        var ensemble = new Ensemble(Two.Value);
        var expected = Scores(ensemble, OneThread, indices);
        Assert.Equal(expected[..100], expected[1000..]);
        Assert.Equal([expected[42]], Scores(ensemble, OneThread, [42]));
        foreach (var (threads, instructionSet) in new[] { (3, (string?)null), (1, "scalar") })
        {
            using var engine = new Engine(threads, instructionSet);
            Assert.Equal(expected, Scores(ensemble, engine, indices));
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused() => Assert.Multiple(
        () => Assert.Throws<ArgumentException>(() => new Ensemble()),
        () => Assert.Throws<ArgumentException>(() => new Ensemble(Two.Value).Compute(OneThread, Sample.Data.Test, new int[3], new float[2])),
        () => Assert.Throws<ArgumentException>(() => new Ensemble(Two.Value).Compute(OneThread, new ImageDataset(new byte[50], new byte[2], 5, 5), new int[1], new float[1])));

    private static float[] Scores(Ensemble ensemble, Engine engine, int[] indices)
    {
        var scores = new float[indices.Length];
        ensemble.Compute(engine, Sample.Data.Test, indices, scores);
        return scores;
    }
}
