// The latent space of the detailed models.

using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Report;

internal static class LatentMapFigure
{
    private const double Margin = 0.04;

    public static string Format(ReportData report)
    {
        ModelDetail[] details = [.. report.Details.Where(detail => detail.Map is not null)];
        if (details.Length == 0) return "";
        var legend = Marks.Legend([.. Enumerable.Range(0, FashionMnist.ClassNames.Length).Select(label => Marks.Key(Marks.Shape(label), $"c{Html.Number(label % 5)}", $"{Html.Number(label)} {FashionMnist.ClassNames[label]}")),
            Marks.Key(Marks.Cross, Marks.HeldOut, "held-out class")]);
        const string caption = "<p>Where the encoder puts test images: the first ones of each class in the order of the test set. With two latent dimensions these are the axes, with more of them "
            + "the two directions in which the means mu of the normal test images vary most (principal components, found without the held-out class), with their shares of the variance. "
            + "A digit stands at the median of its class. Crosses among the points of other classes are anomalies that the latent space takes for something it knows; only what is off "
            + "the map, in the reconstruction's error or in the other dimensions, can still tell them.</p>";
        return Html.Figure("latent-map", "The latent space", legend + Html.Panels(details.Select(Panel)), caption, ReportCommands.OfDetails(report));
    }

    private static string Panel(ModelDetail detail)
    {
        var map = detail.Map!;
        var heldOut = detail.Run.HeldOut;
        string Name(string direct, string component, double? share) => share is { } part ? $"{component} ({Html.Number(100 * part, "0")} %)" : direct;
        var plot = new Plot($"Map of the latent space. Held out {Html.Number(heldOut)}: {Html.Number(map.Points.Length)} test images",
            Range(Name("mu 1", "component 1", map.Shares?.First), map.Points.Select(point => point.X)),
            Range(Name("mu 2", "component 2", map.Shares?.Second), map.Points.Select(point => point.Y)));
        var classes = map.Points.GroupBy(point => point.Class).OrderBy(group => group.Key == heldOut).ThenBy(group => group.Key).ToArray();
        foreach (var group in classes)
        {
            var isHeldOut = group.Key == heldOut;
            plot.Marks(group.Select(point => (point.X, point.Y)), isHeldOut ? Marks.Cross : Marks.Shape(group.Key), isHeldOut ? Marks.HeldOut : $"c{Html.Number(group.Key % 5)}");
        }

        foreach (var group in classes)
            plot.Text(plot.X(Median(group.Select(point => point.X))), plot.Y(Median(group.Select(point => point.Y))) + 5, "middle", Html.Number(group.Key), "digit");
        return Html.Panel(ReportText.Model(detail), plot.ToString());
    }

    private static Axis Range(string name, IEnumerable<double> values)
    {
        double low = values.Min(), high = values.Max(), margin = high > low ? (high - low) * Margin : 1;
        return new Axis(name, low - margin, high + margin);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
