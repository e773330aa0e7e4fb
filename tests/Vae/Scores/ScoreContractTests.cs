// What holds for every score: an image's score is its own, whatever is scored with it and on whatever engine.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class ScoreContractTests
{
    private static readonly (string Name, Func<IAnomalyScore> New)[] All =
    [
        ("mse", () => new NetworkScore(ScoreKind.Mse)),
        ("cross-entropy", () => new NetworkScore(ScoreKind.CrossEntropy)),
        ("kl", () => new NetworkScore(ScoreKind.Kl)),
        ("negative elbo", () => new NetworkScore(ScoreKind.NegativeElbo)),
        ("deviance", () => new BernoulliDeviance()),
        ("importance-weighted bound", () => new ImportanceWeightedBound(Parameters, 5)),
        ("reconstruction probability", () => new ReconstructionProbability(Parameters, 5)),
        ("typicality", () => Typicality.Fit(OneThread, Normals)),
        ("likelihood regret", () => new LikelihoodRegret(Parameters, steps: 4, samples: 2)),
        ("calibrated", () => CalibratedScore.Fit(OneThread, Normals, new BernoulliDeviance())),
        ("fusion", () => TailFusion.Fit(OneThread, Normals, new NetworkScore(ScoreKind.Mse), new NetworkScore(ScoreKind.Kl))),
    ];

    public static TheoryData<string> Names => [.. All.Select(score => score.Name)];

    // More than a batch of 256, so that one begins inside the set.
    private const int Count = 300;

    [Theory]
    [MemberData(nameof(Names))]
    public void An_image_has_the_same_score_alone_and_in_a_set_on_any_engine(string name)
    {
        var score = New(name);
        var expected = Scores(score, Test(0, Count));
        Assert.All(expected, value => Assert.True(float.IsFinite(value)));
        Assert.NotEqual(expected[0], expected[1]);
        foreach (var image in new[] { 0, 100, 255, 256, 299 }) Assert.Equal([expected[image]], Scores(score, Test(image, 1)));
        Assert.Equal(expected[10..90], Scores(score, Test(10, 80)));
        foreach (var (threads, instructionSet) in new[] { (3, (string?)null), (1, "scalar") })
        {
            using var engine = new Engine(threads, instructionSet);
            Assert.Equal(expected, Scores(score, Test(0, Count, engine), engine));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_NaN_spoils_the_score_of_its_own_image_alone(string name)
    {
        var (score, images) = (New(name), Test(0, 20));
        var expected = Scores(score, images);
        foreach (var layer in new[] { images.Pixels, images.Mu, images.LogVar, images.Reconstruction }) layer[7, layer.Columns / 2] = float.NaN;
        images.ReconstructionLoss[7] = images.Kl[7] = expected[7] = float.NaN;
        Assert.Equal(expected, Scores(score, images));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_images_have_no_scores(string name) => Assert.Empty(Scores(New(name), Test(0, 0)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_number_of_scores_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => New(name).Compute(OneThread, Test(0, 3), new float[2]));

    [Fact]
    public void Activations_of_another_network_are_refused()
    {
        var other = new VaeParameters<float>(new VaeArchitecture(784, [24], 3));
        foreach (var score in new IAnomalyScore[] { new ImportanceWeightedBound(other), new ReconstructionProbability(other), new LikelihoodRegret(other) })
            Assert.Contains("fitted for 784-24-3", Assert.Throws<ArgumentException>(() => Scores(score, Test(0, 2))).Message, StringComparison.Ordinal);
    }

    private static IAnomalyScore New(string name) => All.Single(score => score.Name == name).New();
}
