// Our models as ONNX files, operator by operator: no exporter is involved.

using System.Globalization;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>Writes the graphs of a model: its encoder, its decoder, and the whole way from inputs to scores.</summary>
/// <remarks>
/// <code>
/// encoder    x [n, features] - (scaling) - Gemm - Relu - ... - h - Gemm - mu [n, latent]
///                                                              h - Gemm - Clip - logvar [n, latent]
/// decoder    z [n, latent] - Gemm - Relu - ... - Gemm - l - Sigmoid, or the likelihood's mean - reconstruction [n, features]
/// score      both with z = mu, and the losses: mse, cross_entropy, kl, negative_elbo [n], reconstruction [n, features]
///            of a detector also its own score: summary [n]
/// </code>
/// The number of rows, n, is open. A detector's scaling of a table stands before the encoder, and its inverse behind the decoder: inputs and
/// reconstructions are in the features' own units, losses in the scaled ones. Equal models give equal bytes.
/// </remarks>
public static class OnnxModel
{
    /// <summary>Name of the input of encoder and score graph.</summary>
    public const string Input = "x";

    /// <summary>Name of the decoder's input.</summary>
    public const string Latent = "z";

    /// <summary>Name of the encoder's output with the means of q(z|x).</summary>
    public const string Mu = "mu";

    /// <summary>Name of the encoder's output with the log variances of q(z|x), clamped.</summary>
    public const string LogVar = "logvar";

    /// <summary>Name of the output with the means of the inputs under the decoder's likelihood.</summary>
    public const string Reconstruction = "reconstruction";

    /// <summary>Name of the output of <see cref="ScoreKind.Mse"/>.</summary>
    public const string Mse = "mse";

    /// <summary>Name of the output of <see cref="ScoreKind.CrossEntropy"/>.</summary>
    public const string CrossEntropy = "cross_entropy";

    /// <summary>Name of the output of <see cref="ScoreKind.Kl"/>.</summary>
    public const string Kl = "kl";

    /// <summary>Name of the output of <see cref="ScoreKind.NegativeElbo"/>.</summary>
    public const string NegativeElbo = "negative_elbo";

    /// <summary>Name of the output of <see cref="AnomalyDetector.Score(ReadOnlySpan{float}, Span{float})"/>, which a detector's graph alone has.</summary>
    public const string Summary = DetectorModel.ScoreName;

    /// <summary>Metadata entry of the score graph with <see cref="AnomalyDetector.Threshold"/>, above which <see cref="Summary"/> is an alarm.</summary>
    public const string ThresholdKey = "threshold";

    /// <summary>Metadata entry of the score graph with <see cref="AnomalyDetector.Alpha"/>.</summary>
    public const string AlphaKey = "alpha";

    // A Protocol Buffers message has at most 2 GiB; the rest is room for everything but the weights.
    private const int MaxParameters = (int.MaxValue - (1 << 24)) / sizeof(float);

    /// <summary>From inputs to the two vectors of q(z|x).</summary>
    /// <param name="model">A trained model.</param>
    /// <returns>The content of the file.</returns>
    /// <exception cref="InvalidDataException">The model is too large for an ONNX file.</exception>
    public static byte[] Encoder(ModelFile model) => Write(model, "encoder", (graph, network) =>
    {
        var (mu, logVar) = network.Encode(network.Input());
        graph.Output(Mu, mu, network.Architecture.Latent);
        graph.Output(LogVar, logVar(), network.Architecture.Latent);
    });

    /// <summary>From latent vectors to reconstructions.</summary>
    /// <param name="model">A trained model.</param>
    /// <returns>The content of the file.</returns>
    /// <exception cref="InvalidDataException">The model is too large for an ONNX file.</exception>
    public static byte[] Decoder(ModelFile model) => Write(model, "decoder", (graph, network) =>
    {
        var logits = network.Decode(graph.Input(Latent, network.Architecture.Latent));
        graph.Output(Reconstruction, network.InOwnUnits(OnnxLikelihood.Mean(graph, network.Architecture.Likelihood, logits)), network.Architecture.Features);
    });

    /// <summary>From inputs to all scores of <see cref="ScoreKind"/> and the reconstruction, at z = mu; of a detector also to its own score.</summary>
    /// <inheritdoc cref="Encoder"/>
    public static byte[] Score(ModelFile model) => Write(model, "score", (graph, network) =>
    {
        var x = network.Input();
        var (mu, logVar) = network.Encode(x);
        var logits = network.Decode(mu);
        var reconstruction = OnnxLikelihood.Mean(graph, network.Architecture.Likelihood, logits);
        var mse = network.MeanSquaredError(x, reconstruction);
        var loss = OnnxLikelihood.Loss(graph, network.Architecture, x, logits, mse);
        var kl = network.Divergence(mu, logVar());
        graph.Output(Mse, mse);
        graph.Output(CrossEntropy, loss);
        graph.Output(Kl, kl);
        graph.Output(NegativeElbo, graph.Node("Add", loss, kl));
        graph.Output(Reconstruction, network.InOwnUnits(reconstruction), network.Architecture.Features);
        if (model.Detector is { } detector) graph.Output(Summary, OnnxSummary.Score(graph, detector, x, mu, mse, network.Hidden));
    }, Alarm(model));

    /// <summary>From inputs to <see cref="ScoreKind.Mse"/> alone: nothing else is computed.</summary>
    /// <inheritdoc cref="Decoder"/>
    public static byte[] MeanSquaredError(ModelFile model) => Write(model, "mse", (graph, network) =>
    {
        var x = network.Input();
        var logits = network.Decode(network.Encode(x).Mu);
        graph.Output(Mse, network.MeanSquaredError(x, OnnxLikelihood.Mean(graph, network.Architecture.Likelihood, logits)));
    });

    internal static void RequireFits(VaeArchitecture architecture, DetectorModel? detector = null)
    {
        var numbers = architecture.ParameterCount + (detector is null ? 0 : OnnxSummary.Constants(detector));
        if (numbers > MaxParameters)
            throw new InvalidDataException(FormattableString.Invariant($"The model has {numbers} parameters; expected at most {MaxParameters}, for an ONNX file holds 2 GiB."));
    }

    // When the detector's score is an alarm.
    private static KeyValuePair<string, string>[] Alarm(ModelFile model) => model is { Detector: not null, Calibration: { } calibration }
        ?
        [
            new(ThresholdKey, calibration.Threshold.ToString("R", CultureInfo.InvariantCulture)),
            new(AlphaKey, calibration.Alpha.ToString("R", CultureInfo.InvariantCulture)),
        ]
        : [];

    private static byte[] Write(
        ModelFile model, string name, Action<OnnxGraph, OnnxNetwork> describe, params ReadOnlySpan<KeyValuePair<string, string>> further)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireFits(model.Parameters.Architecture, model.Detector);
        var graph = new OnnxGraph(name);
        describe(graph, new OnnxNetwork(graph, model));
        return graph.ToFile(RunFolder.ProgramVersion,
        [
            new("weightsSha256", model.WeightsSha256), new("architecture", model.Parameters.Architecture.ToString()), .. model.Settings.Describe(), .. further,
        ]);
    }
}
