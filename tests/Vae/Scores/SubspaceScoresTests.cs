// What all scores of subspaces and densities have in common: an image's score is its own, to the bit.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class SubspaceScoresTests
{
    private static readonly Dictionary<string, Func<Engine, NormalImages, IAnomalyScore>> Fits = new()
    {
        ["mean image"] = MeanImageError.Fit,
        ["principal components"] = (engine, normals) => PrincipalComponentResidual.Fit(engine, normals),
        ["RaPP-SAP"] = (_, normals) => new RappSap(normals.Parameters),
        ["RaPP-NAP"] = (engine, normals) => RappNap.Fit(engine, normals),
        ["RaPP-NAP of the hidden layers"] = (engine, normals) => RappNap.Fit(engine, normals, withPixels: false),
        ["mixture"] = (engine, normals) => LatentMixture.Fit(engine, normals, 4),
        ["LPath"] = LatentPath.Fit,
    };

    public static TheoryData<string> Names => [.. Fits.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_image_alone_has_the_score_it_has_among_others(string name)
    {
        using var one = new Engine(1);
        using var three = new Engine(3);
        using var scalar = new Engine(2, "scalar");
        var score = Fits[name](one, SmallNetwork.Normals(one));
        var expected = SmallNetwork.Scores(one, score, SmallNetwork.Activations(one, 300, 40));
        Assert.All(expected, value => Assert.True(float.IsFinite(value)));
        foreach (var engine in new[] { one, three, scalar })
        {
            var same = Fits[name](engine, SmallNetwork.Normals(engine));
            Assert.Equal(expected, SmallNetwork.Scores(engine, same, SmallNetwork.Activations(engine, 300, 40)));
            Assert.Equal(expected[17..18], SmallNetwork.Scores(engine, same, SmallNetwork.Activations(engine, 317, 1)));
            Assert.Empty(SmallNetwork.Scores(engine, same, SmallNetwork.Activations(engine, 317, 0)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_NaN_spoils_the_score_of_its_own_image_alone(string name)
    {
        using var engine = new Engine(2);
        var score = Fits[name](engine, SmallNetwork.Normals(engine));
        var images = SmallNetwork.Activations(engine, 300, 40);
        var expected = SmallNetwork.Scores(engine, score, images.OfReconstructions(engine, SmallNetwork.Parameters));
        images.Reconstruction[5, 3] = float.NaN;
        expected[5] = float.NaN;
        Assert.Equal(expected, SmallNetwork.Scores(engine, score, images.OfReconstructions(engine, SmallNetwork.Parameters)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Images_of_another_network_and_other_numbers_of_scores_are_refused(string name)
    {
        using var engine = new Engine(1);
        var score = Fits[name](engine, SmallNetwork.Normals(engine));
        var others = Activations.Of(engine, SmallNetwork.NewParameters(latent: 2), SmallNetwork.Images, new[] { 1, 2, 3 });
        Assert.Throws<ArgumentException>(() => score.Compute(engine, others, new float[3]));
        Assert.Throws<ArgumentException>(() => score.Compute(engine, SmallNetwork.Activations(engine, 300, 4), new float[3]));
    }
}
