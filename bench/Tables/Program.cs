// Detectors of tables compared: ours with its defaults, and ML.NET's RandomizedPca at several ranks, on the same rows.
//   dotnet run -c Release --project bench/Tables -- DIR        DIR: what get-data.sh has written

using System.Diagnostics;
using System.Globalization;
using VaeFromScratch.Bench.Tables;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Evaluation;

if (args is not [var folder])
{
    Console.Error.WriteLine("tables: the folder of the CSV files is missing; expected that which get-data.sh has written.");
    return 2;
}

Table[] tables =
[
    Table.Read(folder, "shuttle", "Rad.Flow"),
    Table.Read(folder, "satellite", "red soil", "grey soil", "very damp grey soil"),
    Table.Read(folder, "breastcancer", "benign"),
    Table.Read(folder, "ionosphere", "good"),
];
Console.WriteLine("| table | rows to train on | features | test rows, of them anomalies | `AnomalyDetector`, seeds 0, 1, 2 | seconds, fit and score | RandomizedPca, rank 1/4, 1/2, 3/4 of the features | seconds, each | Mahalanobis distance |");
Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
foreach (var table in tables)
{
    var ours = Enumerable.Range(0, 3).Select(seed => Timed(() => Ours(table, (ulong)seed))).ToArray();
    var theirs = new[] { 1, 2, 3 }.Select(quarters => Timed(() => RandomizedPca.Score(table, Math.Max(1, table.Features * quarters / 4)))).ToArray();
    var plain = Timed(() => Mahalanobis.Score(table));
    string Areas((float[] Scores, double Seconds)[] runs) =>
        string.Join(", ", runs.Select(run => ScoreReport.From(run.Scores, table.IsAnomaly).Auroc.ToString("0.000", CultureInfo.InvariantCulture)));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {table.Name} | {table.TrainingRows} | {table.Features} | {table.IsAnomaly.Length}, {table.IsAnomaly.Count(anomaly => anomaly)} | {Areas(ours)} | {ours.Average(run => run.Seconds):0.0} | {Areas(theirs)} | {theirs.Average(run => run.Seconds):0.0} | {Areas([plain])} |"));
}

return 0;

static float[] Ours(Table table, ulong seed)
{
    var detector = AnomalyDetector.Fit(table.Training, table.Features, new DetectorOptions { Seed = seed, ImputesMissing = true });
    var scores = new float[table.IsAnomaly.Length];
    detector.Score(table.Test, scores);
    return scores;
}

static (float[] Scores, double Seconds) Timed(Func<float[]> run)
{
    var start = Stopwatch.GetTimestamp();
    return (run(), Stopwatch.GetElapsedTime(start).TotalSeconds);
}
