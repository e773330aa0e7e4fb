// The catalogue: names, choices, and that each entry makes a score of a network.

using System.Collections.Immutable;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class ScoreCatalogueTests
{
    private static readonly ImmutableArray<int>[] Hidden = [[7], [8, 6]];

    public static TheoryData<string, int> Entries
    {
        get
        {
            var entries = new TheoryData<string, int>();
            foreach (var score in ScoreCatalogue.All)
                for (var hidden = 0; hidden < Hidden.Length; hidden++) entries.Add(score.Name, hidden);
            return entries;
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void Each_makes_a_score_of_a_network_of_one_or_two_hidden_layers(string name, int hidden)
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(25, Hidden[hidden], 3));
        parameters.Initialize(11);
        Activations Of(int start, int count) => Activations.Of(OneThread, parameters, SmallNetwork.Images, Enumerable.Range(start, count).ToArray());
        var score = ScoreCatalogue.Find(name)!.Fit(OneThread, new NormalImages(parameters, Of(0, 250), Of(250, 50)));
        var scores = Scores(score, Of(300, 10));
        Assert.All(scores, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(scores.Length, scores.Distinct().Count());
        Assert.Equal(scores[3..5], Scores(score, Of(303, 2)));
    }

    [Fact]
    public void Names_differ_and_can_be_columns_and_choices()
    {
        string[] names = [.. ScoreCatalogue.All.Select(score => score.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z]+(-[a-z]+)*$", name));
        Assert.DoesNotContain(names, name => name is "network" or "default" or "cheap" or "all");
        Assert.All(ScoreCatalogue.All, score => Assert.Same(score, ScoreCatalogue.Find(score.Name)));
        Assert.Null(ScoreCatalogue.Find("MSE"));
        Assert.Equal(ScoreGroup.Cheap, ScoreCatalogue.Find(ScoreCatalogue.Default)!.Group);
    }

    [Fact]
    public void A_choice_is_a_group_or_some_names_in_the_catalogues_order()
    {
        Assert.Equal(ScoreCatalogue.All, ScoreCatalogue.Choose("all"));
        Assert.Equal(ScoreCatalogue.All.Where(score => score.Group is ScoreGroup.Network or ScoreGroup.Cheap), ScoreCatalogue.Choose("cheap"));
        Assert.Equal(["mse", "combined", "pca"], ScoreCatalogue.Choose("pca,mse,combined").Select(score => score.Name));
        Assert.Equal(["kl"], ScoreCatalogue.Choose("kl").Select(score => score.Name));
    }

    [Theory]
    [InlineData("msee", "no score 'msee'; expected 'network', 'default', 'cheap', 'all', or some of mse, ")]
    [InlineData("", "no score ''")]
    [InlineData("mse,", "no score ''")]
    [InlineData("mse,cheap", "no score 'cheap'")]
    [InlineData("mse,kl,mse", "'mse' is named twice")]
    public void Other_choices_are_refused(string choice, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidSettingException>(() => ScoreCatalogue.Choose(choice)).Message, StringComparison.Ordinal);
}
