// The joint density of code and summary, against a mixture of columns that were standardised by double loops.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class SummaryMixtureTests
{
    [Fact]
    public void It_is_the_mixture_of_the_standardised_codes_and_summaries()
    {
        var images = Test(0, 50);
        var (reference, rows) = (Joint(Normals.Reference), Joint(images));
        for (var j = 0; j < reference.Columns; j++)
        {
            double[] column = [.. Enumerable.Range(0, reference.Rows).Select(i => (double)reference[i, j])];
            var mean = column.Average();
            var spread = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
            foreach (var matrix in new[] { reference, rows })
                for (var i = 0; i < matrix.Rows; i++) matrix[i, j] = (float)((matrix[i, j] - mean) / (spread == 0 ? 1 : spread));
        }

        var mixture = ExpectationMaximization.Fit(OneThread, reference, 4, new RandomSequence(0, RandomPurpose.MixtureStart, 1)).Mixture;
        var expected = new double[images.Count];
        mixture.LogDensities(OneThread, rows, expected);
        var scores = Scores(SummaryMixture.Fit(OneThread, Normals, 4), images);
        for (var i = 0; i < scores.Length; i++) Assert.Equal(-expected[i], scores[i], 1e-4 * (1 + Math.Abs(expected[i])));
    }

    [Fact]
    public void The_code_of_another_image_is_noticed_though_code_and_summary_are_usual()
    {
        // Normal images, and the same ones each with the code of the next: the codes as a set are the same, and so are the summaries.
        var (own, swapped) = (NormalsOf(Parameters).Calibration, NormalsOf(Parameters).Calibration);
        for (var i = 0; i < own.Count; i++) own.Mu.Row((i + 1) % own.Count).CopyTo(swapped.Mu.Row(i));
        var score = SummaryMixture.Fit(OneThread, Normals, 4);
        var (mean, meanOfSwapped) = (Scores(score, own).Average(), Scores(score, swapped).Average());
        Assert.True(meanOfSwapped > mean + 1, $"{mean}, swapped {meanOfSwapped}");
    }

    [Fact]
    public void A_number_that_never_varies_does_no_harm()
    {
        // An encoder's first layer of which no unit is ever on: its length and number are 0 for all.
        var normals = NormalsOf(Parameters);
        var images = Test(0, 20);
        foreach (var activations in new[] { normals.Reference, images }) activations.EncoderHidden[0].Flat.Clear();
        Assert.All(Scores(SummaryMixture.Fit(OneThread, normals, 4), images), score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void Fewer_images_than_components_are_refused() =>
        Assert.Throws<ArgumentException>(() => SummaryMixture.Fit(OneThread, Normals, Normals.Reference.Count + 1));

    private static Matrix<float> Joint(Activations images)
    {
        var summary = ImageSummary.Of(OneThread, images);
        var rows = new Matrix<float>(images.Count, images.Mu.Columns + summary.Columns);
        for (var i = 0; i < rows.Rows; i++)
            for (var j = 0; j < rows.Columns; j++) rows[i, j] = j < images.Mu.Columns ? images.Mu[i, j] : summary[i, j - images.Mu.Columns];
        return rows;
    }
}
