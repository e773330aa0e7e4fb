// Where the formulas of the story are derived: their numbers in docs/math.

using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>Equation numbers of docs/math, as <c>5.4</c>: where a formula is derived and, for the backward pass, its line on the page of chapter 8.</summary>
internal static class Equations
{
    public static readonly ImmutableArray<string>
        Loss = ["1.3"],
        Dense = ["3.1"],
        Relu = ["4.1"],
        Sample = ["6.2"],
        Logistic = ["5.3"],
        CrossEntropy = ["5.6"],
        Kl = ["7.8"];

    public static readonly ImmutableArray<string>
        ByLogits = ["5.9", "8.2"],
        ByW3 = ["3.5", "8.4"],
        ByB3 = ["3.6", "8.4"],
        ByDecoderHidden = ["3.7", "8.3"],
        ByDecoderSum = ["4.4", "8.5"],
        ByW2 = ["3.5", "8.6"],
        ByB2 = ["3.6", "8.6"],
        ByLatent = ["3.7", "8.6"],
        ByMuThroughSample = ["6.5", "8.7"],
        ByLogVarThroughSample = ["6.6", "8.7"],
        ThroughKl = ["7.13", "8.8"],
        RoadsAdd = ["1.7"],
        ByHeadWeights = ["3.5", "8.11"],
        ByHeadBiases = ["3.6", "8.11"],
        ByEncoderHidden = ["3.11", "8.10"],
        ByEncoderSum = ["4.4", "8.12"],
        ByW1 = ["3.5", "8.13"],
        ByB1 = ["3.6", "8.13"];

    public static readonly ImmutableArray<string>
        AdamMeans = ["9.10"],
        AdamCorrection = ["9.12"],
        AdamStep = ["9.13"];
}
