// What is written of rows that are called anomalous: where they differ from what the network expects.

using System.Globalization;
using System.Text;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Scoring;

/// <summary>Writes, for each row, an image of its error, or the features that contribute most.</summary>
internal sealed class Explanations
{
    private const int MostFeatures = 5;

    // Small images are shown larger, every pixel as a square.
    private const int SmallestSide = 112, Gap = 4;

    private readonly string _folder;
    private readonly InputShape _shape;
    private readonly IRowScorer _scorer;
    private readonly TextWriter _table;
    private readonly float[] _reconstruction, _differences;

    private Explanations(string folder, InputShape shape, IRowScorer scorer, TextWriter table)
    {
        (_folder, _shape, _scorer, _table) = (folder, shape, scorer, table);
        (_reconstruction, _differences) = (new float[shape.Features], new float[shape.Features]);
    }

    /// <summary>Makes the folder.</summary>
    /// <exception cref="InputException">It holds images of rows already, which would be taken for those of these scores.</exception>
    public static void Prepare(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "row-*.png").FirstOrDefault() is { } old)
            throw new InputException($"--explain: {folder} holds {Path.GetFileName(old)} already; expected a folder without images of rows.");
        Directory.CreateDirectory(folder);
    }

    /// <summary>Has rows scored, and explains those that are added to what the scoring is given.</summary>
    /// <param name="folder">Where; it is <see cref="Prepare">prepared</see>.</param>
    /// <param name="shape">What rows are.</param>
    /// <param name="scorer">Explains them.</param>
    /// <param name="score">Scores rows. The scores are in their place before the table is: they stay if that fails.</param>
    public static void Write(string folder, InputShape shape, IRowScorer scorer, Action<Explanations> score)
    {
        if (shape.IsImage)
        {
            score(new Explanations(folder, shape, scorer, TextWriter.Null));
            return;
        }

        AtomicFile.Write(Path.Combine(folder, "features.csv"), stream =>
        {
            using var table = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
            table.Write("row,name,rank,feature,value,expected,deviations\n");
            score(new Explanations(folder, shape, scorer, table));
        });
    }

    /// <summary>Explains a row.</summary>
    public void Add(ScoredRow row, ReadOnlySpan<float> values)
    {
        _scorer.Explain(values, _reconstruction, _differences);
        if (_shape is { Height: { } height, Width: { } width }) AtomicFile.WriteAllBytes(Path.Combine(_folder, $"row-{row.Number.ToString("D7", CultureInfo.InvariantCulture)}.png"), Panels(values, height, width));
        else AddFeatures(row, values);
    }

    // The features in the order of their squared differences, the lower index first where two are equal.
    private void AddFeatures(ScoredRow row, ReadOnlySpan<float> values)
    {
        int[] order = [.. Enumerable.Range(0, _differences.Length).OrderByDescending(j => Math.Abs(_differences[j])).Take(MostFeatures)];
        for (var rank = 0; rank < order.Length; rank++)
        {
            var j = order[rank];
            _table.Write(string.Create(CultureInfo.InvariantCulture, $"{row.Number},{CsvCell.Of(row.Name)},{rank + 1},{CsvCell.Of(_shape.Names[j])},{values[j]:R},{_reconstruction[j]:R},{_differences[j]:R}\n"));
        }
    }

    // The image, its reconstruction, and their absolute difference, side by side.
    private byte[] Panels(ReadOnlySpan<float> values, int height, int width)
    {
        var zoom = Math.Max(1, SmallestSide / Math.Max(height, width));
        var (panel, total) = (width * zoom + Gap, 3 * (width * zoom + Gap) - Gap);
        var pixels = new byte[height * zoom * total];
        Array.Fill(pixels, byte.MaxValue);
        for (var y = 0; y < height * zoom; y++)
        {
            for (var x = 0; x < width * zoom; x++)
            {
                var p = y / zoom * width + x / zoom;
                var at = y * total + x;
                pixels[at] = Grey(values[p]);
                pixels[at + panel] = Grey(_reconstruction[p]);
                pixels[at + 2 * panel] = Grey(Math.Abs(_differences[p]));
            }
        }

        return Png.Grey(pixels, total, height * zoom);
    }

    private static byte Grey(float value) => (byte)(Math.Clamp(value, 0, 1) * 255 + 0.5f);
}
