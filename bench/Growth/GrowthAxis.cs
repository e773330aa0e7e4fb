// One axis of the growth measurement: what is varied, and what came of it.

using System.Globalization;

namespace VaeFromScratch.Bench;

/// <summary>A measured point.</summary>
/// <param name="Value">What the varied size was.</param>
/// <param name="StepSeconds">Time of a step.</param>
/// <param name="EpochSeconds">Time of an epoch.</param>
/// <param name="Share">Useful operations of the matrix products as a share of the ceiling of as many threads.</param>
internal sealed record GrowthPoint(int Value, double StepSeconds, double EpochSeconds, double Share);

/// <summary>An axis with its points in ascending order.</summary>
/// <param name="Name">What is varied.</param>
/// <param name="Why">Why it stops scaling where it does, in one sentence or two.</param>
/// <param name="Points">The points.</param>
internal sealed record GrowthAxis(string Name, string Why, IReadOnlyList<GrowthPoint> Points)
{
    // Differences below this are noise.
    private const double Tolerance = 0.07;

    private double Peak => Points.Max(point => point.Share);

    /// <summary>The first point that is as good as the best one: from there on, more size makes no better use of the machine.</summary>
    public int Saturation => Points.TakeWhile(point => point.Share < Peak * (1 - Tolerance)).Count();

    /// <summary>The place where it stops scaling, told from the measured shares.</summary>
    public string Verdict()
    {
        var best = Points[Saturation];
        var last = Points[^1];
        var rises = Saturation == 0
            ? $"No value does better than the smallest, {Results.Number(best.Value)}, with {Results.Percent(best.Share)} of the ceiling"
            : $"The share rises up to {Results.Number(best.Value)}, where it is {Results.Percent(best.Share)}";
        if (Points.Skip(Saturation).All(point => point.Share >= Peak * (1 - Tolerance)))
            return $"{rises}, and stays there.";
        if (last.Share >= Peak * (1 - Tolerance))
            return $"{rises}; behind it the differences go up and down, as noise does, to {Results.Percent(last.Share)} at the end.";
        var fall = Points.Skip(Saturation + 1).First(point => point.Share < Peak * (1 - Tolerance));
        return $"{rises}; from {Results.Number(fall.Value)} on it is lower, {Results.Percent(last.Share)} at the end.";
    }

    /// <summary>The points as a table in Markdown.</summary>
    public string Table() => Results.Table([Name, "step", "epoch", "of the ceiling"], Points.Select(point => (string[])
    [
        Results.Number(point.Value),
        $"{(1000 * point.StepSeconds).ToString(point.StepSeconds < 0.01 ? "f2" : "f1", CultureInfo.InvariantCulture)} ms",
        $"{point.EpochSeconds.ToString("f2", CultureInfo.InvariantCulture)} s",
        Results.Percent(point.Share),
    ]), textColumns: 0);
}
