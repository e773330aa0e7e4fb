// The layers of the latent space: clamp, sample and divergence.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class LatentTests
{
    private const int Latent = 3, Batch = 13;

    [Fact]
    public void The_gradients_of_a_sample_are_those_of_the_forward_pass()
    {
        var (mu, logVar, eps, dz) =
            (Normal<double>(Batch, Latent, 1), Normal<double>(Batch, Latent, 2), Normal<double>(Batch, Latent, 3), Normal<double>(Batch, Latent, 4));
        var (z, dMu, dLogVar) = (Zeros<double>(Batch, Latent), Zeros<double>(Batch, Latent), Zeros<double>(Batch, Latent));
        double Loss()
        {
            Reparameterization.Forward(mu, logVar, eps, z);
            return Dot(z, dz);
        }

        Reparameterization.Backward(logVar, eps, dz, dMu, dLogVar);
        AssertGradient(Loss, mu, dMu, "dMu");
        AssertGradient(Loss, logVar, dLogVar, "dLogVar");
    }

    [Fact]
    public void The_gradients_of_the_divergence_are_those_of_the_forward_pass_and_are_added()
    {
        const double scale = 0.37;
        var (mu, logVar) = (Normal<double>(Batch, Latent, 1), Normal<double>(Batch, Latent, 2));
        var (dMu, dLogVar) = (Zeros<double>(Batch, Latent), Zeros<double>(Batch, Latent));
        double Loss()
        {
            var kl = new double[Batch];
            GaussianKl.Forward(mu, logVar, kl.AsSpan());
            return scale * kl.Sum();
        }

        GaussianKl.Backward(mu, logVar, scale, dMu, dLogVar);
        AssertGradient(Loss, mu, dMu, "dMu");
        AssertGradient(Loss, logVar, dLogVar, "dLogVar");

        var once = dMu[1, 1];
        GaussianKl.Backward(mu, logVar, scale, dMu, dLogVar);
        Assert.Equal(2 * once, dMu[1, 1], 1e-15);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0.5)]
    [InlineData(-2, 0, 2)]
    [InlineData(0, 1, 0.35914091422952)]
    [InlineData(0, -1, 0.18393972058572)]
    public void The_divergence_of_known_gaussians(double mu, double logVar, double expected)
    {
        var (m, s, kl) = (Zeros<double>(1, 1), Zeros<double>(1, 1), new double[1]);
        (m[0, 0], s[0, 0]) = (mu, logVar);
        GaussianKl.Forward(m, s, kl.AsSpan());
        Assert.Equal(expected, kl[0], 1e-13);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(16)]
    [InlineData(21)]
    public void Every_image_has_the_divergence_of_its_own_row_and_nothing_of_the_padding(int latent)
    {
        var (mu, logVar, kl) = (Normal<double>(Batch, latent, 1), Normal<double>(Batch, latent, 2), new double[Batch]);
        GaussianKl.Forward(mu, logVar, kl.AsSpan());
        var (mu4, logVar4, kl4) = (Normal<float>(Batch, latent, 1), Normal<float>(Batch, latent, 2), new float[Batch]);
        GaussianKl.Forward(mu4, logVar4, kl4.AsSpan());
        for (var i = 0; i < Batch; i++)
        {
            var expected = Enumerable.Range(0, latent).Sum(j => (mu[i, j] * mu[i, j] + Math.Exp(logVar[i, j]) - 1 - logVar[i, j]) / 2);
            Assert.Equal(expected, kl[i], 1e-13 * Math.Max(1, expected));
            Assert.Equal(expected, kl4[i], 2e-6 * Math.Max(1, expected));
        }

        // A Gaussian that is the prior has no divergence, in the lanes beyond its row neither.
        GaussianKl.Forward(Zeros<float>(Batch, latent), Zeros<float>(Batch, latent), kl4.AsSpan());
        Assert.All(kl4, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Outside_the_clamp_the_gradient_is_zero()
    {
        double[] raw = [-1000, -30.001, -30, -29.9, 0, 19.9, 20, 20.001, 1000, double.NegativeInfinity];
        double[] clamped = [-30, -30, -30, -29.9, 0, 19.9, 20, 20, 20, -30];
        double[] gradient = [0, 0, 1, 1, 1, 1, 1, 0, 0, 0];
        var (r, s, d) = (Zeros<double>(1, raw.Length), Zeros<double>(1, raw.Length), Zeros<double>(1, raw.Length));
        raw.CopyTo(r.Flat);
        d.Flat.Fill(1);
        LogVarianceClamp.Forward(r, s);
        LogVarianceClamp.Backward(r, d, d);
        Assert.Equal(clamped, s.Flat.ToArray());
        Assert.Equal(gradient, d.Flat.ToArray());

        r[0, 0] = double.NaN;
        LogVarianceClamp.Forward(r, s);
        Assert.True(double.IsNaN(s[0, 0]));
    }

    [Fact]
    public void Single_precision_is_within_the_rounding_of_its_operations()
    {
        var (mu, logVar, eps, dz) =
            (Normal<float>(Batch, Latent, 1), Normal<float>(Batch, Latent, 2), Normal<float>(Batch, Latent, 3), Normal<float>(Batch, Latent, 4));
        var (mu2, logVar2, eps2, dz2) =
            (Normal<double>(Batch, Latent, 1), Normal<double>(Batch, Latent, 2), Normal<double>(Batch, Latent, 3), Normal<double>(Batch, Latent, 4));
        var (z, dMu, dLogVar, kl) = (Zeros<float>(Batch, Latent), Zeros<float>(Batch, Latent), Zeros<float>(Batch, Latent), Zeros<float>(1, Batch));
        var (z2, dMu2, dLogVar2, kl2) = (Zeros<double>(Batch, Latent), Zeros<double>(Batch, Latent), Zeros<double>(Batch, Latent), Zeros<double>(1, Batch));
        Reparameterization.Forward(mu, logVar, eps, z);
        Reparameterization.Forward(mu2, logVar2, eps2, z2);
        Reparameterization.Backward(logVar, eps, dz, dMu, dLogVar);
        Reparameterization.Backward(logVar2, eps2, dz2, dMu2, dLogVar2);
        GaussianKl.Forward(mu, logVar, kl.Flat);
        GaussianKl.Forward(mu2, logVar2, kl2.Flat);

        // The exponential errs by 1.01 units in the last place, which is up to 2.02 roundings; every other operation by one.
        AssertWithin(z, z2, (i, j) => UnitRoundoff * (3.1 * Math.Abs(z2[i, j] - mu2[i, j]) + Math.Abs(z2[i, j])), "z");
        AssertWithin(dLogVar, dLogVar2, (i, j) => 5.1 * UnitRoundoff * Math.Abs(dLogVar2[i, j]), "dLogVar");
        double Magnitude(int i) => Enumerable.Range(0, Latent).Sum(j =>
            (1 + Math.Abs(logVar2[i, j]) + mu2[i, j] * mu2[i, j] + Math.Exp(logVar2[i, j])) / 2);
        AssertWithin(kl, kl2, (_, i) => (4 + Latent) * UnitRoundoff * Magnitude(i), "kl");
    }
}
