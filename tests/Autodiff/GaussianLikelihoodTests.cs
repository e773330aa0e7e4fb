// The Gaussian at its best variance: values, and a gradient that is the same whether the variance follows or stands still.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class GaussianLikelihoodTests
{
    // Whole vectors, and part of one.
    private const int Features = 37, Batch = 9;
    private const double Scale = 0.29;

    [Theory]
    [InlineData(GaussianMean.Sigmoid)]
    [InlineData(GaussianMean.Identity)]
    public void The_gradient_is_that_of_the_loss_at_the_best_variance(GaussianMean mean)
    {
        var (l, x, r, d) = Data();
        var losses = Zeros<double>(1, Batch);
        double Loss()
        {
            GaussianLikelihood.Forward(OneThread, l, x, r, losses, mean);
            return Scale * losses.Flat.ToArray().Sum();
        }

        Loss();
        GaussianLikelihood.Backward(OneThread, x, r, GaussianLikelihood.Forward(OneThread, l, x, r, losses, mean), Scale, d, mean);
        AssertGradient(Loss, l, d, "dLogits, variance following");
    }

    [Theory]
    [InlineData(GaussianMean.Sigmoid)]
    [InlineData(GaussianMean.Identity)]
    public void The_gradient_is_that_of_the_loss_at_a_variance_that_stands_still(GaussianMean mean)
    {
        var (l, x, r, d) = Data();
        var variance = GaussianLikelihood.Forward(OneThread, l, x, r, Zeros<double>(1, Batch), mean);
        double Loss() => Scale * Enumerable.Range(0, Batch).Sum(i => Definition(l, x, i, variance, mean));
        GaussianLikelihood.Backward(OneThread, x, r, variance, Scale, d, mean);
        AssertGradient(Loss, l, d, "dLogits, variance standing still");
    }

    [Theory]
    [InlineData(GaussianMean.Sigmoid)]
    [InlineData(GaussianMean.Identity)]
    public void Loss_variance_and_reconstruction_are_those_of_the_definition(GaussianMean mean)
    {
        var (l, x, r, _) = Data();
        var losses = Zeros<double>(1, Batch);
        var variance = GaussianLikelihood.Forward(OneThread, l, x, r, losses, mean);
        Assert.Equal(Enumerable.Range(0, Batch).Average(i => MeanSquare(l, x, i, mean)), variance, 1e-14);
        for (var i = 0; i < Batch; i++)
        {
            for (var p = 0; p < Features; p++) Assert.Equal(MeanOf(l[i, p], mean), r[i, p], 1e-15);
            Assert.Equal(Definition(l, x, i, variance, mean), losses[0, i], 1e-11);
        }

        // No other variance is better.
        var best = losses.Flat.ToArray().Sum();
        foreach (var factor in new[] { 0.5, 0.99, 1.01, 2 })
            Assert.True(Enumerable.Range(0, Batch).Sum(i => Definition(l, x, i, factor * variance, mean)) > best);
    }

    [Theory]
    [InlineData(GaussianMean.Sigmoid)]
    [InlineData(GaussianMean.Identity)]
    public void Image_by_image_each_has_its_own_variance_and_its_bits_alone(GaussianMean mean)
    {
        var (l, x, r) = (Normal<float>(Batch, Features, 1, 3), Pixels<float>(Batch, Features, 2), Zeros<float>(Batch, Features));
        var (l2, x2) = (Normal<double>(Batch, Features, 1, 3), Pixels<double>(Batch, Features, 2));
        var expected = ImageByImage(OneThread, l, x, r, mean);
        using var engine = new Engine(3);
        Assert.Equal(expected, ImageByImage(engine, l, x, r, mean));
        for (var i = 0; i < Batch; i++)
        {
            Assert.Equal(expected[i], ImageByImage(OneThread, l.RowBlock(i, 1), x.RowBlock(i, 1), Zeros<float>(1, Features), mean)[0]);
            var definition = Definition(l2, x2, i, MeanSquare(l2, x2, i, mean), mean);
            Assert.Equal(definition, expected[i], 1e-5 * Features);
        }
    }

    [Theory]
    [InlineData(GaussianMean.Sigmoid)]
    [InlineData(GaussianMean.Identity)]
    public void Threads_change_no_bit_and_both_passes_at_once_are_one_after_the_other(GaussianMean mean)
    {
        var (l, x, r, d) = (Normal<float>(Batch, Features, 1, 3), Pixels<float>(Batch, Features, 2), Zeros<float>(Batch, Features), Zeros<float>(Batch, Features));
        var losses = Zeros<float>(1, Batch);
        GaussianLikelihood.Backward(OneThread, x, r, GaussianLikelihood.Forward(OneThread, l, x, r, losses, mean), 0.1f, d, mean);
        using var engine = new Engine(3);
        var lossesOfBoth = Zeros<float>(1, Batch);
        GaussianLikelihood.ForwardAndBackward(engine, l, x, 0.1f, lossesOfBoth, l, mean);
        Assert.Equal(losses.Flat.ToArray(), lossesOfBoth.Flat.ToArray());
        Assert.Equal(d.Flat.ToArray(), l.Flat.ToArray());
    }

    [Fact]
    public void A_perfect_reconstruction_is_finite_a_NaN_is_not_and_other_shapes_are_refused()
    {
        var (l, x, r, losses) = (Zeros<float>(2, 5), Zeros<float>(2, 5), Zeros<float>(2, 5), Zeros<float>(1, 2));
        x.Flat.Fill(0.5f);
        Assert.Equal((float)GaussianLikelihood.LeastVariance, GaussianLikelihood.Forward(OneThread, l, x, r, losses));
        Assert.Equal(2.5 * Math.Log(2 * Math.PI * 1e-6), losses[0, 0], 1e-4);
        Assert.Equal(losses.Flat.ToArray(), ImageByImage(OneThread, l, x, r));

        l[1, 3] = float.NaN;
        var own = ImageByImage(OneThread, l, x, r);
        Assert.Equal((true, false), (float.IsFinite(own[0]), float.IsFinite(own[1])));
        Assert.Equal(float.NaN, GaussianLikelihood.Forward(OneThread, l, x, r, losses));
        Assert.Throws<ArgumentException>(() => GaussianLikelihood.Forward(OneThread, l, x, r, Zeros<float>(1, 3)));
        Assert.Throws<ArgumentException>(() => GaussianLikelihood.Backward(OneThread, x, Zeros<float>(2, 4), 1, 1, r));
    }

    private static (Matrix<double> L, Matrix<double> X, Matrix<double> R, Matrix<double> D) Data() =>
        (Normal<double>(Batch, Features, 1, 3), Pixels<double>(Batch, Features, 2), Zeros<double>(Batch, Features), Zeros<double>(Batch, Features));

    private static double MeanOf(double l, GaussianMean mean) => mean == GaussianMean.Sigmoid ? 1 / (1 + Math.Exp(-l)) : l;

    private static double MeanSquare(Matrix<double> l, Matrix<double> x, int image, GaussianMean mean) =>
        Enumerable.Range(0, Features).Average(p => Math.Pow(x[image, p] - MeanOf(l[image, p], mean), 2));

    private static double Definition(Matrix<double> l, Matrix<double> x, int image, double variance, GaussianMean mean) =>
        Features * (Math.Log(2 * Math.PI * variance) + MeanSquare(l, x, image, mean) / variance) / 2;

    private static float[] ImageByImage(Engine engine, Matrix<float> l, Matrix<float> x, Matrix<float> r, GaussianMean mean = GaussianMean.Sigmoid)
    {
        var losses = Zeros<float>(1, l.Rows);
        GaussianLikelihood.ForwardImageByImage(engine, l, x, r, losses, mean);
        return losses.Flat.ToArray();
    }
}
