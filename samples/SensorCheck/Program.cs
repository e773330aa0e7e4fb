// Learns how three sensors of a machine hang together, keeps that in a file, and finds the readings that do not fit.

using VaeFromScratch.Vae;

const int sensors = 3;
var names = new[] { "power, W", "temperature, °C", "speed, 1/min" };
var path = Path.Combine(Path.GetTempPath(), $"sensor-check-{Environment.ProcessId}.safetensors");

// Normal operation: more power, more speed and heat. In earnest these rows come from a log.
var random = new Random(1);
var normal = new float[2000 * sensors];
for (var i = 0; i < normal.Length; i += sensors) Reading(random.NextSingle()).CopyTo(normal, i);

AnomalyDetector.Fit(normal, sensors, new DetectorOptions { Names = [.. names], Alpha = 0.01 }).Save(path);

// Another day, perhaps another process: a normal reading, and one in which the machine is slow and hot for its power.
var detector = AnomalyDetector.Load(path);
foreach (var row in new[] { Reading(0.5f), Reading(0.5f, jammed: true) })
{
    var score = detector.Score(row);
    Console.WriteLine($"{string.Join(", ", row.Select((value, j) => $"{names[j]}: {value:0}"))}: p = {detector.PValue(score):0.000}{(detector.IsAnomaly(score) ? ", ANOMALY" : "")}");
    if (!detector.IsAnomaly(score)) continue;

    var (expected, deviations) = (new float[sensors], new float[sensors]);
    detector.Reconstruct(row, expected);
    detector.Explain(row, expected, deviations);
    var worst = Array.IndexOf(deviations, deviations.MaxBy(Math.Abs));
    Console.WriteLine($"  least expected: {names[worst]}, {row[worst]:0} instead of about {expected[worst]:0}");
}

File.Delete(path);

float[] Reading(float load, bool jammed = false)
{
    float Noise() => 0.02f * (random.NextSingle() - 0.5f);
    return [500 + 1500 * (load + Noise()), 20 + 60 * (load + Noise()) + (jammed ? 25 : 0), 3000 * (load + Noise()) * (jammed ? 0.6f : 1)];
}
