// The story of the forward pass: from the image to the loss.

using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Walkthrough.StoryBuilding;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>Steps 1 to 7.</summary>
internal static class ForwardSteps
{
    public static IEnumerable<StoryStep> Tell(WalkthroughPass pass) =>
        [Given(pass), EncoderHidden(pass), Heads(pass), Sample(pass), DecoderHidden(pass), Reconstruction(pass), Losses(pass)];

    private static StoryStep Given(WalkthroughPass pass) => new(1, "The image and the parameters",
    [
        new Prose("A variational autoencoder of the sizes 4-3-2-3-4: four pixels, three hidden units, two latent dimensions, three hidden units, four logits. "
            + "The batch is one image, n = 1. The noise eps, which a real step draws, is fixed here."),
        StoryBuilding.Given("x", pass.Image),
        StoryBuilding.Given("eps", pass.Noise),
        new Prose("The parameters. W is [in, out]: W1[1,2] is the weight from pixel 1 to hidden unit 2. Model files call layer 1 encoder.0, layer 2 "
            + "decoder.0, layer 3 decoder.2, and the head of s, the log variance, logvar."),
        StoryBuilding.Given("W1", pass.Parameters.Encoder[0].Weight),
        StoryBuilding.Given("b1", pass.Parameters.Encoder[0].Bias),
        StoryBuilding.Given("Wmu", pass.Parameters.Mu.Weight),
        StoryBuilding.Given("bmu", pass.Parameters.Mu.Bias),
        StoryBuilding.Given("Ws", pass.Parameters.LogVar.Weight),
        StoryBuilding.Given("bs", pass.Parameters.LogVar.Bias),
        StoryBuilding.Given("W2", pass.Parameters.Decoder[0].Weight),
        StoryBuilding.Given("b2", pass.Parameters.Decoder[0].Bias),
        StoryBuilding.Given("W3", pass.Parameters.Decoder[1].Weight),
        StoryBuilding.Given("b3", pass.Parameters.Decoder[1].Bias),
        new Prose($"The KL divergence has the weight beta = {new Shown(WalkthroughExample.Beta, GivenDecimals)}, Adam the learning rate "
            + $"a = {new Shown(WalkthroughExample.LearningRate, GivenDecimals)}. All is computed in double precision and shown with four decimals."),
    ]);

    private static StoryStep EncoderHidden(WalkthroughPass pass)
    {
        var (layer, off) = (pass.Parameters.Encoder[0], Zero(pass.EncoderHidden));
        return new(2, "The encoder's hidden layer",
        [
            new Formula("a1 = x·W1 + b1", Equations.Dense),
            Element("a1[1]", layer, GivenRow(pass.Image, 0), pass.EncoderSum),
            Values("a1", pass.EncoderSum),
            new Formula("h1 = max(a1, 0)", Equations.Relu),
            Values("h1", pass.EncoderHidden),
            Off("a1", off, pass.EncoderSum),
        ]);
    }

    private static StoryStep Heads(WalkthroughPass pass) => new(3, "The heads: mu and logVar",
    [
        new Prose("Two layers read the same hidden units. One gives the means of the latent Gaussian, the other their log variances, s."),
        new Formula("mu = h1·Wmu + bmu", Equations.Dense),
        Element("mu[1]", pass.Parameters.Mu, Row(pass.EncoderHidden), pass.Mu),
        new Formula("s = h1·Ws + bs", Equations.Dense),
        Element("s[1]", pass.Parameters.LogVar, Row(pass.EncoderHidden), pass.LogVar),
        Values("mu", pass.Mu),
        Values("s", pass.LogVar),
        new Prose($"The code keeps s from {LogVarianceClamp.Lowest} to {LogVarianceClamp.Highest}; these are inside, so the clamp changes nothing, here and on the way back."),
    ]);

    private static StoryStep Sample(WalkthroughPass pass)
    {
        var sigma = pass.Sigma();
        return new(4, "The sample z",
        [
            new Formula("z = mu + sigma·eps, with sigma = exp(s / 2)", Equations.Sample),
            new ByHand($"z[1] = {new Shown(pass.Mu[0, 0])} + {new Shown(sigma[0, 0]).InBrackets}·{new Shown(pass.Noise[0, 0], GivenDecimals).InBrackets} "
                + $"= {new Shown(pass.Latent[0, 0])}"),
            Values("sigma", sigma),
            Values("z", pass.Latent),
        ]);
    }

    private static StoryStep DecoderHidden(WalkthroughPass pass)
    {
        var (layer, off) = (pass.Parameters.Decoder[0], Zero(pass.DecoderHidden));
        return new(5, "The decoder's hidden layer",
        [
            new Formula("a2 = z·W2 + b2", Equations.Dense),
            Element("a2[1]", layer, Row(pass.Latent), pass.DecoderSum),
            Values("a2", pass.DecoderSum),
            new Formula("h2 = max(a2, 0)", Equations.Relu),
            Values("h2", pass.DecoderHidden),
            Off("a2", off, pass.DecoderSum),
        ]);
    }

    private static StoryStep Reconstruction(WalkthroughPass pass) => new(6, "Logits and reconstruction",
    [
        new Formula("l = h2·W3 + b3", Equations.Dense),
        Element("l[1]", pass.Parameters.Decoder[1], Row(pass.DecoderHidden), pass.Logits),
        Values("l", pass.Logits),
        new Formula("r = 1 / (1 + exp(-l))", Equations.Logistic),
        Values("r", pass.Reconstruction),
        new Prose("r is what the model says of each pixel; x is what it should have been:"),
        StoryBuilding.Given("x", pass.Image),
    ]);

    private static StoryStep Losses(WalkthroughPass pass) => new(7, "The losses",
    [
        new Formula("CE = sum over pixels of max(l, 0) - l·x + ln(1 + exp(-|l|))", Equations.CrossEntropy),
        new Table(["pixel", "x", "l", "r", "CE"],
            [.. Enumerable.Range(0, pass.Image.Columns).Select(p => NumberedRow(p, pass.Image[0, p], pass.Logits[0, p], pass.Reconstruction[0, p], pass.CrossEntropyOf(p)))],
            Decimals),
        new Formula("KL = sum over latent dimensions of (mu² + exp(s) - 1 - s) / 2", Equations.Kl),
        new Table(["dimension", "mu", "s", "KL"],
            [.. Enumerable.Range(0, pass.Mu.Columns).Select(j => NumberedRow(j, pass.Mu[0, j], pass.LogVar[0, j], pass.KlOf(j)))],
            Decimals),
        new Formula("L = sum over the n images of (CE + beta·KL) / n", Equations.Loss),
        new ByHand($"L = {new Shown(pass.CrossEntropy)} + {new Shown(WalkthroughExample.Beta, GivenDecimals)}·{new Shown(pass.Kl)} = {new Shown(pass.Loss)}"),
        new Table(["nats", ""], [new("CE", [pass.CrossEntropy]), new("KL", [pass.Kl]), new("L", [pass.Loss])], Decimals),
    ]);

    private static TableRow NumberedRow(int index, params double[] numbers) => new(StoryNumbers.Format(index + 1, 0), [.. numbers]);

    // The first output of a layer.
    private static ByHand Element(string name, DenseParameters<double> layer, IEnumerable<Shown> x, Matrix<double> y) =>
        Chain(name, new Shown(layer.Bias[0, 0], GivenDecimals), x.Zip(GivenColumn(layer.Weight, 0)), y[0, 0]);

    private static Prose Off(string name, int unit, Matrix<double> sum) => new(
        $"{name}[{unit + 1}] = {new Shown(sum[0, unit])} is below 0, so the ReLU switches unit {unit + 1} off: a little more or less in its weights changes nothing.");
}
