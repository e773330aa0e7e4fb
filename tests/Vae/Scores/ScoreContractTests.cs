// What holds for every score: an image's score is its own, whatever is scored with it and on whatever engine.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class ScoreContractTests
{
    private static readonly (string Name, Func<Engine, IAnomalyScore> New)[] All =
    [
        ("mse", _ => new NetworkScore(ScoreKind.Mse)),
        ("cross-entropy", _ => new NetworkScore(ScoreKind.CrossEntropy)),
        ("kl", _ => new NetworkScore(ScoreKind.Kl)),
        ("negative elbo", _ => new NetworkScore(ScoreKind.NegativeElbo)),
        ("deviance", _ => new BernoulliDeviance()),
        ("importance-weighted bound", _ => new ImportanceWeightedBound(Parameters, 5)),
        ("reconstruction probability", _ => new ReconstructionProbability(Parameters, 5)),
        ("typicality", engine => Typicality.Fit(engine, Normals)),
        ("likelihood regret", _ => new LikelihoodRegret(Parameters, steps: 4, samples: 2)),
        ("calibrated", engine => CalibratedScore.Fit(engine, Normals, new BernoulliDeviance())),
        ("fusion", engine => TailFusion.Fit(engine, Normals, new NetworkScore(ScoreKind.Mse), new NetworkScore(ScoreKind.Kl))),
        ("pixels", engine => LayerNeighbours.FitAll(engine, Normals)[0]),
        ("encoder", engine => LayerNeighbours.FitAll(engine, Normals)[1]),
        ("code", engine => LayerNeighbours.FitAll(engine, Normals)[2]),
        ("decoder", engine => LayerNeighbours.FitAll(engine, Normals)[3]),
        ("gradients", engine => GradientNeighbours.Fit(engine, Normals)),
        ("summary", engine => SummaryMixture.Fit(engine, Normals, 4)),
        ("combined", engine => StandardisedMean.Fit(engine, Normals, [.. LayerNeighbours.FitAll(engine, Normals), SummaryMixture.Fit(engine, Normals, 4)])),
    ];

    public static TheoryData<string> Names => [.. All.Select(score => score.Name)];

    // More than a batch of 256, so that one begins inside the set.
    private const int Count = 300;

    [Theory]
    [MemberData(nameof(Names))]
    public void An_image_has_the_same_score_alone_and_in_a_set_on_any_engine(string name)
    {
        var score = New(name, OneThread);
        var expected = Scores(score, Test(0, Count));
        Assert.All(expected, value => Assert.True(float.IsFinite(value)));
        Assert.NotEqual(expected[0], expected[1]);
        foreach (var image in new[] { 0, 100, 255, 256, 299 }) Assert.Equal([expected[image]], Scores(score, Test(image, 1)));
        Assert.Equal(expected[10..90], Scores(score, Test(10, 80)));
        foreach (var (threads, instructionSet) in new[] { (3, (string?)null), (1, "scalar") })
        {
            using var engine = new Engine(threads, instructionSet);
            Assert.Equal(expected, Scores(New(name, engine), Test(0, Count, engine), engine));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_NaN_spoils_the_score_of_its_own_image_alone(string name)
    {
        var (score, images) = (New(name, OneThread), Test(0, 20));
        var expected = Scores(score, images);
        Matrix<float>[] layers = [images.Pixels, .. images.EncoderHidden, images.Mu, images.LogVar, .. images.DecoderHidden, images.Reconstruction];
        foreach (var layer in layers) layer[7, layer.Columns / 2] = float.NaN;
        images.ReconstructionLoss[7] = images.Kl[7] = expected[7] = float.NaN;
        Assert.Equal(expected, Scores(score, images));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_images_have_no_scores(string name) => Assert.Empty(Scores(New(name, OneThread), Test(0, 0)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_number_of_scores_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => New(name, OneThread).Compute(OneThread, Test(0, 3), new float[2]));

    [Fact]
    public void Activations_of_another_network_are_refused()
    {
        var other = new VaeParameters<float>(new VaeArchitecture(784, [24], 3));
        var normals = NormalsOf(other);
        IAnomalyScore[] scores =
        [
            new ImportanceWeightedBound(other), new ReconstructionProbability(other), new LikelihoodRegret(other), SummaryMixture.Fit(OneThread, normals, 4),
            LayerNeighbours.FitAll(OneThread, normals)[0],
        ];
        foreach (var score in scores)
            Assert.Contains("fitted for 784-24-3", Assert.Throws<ArgumentException>(() => Scores(score, Test(0, 2))).Message, StringComparison.Ordinal);
    }

    private static IAnomalyScore New(string name, Engine engine) => All.Single(score => score.Name == name).New(engine);
}
