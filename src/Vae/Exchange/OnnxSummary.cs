// A detector's own score as nodes of an ONNX graph: what sums up a row, and how unlikely it is under the mixture.

using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>What <see cref="ImageSummary"/>, <see cref="SummaryMixture"/> and <see cref="GaussianMixture"/> compute, in ONNX operators.</summary>
/// <remarks>
/// Whitening divides by deviations that may be small, which makes rounding errors large: those of the network, in both programs, and those of our own matrix
/// product. So a score is ours within 1e-4, mostly within 1e-5, and jumps where a hidden unit is so near 0 that rounding decides whether it is on. Double
/// precision here would change next to nothing.
/// </remarks>
internal static class OnnxSummary
{
    private const string Means = "summary.means", Spreads = "summary.spreads", Whitening = "summary.whitening";
    private const string Centres = "summary.centres", LogFactors = "summary.logFactors", Components = "summary.components";

    /// <summary>The negative log density of a row's code and summary, <c>[n]</c>. (16.24)</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="detector">Whose score it is.</param>
    /// <param name="x">Inputs as the network sees them, <c>[n, features]</c>.</param>
    /// <param name="mu">Codes, <c>[n, latent]</c>.</param>
    /// <param name="mse">Mean squared errors, <c>[n]</c>.</param>
    /// <param name="hidden">Outputs of the hidden layers, the encoder's first, <c>[n, units]</c>.</param>
    public static string Score(OnnxGraph graph, DetectorModel detector, string x, string mu, string mse, IReadOnlyList<string> hidden)
    {
        List<string> summary = [LogOf(graph, mse)];
        if (detector.Shape is { IsImage: true, Width: { } width }) AddPixels(graph, x, detector.Shape.Features, width, summary);
        foreach (var layer in hidden) summary.AddRange([graph.Node("Sqrt", SumOfSquares(graph, layer)), CountAbove(graph, layer, 0)]);
        var row = graph.Concatenate([mu, .. summary.Select(graph.Column)]);

        var parts = detector.Summary.ToParts();
        graph.Tensor(Means, [parts.Means.Length], parts.Means);
        graph.Tensor(Spreads, [parts.Spreads.Length], parts.Spreads);
        var standardised = graph.Node("Div", graph.Node("Sub", row, Means), Spreads);
        return graph.Node("Neg", LogDensity(graph, parts.Mixture, standardised));
    }

    /// <summary>Room that the constants take, in floats: but for the whitening and the neighbours of pixels it is next to nothing.</summary>
    public static long Constants(DetectorModel detector) =>
        (long)detector.Summary.Dimensions * detector.Summary.WorkingColumns + (detector.Shape.IsImage ? 2L * detector.Shape.Features * sizeof(long) / sizeof(float) : 0);

    // Sum, squares and ink of the pixels, and the differences of neighbours, along the rows and down the columns.
    private static void AddPixels(OnnxGraph graph, string x, int pixels, int width, List<string> summary)
    {
        summary.AddRange([graph.RowSum(x), SumOfSquares(graph, x), CountAbove(graph, x, ImageSummary.Ink)]);
        // A pixel at the border is its own neighbour: their difference is 0.
        AddRoughness("summary.right", p => p % width == width - 1 ? p : p + 1);
        AddRoughness("summary.below", p => p + width < pixels ? p + width : p);

        void AddRoughness(string name, Func<int, int> neighbour)
        {
            var indices = graph.WholeNumbers(name, [.. Enumerable.Range(0, pixels).Select(neighbour)]);
            summary.Add(LogOf(graph, SumOfSquares(graph, graph.Node("Sub", graph.Columns(x, indices), x))));
        }
    }

    // log sum of exponentials over the distributions, with the largest taken out (16.18).
    private static string LogDensity(OnnxGraph graph, GaussianMixtureParts mixture, string row)
    {
        var (whitening, components) = (mixture.Whitening, mixture.LogFactors.Length);
        graph.Tensor(Whitening, [whitening.Rows, whitening.Columns], whitening.Flat);
        graph.Tensor(Centres, [mixture.Means.Length], mixture.Means);
        graph.Tensor(LogFactors, [components], mixture.LogFactors);
        var differences = graph.Node("Sub", graph.Node("MatMul", row, Whitening), Centres);
        // [n, K·d] to [n, K, d]: 0 stands for the size that is there.
        differences = graph.Node("Reshape", differences, graph.WholeNumbers(Components, [0, components, whitening.Rows]));

        var logJoints = graph.Node("Sub", LogFactors, graph.Node("Mul", SumOfSquares(graph, differences), graph.Constant(0.5)));
        var largest = graph.RowMax(logJoints);
        var sum = graph.RowSum(graph.Node("Exp", graph.Node("Sub", logJoints, graph.Column(largest))));
        return graph.Node("Add", largest, graph.Node("Log", sum));
    }

    private static string SumOfSquares(OnnxGraph graph, string x) => graph.RowSum(graph.Node("Mul", x, x));

    private static string CountAbove(OnnxGraph graph, string x, float least) =>
        graph.RowSum(graph.Node("Where", graph.Node("Greater", x, graph.Constant(least)), graph.Constant(1), graph.Constant(0)));

    private static string LogOf(OnnxGraph graph, string x) => graph.Node("Log", graph.Node("Max", x, graph.Constant(ImageSummary.Trifle)));
}
