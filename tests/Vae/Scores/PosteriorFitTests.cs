// The gradients of an image's loss by its own means and log variances, in double precision.

using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class PosteriorFitTests
{
    private const int Images = 5;

    public static TheoryData<Likelihood> Likelihoods => [.. Enum.GetValues<Likelihood>()];

    [Theory]
    [MemberData(nameof(Likelihoods))]
    public void The_gradients_are_those_of_the_loss(Likelihood likelihood)
    {
        var fit = Fit(likelihood);
        fit.Evaluate();
        fit.Backward();
        foreach (var (values, gradient) in new[] { (fit.Forward.Mu, fit.MuGradient), (fit.Forward.RawLogVar, fit.LogVarGradient) })
        {
            var result = GradientCheck.Compare(() => Loss(fit), values, gradient);
            Assert.True(result.RelativeError < 1e-6, result.ToString());
            gradient[0, 0] *= -1;
            Assert.True(GradientCheck.Compare(() => Loss(fit), values, gradient).RelativeError > 1, "a flipped sign went unseen");
        }
    }

    // A Gaussian's variance is the image's own in both, not the batch's.
    [Theory]
    [MemberData(nameof(Likelihoods))]
    public void The_losses_are_those_that_images_are_scored_by(Likelihood likelihood)
    {
        var fit = Fit(likelihood);
        fit.Evaluate();
        var losses = fit.Forward.ReconstructionLoss.Flat.ToArray();
        fit.Forward.Decode();
        fit.Forward.Reconstruct();
        Assert.Equal(fit.Forward.ReconstructionLoss.Flat.ToArray(), losses);
    }

    [Fact]
    public void Outside_the_clamp_a_log_variance_has_no_gradient()
    {
        var fit = Fit();
        fit.Forward.RawLogVar[2, 1] = LogVarianceClamp.Lowest - 1;
        fit.Evaluate();
        fit.Backward();
        Assert.Equal(0, fit.LogVarGradient[2, 1]);
        Assert.NotEqual(0, fit.LogVarGradient[2, 0]);
    }

    [Fact]
    public void Steps_make_the_loss_of_each_image_smaller()
    {
        var fit = Fit();
        fit.Evaluate();
        double[] Losses() => [.. fit.Forward.ReconstructionLoss.Flat.ToArray().Zip(fit.Forward.Kl.Flat.ToArray(), (loss, kl) => loss + kl)];
        var before = Losses();
        var adam = new Adam<double>(2 * Images * fit.Forward.Mu.Columns, 0.01);
        for (var step = 0; step < 50; step++) fit.Step(adam);
        fit.Evaluate();
        var after = Losses();
        for (var i = 0; i < Images; i++) Assert.True(after[i] < before[i] - 0.01, $"image {i}: {before[i]}, then {after[i]}");
    }

    private static double Loss(PosteriorFit<double> fit)
    {
        fit.Evaluate();
        return fit.Forward.ReconstructionLoss.Flat.ToArray().Sum() + fit.Forward.Kl.Flat.ToArray().Sum();
    }

    private static PosteriorFit<double> Fit(Likelihood likelihood = Likelihood.Bernoulli)
    {
        var parameters = new VaeParameters<double>(new VaeArchitecture(9, [7, 5], 3, likelihood));
        parameters.Initialize(seed: 1);
        foreach (ref var value in parameters.Vector.Flat) value *= 3;
        // One more than the batch: the fit has to keep to its images.
        var fit = new PosteriorFit<double>(ScoredSample.OneThread, parameters, Images + 1) { Forward = { Count = Images } };
        var pixels = new float[fit.Forward.Input.Flat.Length];
        new RandomSequence(5, 1, 0).FillUniform(pixels);
        for (var i = 0; i < pixels.Length; i++) fit.Forward.Input.Flat[i] = pixels[i];
        foreach (var (index, values) in new[] { fit.Forward.Mu, fit.Forward.RawLogVar, fit.Forward.Noise }.Index())
            new RandomSequence(5, 2, (uint)index).FillNormal(values.Flat);
        return fit;
    }
}
