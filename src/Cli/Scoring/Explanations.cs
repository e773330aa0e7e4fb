// What is written of rows that are called anomalous: where they differ from what the network expects.

using System.Globalization;
using System.Text;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Input;
using VaeFromScratch.Vae.Reporting;

namespace VaeFromScratch.Cli.Scoring;

/// <summary>Writes, for each row, an image of its error, or the features that contribute most.</summary>
/// <param name="folder">Where; it exists.</param>
/// <param name="shape">What rows are.</param>
/// <param name="scorer">Explains them.</param>
internal sealed class Explanations(string folder, InputShape shape, IRowScorer scorer)
{
    private const int MostFeatures = 5;

    // Small images are shown larger, every pixel as a square.
    private const int SmallestSide = 112, Gap = 4;

    private readonly float[] _reconstruction = new float[shape.Features], _differences = new float[shape.Features];
    private readonly StringBuilder _table = new("row,name,rank,feature,value,expected,deviations\n");

    /// <summary>Explains a row.</summary>
    public void Add(ScoredRow row, ReadOnlySpan<float> values)
    {
        scorer.Explain(values, _reconstruction, _differences);
        if (shape is { Height: { } height, Width: { } width }) AtomicFile.WriteAllBytes(Path.Combine(folder, $"row-{row.Number.ToString("D7", CultureInfo.InvariantCulture)}.png"), Panels(values, height, width));
        else AddFeatures(row, values);
    }

    /// <summary>Writes what belongs to all rows.</summary>
    public void Finish()
    {
        if (!shape.IsImage) AtomicFile.WriteAllText(Path.Combine(folder, "features.csv"), _table.ToString());
    }

    // The features in the order of their squared differences, the lower index first where two are equal.
    private void AddFeatures(ScoredRow row, ReadOnlySpan<float> values)
    {
        int[] order = [.. Enumerable.Range(0, _differences.Length).OrderByDescending(j => Math.Abs(_differences[j])).Take(MostFeatures)];
        for (var rank = 0; rank < order.Length; rank++)
        {
            var j = order[rank];
            _table.Append(CultureInfo.InvariantCulture, $"{row.Number},{Csv.Cell(row.Name)},{rank + 1},{Csv.Cell(shape.Names[j])},{values[j]:R},{_reconstruction[j]:R},{_differences[j]:R}\n");
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
