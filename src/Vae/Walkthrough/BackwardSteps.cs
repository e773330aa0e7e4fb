// The story of the backward pass: from the loss to the gradient of every parameter.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Walkthrough.StoryBuilding;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>Steps 8 to 13.</summary>
internal static class BackwardSteps
{
    public static IEnumerable<StoryStep> Tell(WalkthroughPass pass) =>
        [Logits(pass), OutputLayer(pass), DecoderHidden(pass), Latent(pass), Heads(pass), EncoderHidden(pass)];

    private static StoryStep Logits(WalkthroughPass pass) => new(8, "The gradient by the logits",
    [
        new Prose("dL/dl says how L changes with each logit; the chapters write it as l with a bar. Each gradient from here on stands beside its central difference: "
            + "one number q is moved a little, by h, all that follows from it is computed again, and up to terms of the order of h⁴ (Abramowitz and Stegun, 25.3.6)"),
        new Formula("dL/dq = (L(q-2h) - 8·L(q-h) + 8·L(q+h) - L(q+2h)) / (12h)", []),
        new Prose("The first gradient is the difference of the last two lines of step 6, over n = 1:"),
        new Formula("dL/dl = (r - x) / n", Equations.ByLogits),
        new ByHand($"dL/dl[1] = {new Shown(pass.Reconstruction[0, 0])} - {new Shown(pass.Image[0, 0], GivenDecimals)} = {new Shown(pass.ByLogits.Backward[0, 0])}"),
        Compare("l", pass.ByLogits),
    ]);

    private static StoryStep OutputLayer(WalkthroughPass pass)
    {
        var (layer, dy, off) = (pass.Parameters.Decoder[1], pass.ByLogits.Backward, Zero(pass.DecoderHidden));
        return new(9, "Backward through the decoder's output layer",
        [
            new Formula("dL/dW3 = h2ᵀ·dL/dl", Equations.ByW3),
            Weight("W3", pass.DecoderHidden, dy, StoryTensors.W3, pass),
            new Formula("dL/db3 = dL/dl summed over the batch", Equations.ByB3),
            Compare("W3", pass.ByTensor[StoryTensors.W3]),
            Compare("b3", pass.ByTensor[StoryTensors.B3]),
            new Prose($"Row {off + 1} of dL/dW3 is zero: hidden unit {off + 1} was off and had no part in the logits."),
            new Formula("dL/dh2 = dL/dl·W3ᵀ", Equations.ByDecoderHidden),
            Chain("dL/dh2[1]", null, Row(dy).Zip(GivenRow(layer.Weight, 0)), pass.ByDecoderHidden.Backward[0, 0]),
            Compare("h2", pass.ByDecoderHidden),
        ]);
    }

    private static StoryStep DecoderHidden(WalkthroughPass pass)
    {
        var off = Zero(pass.DecoderHidden);
        return new(10, "Backward through the decoder's hidden layer and its ReLU",
        [
            new Formula("dL/da2 = dL/dh2 where h2 > 0, else 0", Equations.ByDecoderSum),
            Compare("a2", pass.ByDecoderSum),
            new Prose($"The gradient of unit {off + 1} ends here."),
            new Formula("dL/dW2 = zᵀ·dL/da2", Equations.ByW2),
            Weight("W2", pass.Latent, pass.ByDecoderSum.Backward, StoryTensors.W2, pass),
            new Formula("dL/db2 = dL/da2 summed over the batch", Equations.ByB2),
            Compare("W2", pass.ByTensor[StoryTensors.W2]),
            Compare("b2", pass.ByTensor[StoryTensors.B2]),
        ]);
    }

    private static StoryStep Latent(WalkthroughPass pass)
    {
        var (sample, kl, dz) = (pass.ThroughSample(), pass.ThroughKl(), pass.ByLatent.Backward);
        TableRow Sum(string name, int j, Matrix<double> throughSample, Matrix<double> throughKl, CheckedGradient sum) =>
            new($"dL/d{name}[{j + 1}]", [throughSample[0, j], throughKl[0, j], sum.Backward[0, j], sum.Difference[0, j]]);
        return new(11, "Back to the latent variables, on two roads",
        [
            new Formula("dL/dz = dL/da2·W2ᵀ", Equations.ByLatent),
            Chain("dL/dz[1]", null, Row(pass.ByDecoderSum.Backward).Zip(GivenRow(pass.Parameters.Decoder[0].Weight, 0)), dz[0, 0]),
            Compare("z", pass.ByLatent),
            new Prose("The first road leads through the sample, z = mu + sigma·eps:"),
            new Formula("dL/dmu = dL/dz", Equations.ByMuThroughSample),
            new Formula("dL/ds = dL/dz·eps·sigma / 2", Equations.ByLogVarThroughSample),
            new ByHand($"dL/ds[1] = {new Shown(dz[0, 0]).InBrackets}·{new Shown(pass.Noise[0, 0], GivenDecimals).InBrackets}·{new Shown(pass.Sigma()[0, 0])} / 2 "
                + $"= {new Shown(sample.LogVar[0, 0])}"),
            new Prose("The second one through the KL divergence, with the weight beta / n:"),
            new Formula("dL/dmu = beta·mu / n", Equations.ThroughKl),
            new Formula("dL/ds = beta·(exp(s) - 1) / (2n)", Equations.ThroughKl),
            new Prose("The roads add up:"),
            new Formula("gradient = through the sample + through the KL divergence", Equations.RoadsAdd),
            new Table(["", "sample", "KL", "sum", "central difference"],
                [
                    .. Enumerable.Range(0, pass.Mu.Columns).Select(j => Sum("mu", j, sample.Mu, kl.Mu, pass.ByMu)),
                    .. Enumerable.Range(0, pass.LogVar.Columns).Select(j => Sum("s", j, sample.LogVar, kl.LogVar, pass.ByLogVar)),
                ],
                Decimals),
        ]);
    }

    private static StoryStep Heads(WalkthroughPass pass) => new(12, "Backward through the heads",
    [
        new Formula("dL/dWmu = h1ᵀ·dL/dmu and dL/dWs = h1ᵀ·dL/ds", Equations.ByHeadWeights),
        Weight("Wmu", pass.EncoderHidden, pass.ByMu.Backward, StoryTensors.WMu, pass),
        new Formula("dL/dbmu = dL/dmu and dL/dbs = dL/ds, summed over the batch", Equations.ByHeadBiases),
        Compare("Wmu", pass.ByTensor[StoryTensors.WMu]),
        Compare("bmu", pass.ByTensor[StoryTensors.BMu]),
        Compare("Ws", pass.ByTensor[StoryTensors.WS]),
        Compare("bs", pass.ByTensor[StoryTensors.BS]),
        new Prose("Both heads have read h1, so each sends a gradient back to it:"),
        new Formula("dL/dh1 = dL/dmu·Wmuᵀ + dL/ds·Wsᵀ", Equations.ByEncoderHidden),
        Chain("dL/dh1[1]", null,
            [.. Row(pass.ByMu.Backward).Zip(GivenRow(pass.Parameters.Mu.Weight, 0)), .. Row(pass.ByLogVar.Backward).Zip(GivenRow(pass.Parameters.LogVar.Weight, 0))],
            pass.ByEncoderHidden.Backward[0, 0]),
        Compare("h1", pass.ByEncoderHidden),
    ]);

    private static StoryStep EncoderHidden(WalkthroughPass pass)
    {
        var (off, black) = (Zero(pass.EncoderHidden), Zero(pass.Image));
        return new(13, "Backward through the encoder's hidden layer and its ReLU",
        [
            new Formula("dL/da1 = dL/dh1 where h1 > 0, else 0", Equations.ByEncoderSum),
            Compare("a1", pass.ByEncoderSum),
            new Formula("dL/dW1 = xᵀ·dL/da1", Equations.ByW1),
            Weight("W1", pass.Image, pass.ByEncoderSum.Backward, StoryTensors.W1, pass),
            new Formula("dL/db1 = dL/da1 summed over the batch", Equations.ByB1),
            Compare("W1", pass.ByTensor[StoryTensors.W1]),
            Compare("b1", pass.ByTensor[StoryTensors.B1]),
            new Prose($"Row {black + 1} of dL/dW1 is zero because pixel {black + 1} is black, column {off + 1} because hidden unit {off + 1} was off. "
                + "Nobody asks for dL/dx: the image is not trained."),
        ]);
    }

    // The first element of a weight's gradient; with one image its sum over the batch has one term.
    private static ByHand Weight(string name, Matrix<double> x, Matrix<double> dy, int tensor, WalkthroughPass pass) =>
        Chain($"dL/d{name}[1,1]", null, [(new Shown(x[0, 0]), new Shown(dy[0, 0]))], pass.ByTensor[tensor].Backward[0, 0]);
}
