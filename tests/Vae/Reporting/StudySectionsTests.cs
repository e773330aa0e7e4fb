// What a report says of a study's scores, on figures that are made up.

using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Reporting;
using VaeFromScratch.Vae.Study;

namespace VaeFromScratch.Vae.Tests;

public sealed class StudySectionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Three classes; the columns are mse, kl, deviance and combined.
    private ScoreTable Table(params double[][] classes)
    {
        var store = StudyStore.Open(_folder["study.csv"], ["mse.auroc", "kl.auroc", "deviance.auroc", "combined.auroc"], FashionMnistPart.Whole);
        for (var heldOut = 0; heldOut < classes.Length; heldOut++)
        {
            var settings = new TrainingSettings { HeldOut = heldOut, Latent = 16, Beta = 1 };
            store.Add(new StudyRow(FashionMnistPart.Whole, settings, new string('a', 64), [.. classes[heldOut].Select(StudyFigures.Text)]));
        }

        return Assert.Single(StudySections.Tables(store));
    }

    [Fact]
    public void Scores_that_win_nowhere_are_left_out_and_the_default_is_told_where_it_stands()
    {
        var table = Table([0.5, 0.4, 0.45, 0.8], [0.6, 0.9, 0.65, 0.875], [0.7, 0.5, 0.65, 0.6]);
        Assert.Equal(["mse", "kl", "combined"], table.Scores);
        Assert.Equal(["0 T-shirt/top", "1 Trouser", "2 Pullover", "mean"], table.Rows.Select(row => row.Name));
        Assert.Equal([0.6, 0.9, 0.875], table.Rows[1].Values);
        Assert.Contains("3 scores share the 3 classes", table.Caption, StringComparison.Ordinal);
        Assert.Contains("'combined', the default, has the highest mean, and is the best or within 0.03 of it on 2", table.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void A_default_that_is_not_the_best_on_average_is_not_called_so() =>
        Assert.Contains("does not have the highest mean, and is the best or within 0.03 of it on 0", Table([0.9, 0.4, 0.45, 0.8], [0.9, 0.4, 0.65, 0.8]).Caption, StringComparison.Ordinal);
}
