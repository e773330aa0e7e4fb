// A service that scores rows with a detector from 'vae train --input' or AnomalyDetector.Save:
//   dotnet run -- detector.safetensors
//   curl localhost:5000/score -H 'Content-Type: application/json' -d '[[1, 2, 3], [4, 5, 6]]'

using VaeFromScratch.Vae;

if (args is not [var path, ..]) throw new ArgumentException("The file of a detector is missing; expected it as the first argument.");
var detector = AnomalyDetector.Load(path);
var app = WebApplication.CreateBuilder(args[1..]).Build();

app.MapGet("/", () => new { detector.Features, detector.Threshold, detector.Alpha, detector.WeightsSha256 });

// One detector serves all requests at once: scoring changes nothing in it.
app.MapPost("/score", (float[][] rows) =>
{
    if (Array.FindIndex(rows, row => row.Length != detector.Features) is var wrong and >= 0)
        return Results.BadRequest($"Row {wrong + 1} has {rows[wrong].Length} numbers; expected {detector.Features}.");
    return Results.Ok(rows.Select(row =>
    {
        var score = detector.Score(row);
        return new { Score = score, PValue = detector.PValue(score), IsAnomaly = detector.IsAnomaly(score) };
    }));
});

app.Run();
