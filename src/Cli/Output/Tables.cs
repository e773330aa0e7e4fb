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
        var table = Create($"Held-out class {report.HeldOut} ({FashionMnist.ClassNames[report.HeldOut]})");
        table.AddColumn("score").AddColumn("").AddColumn(Right("AUC-ROC"));
        foreach (var (name, score) in report.Scores) table.AddRow(name, ScoreNames.GetValueOrDefault(name, ""), Number(score.Auroc, "F3"));
        console.Write(table);
        Line(console, string.Create(CultureInfo.InvariantCulture,
            $"{report.Images} test images, {report.Anomalies} of them anomalies. Normal ones have a mean squared error of {report.Normal.Mse:F4},"));
        Line(console, string.Create(CultureInfo.InvariantCulture,
            $"a cross-entropy of {report.Normal.CrossEntropy:F2} and a KL divergence of {report.Normal.Kl:F2} nats; {report.ActiveUnits} latent dimensions are in use."));
    }

    /// <summary>The state of each data file.</summary>
    public static void WriteVerification(IAnsiConsole console, FashionMnistVerification checks, string source)
    {
        var table = Create(null);
        table.AddColumn("file").AddColumn("state").AddColumn("SHA-256 of the content");
        foreach (var file in checks.Files)
            table.AddRow(Markup.Escape(file.Name), file.Problem is null ? "as published" : "wrong", file.Sha256 is { } sum ? sum[..16] + "..." : "unreadable");
        console.Write(table);
        Line(console, $"{checks.Directory} ({source}), held against {(checks.IsSample ? "the sample" : "the whole set")}.");
    }

    public static Table Create(string? title)
    {
        var table = new Table { Border = TableBorder.Simple, ShowRowSeparators = false };
        if (title is not null) table.Title = new TableTitle(Markup.Escape(title), new Style(decoration: Decoration.Bold));
        return table;
    }

    public static TableColumn Right(string header) => new TableColumn(Markup.Escape(header)).RightAligned();

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A line as it is: paths must not be wrapped.</summary>
    public static void Line(IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(text);
}
