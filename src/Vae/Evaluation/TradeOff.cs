// What a grid of models shows: how reconstruction, latent structure and detection move with beta and with the latent dimension.

using System.Globalization;
using System.Text.Json.Serialization;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>What the numbers say of a common claim.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>They agree with it.</summary>
    [JsonStringEnumMemberName("holds")]
    Holds,

    /// <summary>They say the opposite.</summary>
    [JsonStringEnumMemberName("contradicted")]
    Contradicted,

    /// <summary>They differ between cells, or by less than the noise.</summary>
    [JsonStringEnumMemberName("not decided")]
    NotDecided,
}

/// <summary>One thing a grid shows.</summary>
/// <param name="Topic">What it is about.</param>
/// <param name="Text">The figures, in sentences.</param>
/// <param name="Claim">The common claim that they are held against, or null.</param>
/// <param name="Verdict">What they say of it.</param>
public sealed record Finding(string Topic, string Text, string? Claim = null, Verdict? Verdict = null);

/// <summary>Computes the findings of a grid; every figure and every verdict comes from its cells.</summary>
/// <remarks>
/// Two AUROCs differ only if they differ by more than the noise: of one held-out class half the width of the wider one's 95 % interval, which is
/// that of the test images; of means over classes half the width of the interval of their difference, whose pairs are the classes
/// (<see cref="PairedDifference"/>). Reconstruction errors, KL divergences and active units differ from 1 % on: as means over thousands of images
/// they are known far better than that.
/// </remarks>
public static class TradeOff
{
    private const double SameWithin = 0.01;
    private const int FewestForCorrelation = 4;

    /// <summary>The findings of a full grid: every latent dimension with every beta.</summary>
    public static IReadOnlyList<Finding> Analyze(IReadOnlyList<GridCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var findings = new List<Finding>();
        var alongBeta = Lines(cells, cell => cell.Latent, cell => cell.Beta);
        var alongLatent = Lines(cells, cell => cell.Beta, cell => cell.Latent);
        if (alongBeta[0].Length > 1)
        {
            findings.Add(Trend("Reconstruction and beta", "mean squared error", "F4", "beta", alongBeta, cell => cell.Mse, cell => cell.Beta,
                "a higher beta reconstructs worse", rises: true));
            findings.Add(Trend("KL divergence and beta", "KL divergence in nats", "F2", "beta", alongBeta, cell => cell.Kl, cell => cell.Beta,
                "a higher beta presses information out of the latent space", rises: false));
            findings.Add(Trend("Latent structure and beta", "number of active units", "F1", "beta", alongBeta, cell => cell.ActiveUnits,
                cell => cell.Beta, "a higher beta leaves fewer latent dimensions in use", rises: false));
            findings.Add(DetectionAndBeta(alongBeta));
        }

        if (alongLatent[0].Length > 1)
        {
            findings.Add(Trend("Reconstruction and latent dimension", "mean squared error", "F4", "latent dimension", alongLatent, cell => cell.Mse,
                cell => cell.Latent, "more latent dimensions reconstruct better", rises: false));
            findings.Add(Trend("Latent structure and latent dimension", "number of active units", "F1", "latent dimension", alongLatent,
                cell => cell.ActiveUnits, cell => cell.Latent, "more latent dimensions are more dimensions in use", rises: true));
            findings.Add(DetectionAndLatent(alongLatent));
        }

        findings.Add(Collapse(cells));
        if (cells.Count >= FewestForCorrelation) findings.Add(Correlation(cells));
        findings.Add(Best(cells));
        return findings;
    }

    // The grid cut into lines of equal `across`, each ordered along the other axis.
    private static GridCell[][] Lines(IReadOnlyList<GridCell> cells, Func<GridCell, double> across, Func<GridCell, double> along) =>
        [.. cells.GroupBy(across).OrderBy(group => group.Key).Select(group => group.OrderBy(along).ToArray())];

    // The mean of a figure over the lines, at each of their points.
    private static double[] Profile(GridCell[][] lines, Func<GridCell, double> figure) =>
        [.. Enumerable.Range(0, lines[0].Length).Select(i => lines.Average(line => figure(line[i])))];

    // How a figure moves from the first to the last cell of each line. A claim holds if most lines move as it says and none the other way.
    private static Finding Trend(
        string topic, string what, string format, string axis, GridCell[][] lines, Func<GridCell, double> figure, Func<GridCell, double> along,
        string claim, bool rises)
    {
        var moves = lines.Select(line => Move(figure(line[0]), figure(line[^1]))).ToArray();
        var (up, down) = (moves.Count(move => move > 0), moves.Count(move => move < 0));
        var (with, against) = rises ? (up, down) : (down, up);
        var verdict = against == 0 && 2 * with > lines.Length ? Verdict.Holds
            : with == 0 && 2 * against > lines.Length ? Verdict.Contradicted
            : Verdict.NotDecided;
        var other = axis == "beta" ? "latent dimension" : "beta";
        var mean = lines.Length == 1 ? "" : $" (mean over {other})";
        var text = $"At {axis} {List(lines[0].Select(along), "0.###")} the {what} is {List(Profile(lines, figure), format)}{mean}. "
            + Invariant($"From first to last it rises at {up} and falls at {down} of {Counted(lines.Length, other)}.");
        return new Finding(topic, text, claim, verdict);
    }

    private static Finding DetectionAndBeta(GridCell[][] lines)
    {
        var changes = lines.Select(line => Change([line[0]], [line[^1]], Noise(lines))).ToArray();
        var (better, worse) = (changes.Count(change => change.Mean > change.Noise), changes.Count(change => change.Mean < -change.Noise));
        var (change, noise) = Change(At(lines, 0), At(lines, lines[0].Length - 1), Noise(lines));
        var verdict = change > noise && worse == 0 ? Verdict.Holds : change < -noise && better == 0 ? Verdict.Contradicted : Verdict.NotDecided;
        var mean = lines.Length == 1 ? "" : " (mean over latent dimension)";
        var text = $"At beta {List(lines[0].Select(cell => cell.Beta), "0.###")} the AUC-ROC is {List(Profile(lines, cell => cell.ReferenceAuroc), "F3")}{mean}. "
            + Invariant($"From first to last it changes by {change:+0.000;-0.000;0.000}, {BeyondOrWithin(change, noise)}; ")
            + Invariant($"it rises beyond noise at {better} and falls beyond noise at {worse} of {Counted(lines.Length, "latent dimension")}.");
        return new Finding("Detection and beta", text, "high beta detects better", verdict);
    }

    private static Finding DetectionAndLatent(GridCell[][] lines)
    {
        const string topic = "Detection and latent dimension";
        var profile = Profile(lines, cell => cell.ReferenceAuroc);
        var latents = lines[0].Select(cell => (double)cell.Latent).ToArray();
        var best = Array.IndexOf(profile, profile.Max());
        var second = Highest(profile, Enumerable.Range(0, profile.Length).Where(i => i != best));
        var (lead, noise) = Change(At(lines, second), At(lines, best), Noise(lines));
        var mean = lines.Length == 1 ? "" : " (mean over beta)";
        var text = $"At latent dimension {List(latents, "0")} the AUC-ROC is {List(profile, "F3")}{mean}. "
            + Invariant($"It is highest at {latents[best]}, by {lead:F3}, {BeyondOrWithin(lead, noise)}.");
        if (profile.Length < 3) return new Finding(topic, text);

        var (inner, end) = (Highest(profile, Enumerable.Range(1, profile.Length - 2)), Highest(profile, [0, profile.Length - 1]));
        (lead, noise) = Change(At(lines, end), At(lines, inner), Noise(lines));
        var verdict = lead > noise ? Verdict.Holds : lead < -noise ? Verdict.Contradicted : Verdict.NotDecided;
        return new Finding(topic, text, "a moderate latent dimension, neither the smallest nor the largest, is best", verdict);
    }

    private static Finding Collapse(IReadOnlyList<GridCell> cells)
    {
        // Below one half, so that means over classes count as collapsed when most of the classes are.
        var collapsed = cells.Where(cell => cell.ActiveUnits < 0.5).ToArray();
        var full = cells.Count(cell => cell.ActiveUnits > cell.Latent - 0.5);
        var text = collapsed.Length == 0
            ? "Every model uses at least one latent dimension."
            : $"No latent dimension is in use at {string.Join("; ", collapsed.Select(Name))} (posterior collapse): such a model draws the same image for all.";
        return new Finding("Posterior collapse", text + Invariant($" All latent dimensions are in use in {full} of {cells.Count} models."));
    }

    private static Finding Correlation(IReadOnlyList<GridCell> cells)
    {
        var correlation = RankCorrelation.Spearman([.. cells.Select(cell => cell.Mse)], [.. cells.Select(cell => cell.ReferenceAuroc)]);
        const string topic = "Reconstruction and detection";
        if (double.IsNaN(correlation)) return new Finding(topic, "All models are alike in one of the two: there is nothing to correlate.");

        // No claim is held against it: cells share their latent dimensions and betas, so that chance cannot be told from a correlation of so few.
        return new Finding(topic, Invariant($"Over the {cells.Count} cells the rank correlation of mean squared error and AUC-ROC is {correlation:F2}. ")
            + "Above 0, models that reconstruct worse detect better.");
    }

    private static Finding Best(IReadOnlyList<GridCell> cells)
    {
        var best = cells.MaxBy(cell => cell.ReferenceAuroc)!;
        var near = cells.Count(cell => cell != best && Change([cell], [best], Math.Max(best.Interval95, cell.Interval95)) is var (lead, noise) && lead <= noise);
        var scores = string.Join(", ", best.Auroc.Keys.Select(score => Invariant($"{score} {cells.Average(cell => cell.Auroc[score]):F3}")));
        return new Finding("Best cell", Invariant($"The model of {Name(best)} has the highest AUC-ROC, {best.ReferenceAuroc:F3} +-{best.Interval95:F3}; ")
            + Invariant($"{near} of the other {cells.Count - 1} are within noise of it. It is chosen with the test labels, so its figure flatters. ")
            + $"Mean over all cells by score: {scores}.");
    }

    // How far the AUROC moves from some cells to others, on average, and the noise of that: over the classes where cells are means over them.
    private static (double Mean, double Noise) Change(GridCell[] from, GridCell[] to, double noiseOfOneClass)
    {
        var classes = from[0].OfClasses.Length;
        if (classes < 2) return (from.Zip(to, (a, b) => b.ReferenceAuroc - a.ReferenceAuroc).Average(), noiseOfOneClass);
        var difference = PairedDifference.Of([.. Enumerable.Range(0, classes).Select(c => from.Zip(to, (a, b) => b.OfClasses[c] - a.OfClasses[c]).Average())]);
        return (difference.Mean, difference.HalfWidth95);
    }

    private static GridCell[] At(GridCell[][] lines, int place) => [.. lines.Select(line => line[place])];

    private static int Highest(double[] profile, IEnumerable<int> places) => places.MaxBy(place => profile[place]);

    private static string BeyondOrWithin(double change, double noise) =>
        Invariant($"{(Math.Abs(change) > noise ? "beyond" : "within")} noise (+-{noise:F3})");

    private static string Counted(int count, string of) => Invariant($"{count} {of}{(count == 1 ? "" : "s")}");

    private static double Noise(GridCell[][] lines) => lines.Max(line => line.Max(cell => cell.Interval95));

    // 1 for a rise, -1 for a fall, 0 for less than 1 % of either.
    private static int Move(double from, double to) => Math.Abs(to - from) <= SameWithin * Math.Abs(from) ? 0 : Math.Sign(to - from);

    private static string Name(GridCell cell) => Invariant($"latent {cell.Latent}, beta {cell.Beta}");

    private static string List(IEnumerable<double> values, string format) =>
        string.Join(", ", values.Select(value => value.ToString(format, CultureInfo.InvariantCulture)));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
