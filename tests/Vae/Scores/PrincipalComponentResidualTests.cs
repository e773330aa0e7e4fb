// The baselines on pixels: the mean image, and the residual of the principal components.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class PrincipalComponentResidualTests
{
    private static readonly Engine OneThread = new(1);

    [Fact]
    public void The_mean_image_error_is_that_of_the_definition()
    {
        var (normals, images) = (SmallNetwork.Normals(OneThread), SmallNetwork.Activations(OneThread, 300, 40));
        var scores = SmallNetwork.Scores(OneThread, MeanImageError.Fit(OneThread, normals), images);
        var (mean, _) = Plain.MeanAndCovariance(normals.Reference.Pixels);
        for (var i = 0; i < 40; i++)
        {
            var expected = mean.Select((m, p) => (images.Pixels[i, p] - m) * (images.Pixels[i, p] - m)).Average();
            Assert.Equal(expected, scores[i], 1e-5 * expected);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(24)]
    public void The_residual_is_what_the_other_components_hold(int components)
    {
        var (normals, images) = (SmallNetwork.Normals(OneThread), SmallNetwork.Activations(OneThread, 300, 40));
        var scores = SmallNetwork.Scores(OneThread, PrincipalComponentResidual.Fit(OneThread, normals, components), images);
        var (mean, covariance) = Plain.MeanAndCovariance(normals.Reference.Pixels);
        var matrix = new Matrix<double>(25, 25);
        for (var j = 0; j < 25; j++)
            for (var k = 0; k <= j; k++)
                matrix[j, k] = matrix[k, j] = covariance[j, k];
        var vectors = SymmetricEigen.Of(OneThread, matrix).Vectors;
        for (var i = 0; i < 40; i++)
        {
            var expected = Enumerable.Range(components, 25 - components).Sum(j =>
            {
                var code = mean.Select((m, p) => (images.Pixels[i, p] - m) * vectors[j, p]).Sum();
                return code * code;
            }) / 25;
            Assert.Equal(expected, scores[i], 1e-4 * expected + 1e-6);
        }
    }

    [Fact]
    public void All_components_leave_nothing_and_the_default_is_the_latent_size()
    {
        var (normals, images) = (SmallNetwork.Normals(OneThread), SmallNetwork.Activations(OneThread, 300, 40));
        float[] With(int? components) => SmallNetwork.Scores(OneThread, PrincipalComponentResidual.Fit(OneThread, normals, components), images);
        Assert.All(With(25), score => Assert.Equal(0, score, 1e-10f));
        Assert.Equal(With(3), With(null));
    }

    [Fact]
    public void Other_numbers_of_components_are_refused()
    {
        var normals = SmallNetwork.Normals(OneThread);
        Assert.Throws<ArgumentOutOfRangeException>(() => PrincipalComponentResidual.Fit(OneThread, normals, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PrincipalComponentResidual.Fit(OneThread, normals, 26));
    }
}
