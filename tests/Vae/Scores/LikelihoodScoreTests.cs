// Scores of models with each likelihood: the reconstruction is the mean of a pixel, and an image's score is its own.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests;

public class LikelihoodScoreTests
{
    public static TheoryData<Likelihood> All => [.. Enum.GetValues<Likelihood>()];

    [Theory]
    [MemberData(nameof(All))]
    public void The_reconstruction_is_the_mean_and_the_squared_error_is_taken_from_it(Likelihood likelihood)
    {
        using var engine = new Engine(1);
        var (parameters, images) = (Trained(engine, likelihood), First(40));
        var activations = Activations.Of(engine, parameters, images, Enumerable.Range(0, 40).ToArray());
        var scores = new AnomalyScorer(engine, parameters).Score(images);
        Assert.Equal(scores.CrossEntropy, activations.ReconstructionLoss);
        for (var i = 0; i < 40; i++)
        {
            var sum = 0.0;
            for (var p = 0; p < 784; p++)
            {
                var mean = Mean(Logit(parameters, activations, i, p), likelihood);
                Assert.Equal(mean, activations.Reconstruction[i, p], 1e-5);
                sum += Math.Pow(activations.Pixels[i, p] - mean, 2);
            }

            Assert.Equal(sum / 784, scores.Mse[i], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_score_does_not_depend_on_the_batch_or_the_threads_or_on_which_others_are_asked_for(Likelihood likelihood)
    {
        using var one = new Engine(1);
        using var three = new Engine(3);
        var (parameters, images) = (Trained(one, likelihood), First(40));
        var expected = new AnomalyScorer(one, parameters, 1).Score(images);
        foreach (var (engine, capacity) in new[] { (one, 40), (three, 7), (three, 64) })
        {
            var scorer = new AnomalyScorer(engine, parameters, capacity);
            var actual = scorer.Score(images);
            Assert.Equal(expected.Mse, actual.Mse);
            Assert.Equal(expected.CrossEntropy, actual.CrossEntropy);
            Assert.Equal(expected.NegativeElbo, actual.NegativeElbo);

            var mse = new float[40];
            scorer.Score(images.Pixels.ToArray().Select(pixel => pixel / 255f).ToArray(), ScoreKind.Mse, mse);
            Assert.Equal(expected.Mse, mse);
        }
    }

    private static double Mean(double logit, Likelihood likelihood) =>
        likelihood == Likelihood.LinearGaussian ? logit
        : likelihood != Likelihood.ContinuousBernoulli ? 1 / (1 + Math.Exp(-logit))
        : Math.Abs(logit) < 1e-4 ? 0.5 + logit / 12
        : 1 / (1 - Math.Exp(-logit)) - 1 / logit;

    private static double Logit(VaeParameters<float> parameters, Activations activations, int image, int pixel)
    {
        var layer = parameters.Decoder[^1];
        double sum = layer.Bias[0, pixel];
        for (var k = 0; k < layer.Weight.Rows; k++) sum += (double)activations.DecoderHidden[^1][image, k] * layer.Weight[k, pixel];
        return sum;
    }

    private static VaeParameters<float> Trained(Engine engine, Likelihood likelihood)
    {
        var trainer = new Trainer(engine, Sample.Small with { Likelihood = likelihood, Batch = 100 }, Sample.Data.Train, FashionMnist.ClassNames.Length);
        trainer.Run(null, null, default);
        return trainer.Parameters;
    }

    private static ImageDataset First(int count) =>
        new(Sample.Data.Test.Pixels[..(count * 784)].ToArray(), Sample.Data.Test.Labels[..count].ToArray(), 28, 28);
}
