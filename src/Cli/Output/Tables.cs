// Tables of a single model and of the data files.

using System.Globalization;
using Spectre.Console;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Cli.Output;

internal static class Tables
{
    // Of a large latent space a few lines are enough.
    private const int MostDimensions = 32;

    /// <summary>The figures of each score, the means over normal images, the use of the latent space, and what the model's threshold does.</summary>
    public static void WriteEvaluation(IAnsiConsole console, EvaluationReport report)
    {
        Title(console, $"Held-out class {report.HeldOut} ({FashionMnist.ClassNames[report.HeldOut]})");
        WriteScores(console, report.Scores);
        console.WriteLine();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Images} test images, {report.Anomalies} of them anomalies. Means over the normal ones: squared error {report.Normal.Mse:F4}, cross-entropy "
            + $"{report.Normal.CrossEntropy:F2} nats, KL divergence {report.Normal.Kl:F2} nats. Latent dimensions in use: {report.ActiveUnits}."));
        if (report.KlPerDimension is { } kl)
        {
            var shown = Math.Min(kl.Count, MostDimensions);
            var which = shown < kl.Count ? string.Create(CultureInfo.InvariantCulture, $", the {shown} largest of {kl.Count}") : "";
            console.WriteLine($"KL divergence of each dimension{which}, falling: {string.Join(' ', kl.OrderDescending().Take(shown).Select(value => Number(value, "F2")))} nats.");
        }

        if (report.Threshold is { } threshold) WriteThreshold(console, threshold);
    }

    /// <summary>The figures of each score of several models together.</summary>
    public static void WriteEnsemble(IAnsiConsole console, EnsembleReport report)
    {
        Title(console, $"{report.Models} models together, held-out class {report.HeldOut} ({FashionMnist.ClassNames[report.HeldOut]})");
        WriteScores(console, report.Scores);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Images} test images, {report.Anomalies} of them anomalies."));
    }

    private static void WriteScores(IAnsiConsole console, OrderedDictionary<string, ScoreReport> scores)
    {
        var isCompared = scores.Values.Any(score => score.LessMse is not null);
        var table = Create(["score", "AUC-ROC", "+-", .. isCompared ? new[] { "less mse", "+-" } : [], "AUPRC", "FPR95", "TPR5"]);
        foreach (var (name, score) in scores)
        {
            table.AddRow([name, Number(score.Auroc, "F3"), Optional(score.Interval95),
                .. isCompared ? new[] { score.LessMse is { } less ? Number(less.Difference, "+0.000;-0.000;0.000") : "", Optional(score.LessMse?.Interval95) } : [],
                Optional(score.Auprc), Optional(score.FprAt95Tpr), Optional(score.TprAt5Fpr)]);
        }

        console.Write(table);
        console.WriteLine($"mse is the reference, {ScoreCatalogue.Default} the default; docs/scores.md explains each. +-: half of the 95 % interval of the figure before it (DeLong; of less mse, paired). AUPRC: average precision. FPR95: false-positive rate where 95 % of the anomalies are found. "
            + "TPR5: share of the anomalies found at a false-positive rate of 5 %.");
    }

    private static string Optional(double? figure) => figure is { } value ? Number(value, "F3") : "";

    private static void WriteThreshold(IAnsiConsole console, ThresholdReport report)
    {
        Title(console, string.Create(CultureInfo.InvariantCulture, $"Alarms above {report.Score} {report.Threshold:G6}"));
        var table = Create("class", "", "images", "alarms", "rate");
        table.Columns[1].LeftAligned();
        foreach (var alarms in report.FalseAlarms)
            table.AddRow(Number(alarms.Class, "0"), FashionMnist.ClassNames[alarms.Class], Number(alarms.Images, "0"), Number(alarms.Alarms, "0"), Number(alarms.Rate, "F3"));
        console.Write(table);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"The threshold comes from {report.CalibrationImages} normal images that are not in this test and promises a false-alarm rate of at most {report.Alpha}; "
            + $"it is {report.FalseAlarmRate:F3} here. Anomalies found: {report.DetectionRate:F3}."));
    }

    /// <summary>The state of each data file.</summary>
    public static void WriteVerification(IAnsiConsole console, FashionMnistVerification checks, string source)
    {
        var table = Create("file", "state", "SHA-256 of the content");
        foreach (var column in table.Columns) column.LeftAligned();
        foreach (var file in checks.Files)
            table.AddRow(Markup.Escape(file.Name), file.Problem is null ? "as published" : "wrong", file.Sha256 is { } sum ? sum[..16] + "..." : "unreadable");
        console.Write(table);
        Line(console, $"{checks.Directory} ({source}), held against {(checks.IsSample ? "the sample" : "the whole set")}.");
    }

    public static void Title(IAnsiConsole console, string title)
    {
        console.WriteLine();
        console.Write(new Text(title, new Style(decoration: Decoration.Bold)));
        console.WriteLine();
    }

    /// <summary>A table of narrow columns: the first is a name, the others are numbers.</summary>
    public static Table Create(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var header in columns) table.AddColumn(new TableColumn(Markup.Escape(header)) { NoWrap = true, Padding = new Padding(0, 0, 1, 0) }.RightAligned());
        table.Columns[0].LeftAligned();
        return table;
    }

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A line as it is: paths must not be wrapped.</summary>
    public static void Line(IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(text);
}
