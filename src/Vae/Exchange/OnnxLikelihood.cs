// The decoder's distributions as nodes of an ONNX graph: the mean, and the negative log likelihood.

using VaeFromScratch.Autodiff;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>What <see cref="BernoulliCrossEntropy"/>, <see cref="ContinuousBernoulli"/> and <see cref="GaussianLikelihood"/> compute, in ONNX operators.</summary>
internal static class OnnxLikelihood
{
    /// <summary>The mean of each pixel from its logit, <c>[n, features]</c>.</summary>
    public static string Mean(OnnxGraph graph, Likelihood likelihood, string logits) => likelihood switch
    {
        Likelihood.Bernoulli or Likelihood.Gaussian => graph.Node("Sigmoid", logits),
        Likelihood.ContinuousBernoulli => ContinuousMean(graph, logits),
        Likelihood.LinearGaussian => logits,
        _ => throw Unknown(likelihood),
    };

    /// <summary>The loss of each row, <c>[n]</c>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="architecture">The model's.</param>
    /// <param name="x">Inputs, <c>[n, features]</c>.</param>
    /// <param name="logits">Logits, same shape.</param>
    /// <param name="mse">Mean squared errors, <c>[n]</c>.</param>
    public static string Loss(OnnxGraph graph, VaeArchitecture architecture, string x, string logits, string mse) => architecture.Likelihood switch
    {
        Likelihood.Bernoulli => BernoulliLoss(graph, x, logits),
        Likelihood.ContinuousBernoulli => ContinuousLoss(graph, x, logits),
        Likelihood.Gaussian or Likelihood.LinearGaussian => GaussianLoss(graph, architecture.Features, mse),
        _ => throw Unknown(architecture.Likelihood),
    };

    // max(l, 0) - l·x + ln(1 + e^-|l|) (5.6)
    private static string BernoulliLoss(OnnxGraph graph, string x, string l)
    {
        var log = graph.Node("Log", graph.Node("Add", graph.Constant(1), Decay(graph, l)));
        return graph.RowSum(graph.Node("Add", Linear(graph, x, l), log));
    }

    // At the variance v that is best for the row, D/2·(ln(2πv) + mse / v) (18.11)
    private static string GaussianLoss(OnnxGraph graph, int features, string mse)
    {
        var variance = graph.Node("Max", mse, graph.Constant(GaussianLikelihood.LeastVariance));
        var log = graph.Node("Log", graph.Node("Mul", variance, graph.Constant(2 * Math.PI)));
        return graph.Node("Mul", graph.Node("Add", log, graph.Node("Div", mse, variance)), graph.Constant(0.5 * features));
    }

    // Far from 0: max(l, 0) - l·x + ln((1 - e^-|l|) / |l|) (18.7). Near 0 the series (18.9): l·(1/2 - x) + l²·(M[1]/2 + M[2]/4·l² + ...).
    private static string ContinuousLoss(OnnxGraph graph, string x, string l)
    {
        var ratio = graph.Node("Div", graph.Node("Sub", graph.Constant(1), Decay(graph, l)), graph.Node("Abs", l));
        var far = graph.Node("Add", Linear(graph, x, l), graph.Node("Log", ratio));

        var square = graph.Node("Mul", l, l);
        var series = Series(graph, square, (coefficient, k) => coefficient / (2 * k));
        var near = graph.Node("Add",
            graph.Node("Mul", series, square), graph.Node("Mul", l, graph.Node("Sub", graph.Constant(0.5), x)));
        return graph.RowSum(graph.Node("Where", IsNearZero(graph, l), near, far));
    }

    // Far from 0: (1 where l > 0, else -e^-|l|) / (1 - e^-|l|) - 1 / l (18.8). Near 0 the series (18.9): 1/2 + l·(M[1] + M[2]·l² + ...).
    private static string ContinuousMean(OnnxGraph graph, string l)
    {
        var (one, e) = (graph.Constant(1), Decay(graph, l));
        var numerator = graph.Node("Where", graph.Node("Greater", l, graph.Constant(0)), one, graph.Node("Neg", e));
        var far = graph.Node("Sub", graph.Node("Div", numerator, graph.Node("Sub", one, e)), graph.Node("Div", one, l));

        var series = Series(graph, graph.Node("Mul", l, l), (coefficient, _) => coefficient);
        var near = graph.Node("Add", graph.Node("Mul", series, l), graph.Constant(0.5));
        return graph.Node("Where", IsNearZero(graph, l), near, far);
    }

    // By Horner's rule, in powers of l².
    private static string Series(OnnxGraph graph, string square, Func<double, int, double> term)
    {
        var coefficients = ContinuousBernoulli.MeanSeries;
        var sum = graph.Constant(term(coefficients[^1], coefficients.Length));
        for (var k = coefficients.Length - 1; k >= 1; k--)
            sum = graph.Node("Add", graph.Node("Mul", sum, square), graph.Constant(term(coefficients[k - 1], k)));
        return sum;
    }

    // max(l, 0) - l·x
    private static string Linear(OnnxGraph graph, string x, string l) => graph.Node("Sub", graph.Node("Relu", l), graph.Node("Mul", l, x));

    // e^-|l|
    private static string Decay(OnnxGraph graph, string l) => graph.Node("Exp", graph.Node("Neg", graph.Node("Abs", l)));

    private static string IsNearZero(OnnxGraph graph, string l) => graph.Node("Less", graph.Node("Abs", l), graph.Constant(1));

    private static ArgumentOutOfRangeException Unknown(Likelihood likelihood) => new(nameof(likelihood), likelihood, "There is no such likelihood.");
}
