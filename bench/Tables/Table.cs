// A table on which detectors are compared, cut into normal rows to train on and rows to tell apart.

using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Bench.Tables;

/// <summary>Rows to train on, all normal, and rows of both kinds for the test.</summary>
internal sealed record Table(string Name, int Features, float[] Training, float[] Test, bool[] IsAnomaly)
{
    /// <summary>Reads a table: every other normal row is trained on, the rest and all anomalies are the test.</summary>
    /// <param name="folder">Folder of the CSV files.</param>
    /// <param name="name">The file, without its end.</param>
    /// <param name="normal">The labels of normal rows.</param>
    public static Table Read(string folder, string name, params string[] normal)
    {
        using var reader = InputReader.Open(Path.Combine(folder, name + ".csv"), new InputOptions { LabelColumn = "label" });
        var (row, training, test, isAnomaly, turn) = (new InputRow(), new List<float>(), new List<float>(), new List<bool>(), 0);
        while (reader.Read(row))
        {
            if (row.Problem is { } problem) throw new InvalidDataException($"{name}, row {row.Number}: {problem}");
            var anomaly = !normal.Contains(row.Label);
            if (!anomaly && turn++ % 2 == 0)
            {
                training.AddRange(row.Values);
                continue;
            }

            test.AddRange(row.Values);
            isAnomaly.Add(anomaly);
        }

        return new Table(name, reader.Shape.Features, [.. training], [.. test], [.. isAnomaly]);
    }

    public int TrainingRows => Training.Length / Features;
}
