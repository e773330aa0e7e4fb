// The layers of a model as nodes of an ONNX graph.

using VaeFromScratch.Autodiff;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>Adds the parts of a network to a graph, with the weights that they need.</summary>
internal sealed class OnnxNetwork(OnnxGraph graph, ModelFile model)
{
    private const string Means = "scaling.mean", Deviations = "scaling.deviation";

    private readonly VaeParameters<float> _parameters = model.Parameters;
    private readonly FeatureScaling? _scaling = model.Detector?.Scaling;
    private readonly List<string> _hidden = [];
    private bool _hasScaling;

    public VaeArchitecture Architecture => _parameters.Architecture;

    /// <summary>The outputs of the hidden layers that are in the graph, in the order in which they came there, <c>[n, units]</c> each.</summary>
    public IReadOnlyList<string> Hidden => _hidden;

    /// <summary>The graph's input, <c>[n, features]</c>, as the network sees it: <see cref="FeatureScaling.Apply"/>.</summary>
    public string Input()
    {
        var x = graph.Input(OnnxModel.Input, Architecture.Features);
        if (_scaling is null) return x;
        AddScaling(_scaling);
        var scaled = graph.Node("Div", graph.Node("Sub", x, Means), Deviations);
        return _scaling.Imputes ? graph.Node("Where", graph.Node("IsNaN", scaled), graph.Constant(0), scaled) : scaled;
    }

    /// <summary>A reconstruction in the units of the input: <see cref="FeatureScaling.Undo"/>.</summary>
    public string InOwnUnits(string reconstruction)
    {
        if (_scaling is null) return reconstruction;
        AddScaling(_scaling);
        return graph.Node("Add", graph.Node("Mul", reconstruction, Deviations), Means);
    }

    /// <summary>From inputs to the means, and to the log variances if they are asked for, <c>[n, latent]</c>.</summary>
    public (string Mu, Func<string> LogVar) Encode(string x)
    {
        var hidden = x;
        for (var layer = 0; layer < _parameters.Encoder.Length; layer++)
            hidden = Relu(Dense(_parameters.Encoder[layer], FormattableString.Invariant($"encoder.{2 * layer}"), hidden));
        return (Dense(_parameters.Mu, "mu", hidden), () => graph.Node("Clip", Dense(_parameters.LogVar, "logvar", hidden),
            graph.Constant(LogVarianceClamp.Lowest), graph.Constant(LogVarianceClamp.Highest)));
    }

    /// <summary>From latent vectors, <c>[n, latent]</c>, to logits, <c>[n, features]</c>.</summary>
    public string Decode(string z)
    {
        for (var layer = 0; layer < _parameters.Decoder.Length; layer++)
        {
            if (layer > 0) z = Relu(z);
            z = Dense(_parameters.Decoder[layer], FormattableString.Invariant($"decoder.{2 * layer}"), z);
        }

        return z;
    }

    /// <summary>The mean over features of the squared difference, <c>[n]</c>. (10.1)</summary>
    public string MeanSquaredError(string x, string reconstruction)
    {
        var difference = graph.Node("Sub", x, reconstruction);
        return graph.RowMean(graph.Node("Mul", difference, difference));
    }

    /// <summary>The divergence from the prior, <c>[n]</c>. (7.8)</summary>
    public string Divergence(string mu, string logVar)
    {
        var squares = graph.Node("Add", graph.Node("Mul", mu, mu), graph.Node("Exp", logVar));
        var dimensions = graph.Node("Sub", squares, graph.Node("Add", logVar, graph.Constant(1)));
        return graph.Node("Mul", graph.RowSum(dimensions), graph.Constant(0.5));
    }

    private void AddScaling(FeatureScaling scaling)
    {
        if (_hasScaling) return;
        _hasScaling = true;
        graph.Tensor(Means, [Architecture.Features], scaling.Means);
        graph.Tensor(Deviations, [Architecture.Features], scaling.Deviations);
    }

    private string Relu(string x)
    {
        _hidden.Add(graph.Node("Relu", x));
        return _hidden[^1];
    }

    // Weights are [in, out], as in memory, so that Gemm needs no transpose.
    private string Dense(DenseParameters<float> layer, string name, string x)
    {
        var (weight, bias) = (name + ".weight", name + ".bias");
        graph.Tensor(weight, [layer.Weight.Rows, layer.Weight.Columns], layer.Weight.ToArray());
        graph.Tensor(bias, [layer.Bias.Columns], layer.Bias.ToArray());
        return graph.Node("Gemm", x, weight, bias);
    }
}
