// Tables of a single model and of the data files.

using System.Globalization;
using Spectre.Console;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Cli.Output;

internal static class Tables
{
    private static readonly Dictionary<string, string> ScoreNames = new()
    {
        ["mse"] = "mean squared error (reference)",
        ["bce"] = "Bernoulli cross-entropy",
        ["kl"] = "KL divergence",
        ["elbo"] = "negative ELBO",
    };

    /// <summary>AUC-ROC of each score, and the means over normal images.</summary>
    public static void WriteEvaluation(IAnsiConsole console, EvaluationReport report)
    {
        Title(console, $"Held-out class {report.HeldOut} ({FashionMnist.ClassNames[report.HeldOut]})");
        var table = Create("score", "", "AUC-ROC");
        table.Columns[1].LeftAligned();
        foreach (var (name, score) in report.Scores) table.AddRow(name, ScoreNames.GetValueOrDefault(name, ""), Number(score.Auroc, "F3"));
        console.Write(table);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Images} test images, {report.Anomalies} of them anomalies. Means over the normal ones: squared error {report.Normal.Mse:F4}, cross-entropy "
            + $"{report.Normal.CrossEntropy:F2} nats, KL divergence {report.Normal.Kl:F2} nats. Latent dimensions in use: {report.ActiveUnits}."));
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
