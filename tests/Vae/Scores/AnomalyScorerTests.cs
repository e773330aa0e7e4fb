// Scores: what they are, and that an image's score is its own.

using System.Numerics.Tensors;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Tests;

public class AnomalyScorerTests
{
    private static readonly Engine OneThread = new(1);

    [Fact]
    public void A_score_does_not_depend_on_the_batch_or_the_threads()
    {
        var parameters = Trained();
        var images = First(60);
        var expected = new AnomalyScorer(OneThread, parameters, 1).Score(images);
        foreach (var capacity in new[] { 2, 7, 16, 60, 256 })
        {
            foreach (var threads in new[] { 1, 3 })
            {
                using var engine = new Engine(threads);
                var actual = new AnomalyScorer(engine, parameters, capacity).Score(images);
                Assert.Equal(expected.Mse, actual.Mse);
                Assert.Equal(expected.CrossEntropy, actual.CrossEntropy);
                Assert.Equal(expected.Kl, actual.Kl);
                Assert.Equal(expected.NegativeElbo, actual.NegativeElbo);
            }
        }
    }

    [Fact]
    public void Scores_are_those_of_the_definitions()
    {
        var parameters = Trained();
        var images = First(5);
        var scores = new AnomalyScorer(OneThread, parameters).Score(images);
        for (var i = 0; i < images.Count; i++)
        {
            var x = images.Image(i).ToArray().Select(pixel => pixel / 255.0).ToArray();
            var h = Layer(parameters.Encoder[0], x, relu: true);
            var (mu, logVar) = (Layer(parameters.Mu, h, relu: false), Layer(parameters.LogVar, h, relu: false));
            var r = Layer(parameters.Decoder[1], Layer(parameters.Decoder[0], mu, relu: true), relu: false).Select(l => 1 / (1 + Math.Exp(-l))).ToArray();

            var mse = x.Zip(r, (a, b) => (a - b) * (a - b)).Average();
            var crossEntropy = x.Zip(r, (a, b) => -a * Math.Log(b) - (1 - a) * Math.Log(1 - b)).Sum();
            var kl = mu.Zip(logVar, (m, s) => (m * m + Math.Exp(s) - s - 1) / 2).Sum();
            Assert.Equal(mse, scores.Mse[i], mse * 1e-5);
            Assert.Equal(crossEntropy, scores.CrossEntropy[i], crossEntropy * 1e-5);
            Assert.Equal(kl, scores.Kl[i], kl * 1e-5);
            Assert.Equal(crossEntropy + kl, scores.NegativeElbo[i], (crossEntropy + kl) * 1e-5);
            for (var j = 0; j < 4; j++) Assert.Equal(mu[j], scores.Mu[i, j], 1e-5);
        }
    }

    [Fact]
    public void Spans_and_tensor_spans_give_the_same_scores()
    {
        var (parameters, images) = (Trained(), First(20));
        var expected = new AnomalyScorer(OneThread, parameters).Score(images);
        var pixels = images.Pixels.ToArray().Select(pixel => pixel / 255f).ToArray();
        var scorer = new AnomalyScorer(OneThread, parameters, 8);
        foreach (var (kind, score) in new[]
            { (ScoreKind.Mse, expected.Mse), (ScoreKind.CrossEntropy, expected.CrossEntropy), (ScoreKind.Kl, expected.Kl), (ScoreKind.NegativeElbo, expected.NegativeElbo) })
        {
            var (bySpan, byTensor) = (new float[20], new float[20]);
            scorer.Score(pixels, kind, bySpan);
            scorer.Score(new ReadOnlyTensorSpan<float>(pixels, [20, 784]), kind, byTensor);
            Assert.Equal(score, bySpan);
            Assert.Equal(score, byTensor);
        }
    }

    [Fact]
    public void A_NaN_spoils_the_score_of_its_own_image_alone()
    {
        var (parameters, images) = (Trained(), First(20));
        var pixels = images.Pixels.ToArray().Select(pixel => pixel / 255f).ToArray();
        var (clean, spoilt) = (new float[20], new float[20]);
        var scorer = new AnomalyScorer(OneThread, parameters);
        scorer.Score(pixels, ScoreKind.Mse, clean);
        pixels[7 * 784 + 100] = float.NaN;
        scorer.Score(pixels, ScoreKind.Mse, spoilt);
        clean[7] = float.NaN;
        Assert.Equal(clean, spoilt);
    }

    [Fact]
    public void Images_of_another_size_are_refused() =>
        Assert.Multiple(
            () => Assert.Throws<ArgumentException>(() => new AnomalyScorer(OneThread, Trained()).Score(new ImageDataset(new byte[50], new byte[2], 5, 5))),
            () => Assert.Throws<ArgumentException>(() => new AnomalyScorer(OneThread, Trained()).Score(new float[1000], ScoreKind.Mse, new float[2])),
            () => Assert.Throws<ArgumentException>(() => new AnomalyScorer(OneThread, Trained()).Score(
                new ReadOnlyTensorSpan<float>(new float[1568], [784, 2]), ScoreKind.Mse, new float[2])));

    [Fact]
    public async Task A_score_that_there_is_not_is_refused_and_the_scorer_goes_on()
    {
        using var engine = new Engine(2);
        var scorer = new AnomalyScorer(engine, Trained(), capacity: 8);
        var (images, scores) = (new float[100 * 784], new float[100]);
        // A scorer that has lost a place waits for it for ever.
        await Task.Run(
            () =>
            {
                for (var i = 0; i < 3; i++)
                {
                    Assert.Throws<ArgumentOutOfRangeException>(() => scorer.Score(images.AsSpan(), (ScoreKind)9, scores));
                    Assert.Throws<ArgumentOutOfRangeException>(() => scorer.Score(new ReadOnlyTensorSpan<float>(images, [100, 784]), (ScoreKind)9, scores));
                }

                scorer.Score(images.AsSpan(), ScoreKind.Mse, scores);
            },
            TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(scores[99] > 0);
    }

    private static double[] Layer(DenseParameters<float> layer, double[] x, bool relu) =>
    [
        .. Enumerable.Range(0, layer.Weight.Columns).Select(o =>
        {
            double y = layer.Bias[0, o];
            for (var k = 0; k < x.Length; k++) y += layer.Weight[k, o] * x[k];
            return relu ? Math.Max(y, 0) : y;
        }),
    ];

    private static VaeParameters<float> Trained()
    {
        var trainer = new Trainer(OneThread, Sample.Small, Sample.Data.Train, FashionMnist.ClassNames.Length);
        trainer.Run(null, null, default);
        return trainer.Parameters;
    }

    private static ImageDataset First(int count) =>
        new(Sample.Data.Test.Pixels[..(count * 784)].ToArray(), Sample.Data.Test.Labels[..count].ToArray(), 28, 28);
}
