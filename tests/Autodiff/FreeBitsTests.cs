// Free bits: the gradient of the maximum, which is none at all where a dimension is free.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class FreeBitsTests
{
    // Whole vectors, and part of one.
    private const int Latent = 11, Batch = 13;
    private const double Lambda = 0.5, Scale = 0.37;

    [Fact]
    public void The_gradients_are_those_of_the_maximum_and_are_added()
    {
        var (mu, logVar) = Data();
        var (kl, dMu, dLogVar) = (Zeros<double>(1, Latent), Zeros<double>(Batch, Latent), Zeros<double>(Batch, Latent));
        FreeBits.Forward(mu, logVar, Zeros<double>(Batch, Latent), kl);
        FreeBits.Backward(mu, logVar, kl, Lambda, Scale, dMu, dLogVar);

        // Scale is beta / n, so the loss is n·scale times the sum of the maxima.
        double Loss() => Batch * Scale * Enumerable.Range(0, Latent).Sum(j => Math.Max(Lambda, Definition(mu, logVar, j)));
        AssertGradient(Loss, mu, dMu, "dMu");
        AssertGradient(Loss, logVar, dLogVar, "dLogVar");

        for (var j = 0; j < Latent; j++)
        {
            Assert.Equal(Definition(mu, logVar, j), kl[0, j], 1e-14);
            // Even dimensions are free.
            for (var i = 0; i < Batch; i++) Assert.Equal(j % 2 == 0, dMu[i, j] == 0);
            for (var i = 0; i < Batch; i++) Assert.Equal(j % 2 == 0, dLogVar[i, j] == 0);
        }

        var once = dMu[1, 1];
        FreeBits.Backward(mu, logVar, kl, Lambda, Scale, dMu, dLogVar);
        Assert.Equal(2 * once, dMu[1, 1], 1e-15);
    }

    [Fact]
    public void Without_an_allowance_the_gradients_have_the_bits_of_the_plain_divergence()
    {
        var (mu, logVar, kl) = (Normal<float>(Batch, Latent, 1), Normal<float>(Batch, Latent, 2), Zeros<float>(1, Latent));
        var (dMu, dLogVar) = (Normal<float>(Batch, Latent, 3), Normal<float>(Batch, Latent, 4));
        var (plainMu, plainLogVar) = (Normal<float>(Batch, Latent, 3), Normal<float>(Batch, Latent, 4));
        FreeBits.Forward(mu, logVar, Zeros<float>(Batch, Latent), kl);
        FreeBits.Backward(mu, logVar, kl, 0, 0.1f, dMu, dLogVar);
        GaussianKl.Backward(mu, logVar, 0.1f, plainMu, plainLogVar);
        Assert.Equal(plainMu.Flat.ToArray(), dMu.Flat.ToArray());
        Assert.Equal(plainLogVar.Flat.ToArray(), dLogVar.Flat.ToArray());
    }

    [Fact]
    public void Other_shapes_are_refused()
    {
        var (m, kl) = (Zeros<float>(4, 3), Zeros<float>(1, 3));
        Assert.Throws<ArgumentException>(() => FreeBits.Forward(m, m, m, Zeros<float>(1, 4)));
        Assert.Throws<ArgumentException>(() => FreeBits.Forward(m, m, Zeros<float>(3, 3), kl));
        Assert.Throws<ArgumentException>(() => FreeBits.Backward(m, m, Zeros<float>(1, 4), 1, 1, m, m));
    }

    // Dimensions whose divergence is alternately far below and far above the allowance.
    private static (Matrix<double> Mu, Matrix<double> LogVar) Data()
    {
        var (mu, logVar) = (Normal<double>(Batch, Latent, 1), Normal<double>(Batch, Latent, 2));
        for (var i = 0; i < Batch; i++)
            for (var j = 0; j < Latent; j += 2) (mu[i, j], logVar[i, j]) = (0.3 * mu[i, j], 0.3 * logVar[i, j]);
        return (mu, logVar);
    }

    private static double Definition(Matrix<double> mu, Matrix<double> logVar, int j) =>
        Enumerable.Range(0, Batch).Average(i => (mu[i, j] * mu[i, j] + Math.Exp(logVar[i, j]) - 1 - logVar[i, j]) / 2);
}
