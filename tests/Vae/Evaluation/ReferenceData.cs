// The values of reference/*.csv, made outside with scikit-learn, pROC and mpmath by the scripts beside them.
using System.Globalization;

namespace VaeFromScratch.Vae.Tests.Evaluation;

internal static class ReferenceData
{
    /// <summary>Two scores of the same images.</summary>
    public sealed record Set(string Name, float[] First, float[] Second, bool[] IsAnomaly);

    public static IReadOnlyList<Set> Sets { get; } =
    [
        .. Rows("data.csv").GroupBy(row => row["set"]).Select(set => new Set(set.Key, [.. set.Select(row => float.Parse(row["first"], CultureInfo.InvariantCulture))],
            [.. set.Select(row => float.Parse(row["second"], CultureInfo.InvariantCulture))], [.. set.Select(row => row["isAnomaly"] == "1")])),
    ];

    /// <summary>The rows of a file, each by the names of its columns.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder(), file)).Where(line => !line.StartsWith('#')).Select(line => line.Split(',')).ToArray();
        return lines[1..].Select(cells => lines[0].Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second));
    }

    public static double Number(this IReadOnlyDictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VaeFromScratch.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests lie outside the repository.");
        return Path.Combine(folder.FullName, "tests", "Vae", "Evaluation", "reference");
    }
}
