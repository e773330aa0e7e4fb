// Scoring images: ours against ONNX Runtime with the same weights.

using System.Diagnostics;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Peers;

/// <summary>Times the MSE scores of the test images, in batches and one image a call, each side with its best number of threads.</summary>
internal sealed class ScoringPeers(Report report, FashionMnist data, ModelFile model, int rounds)
{
    private const double Tolerance = 1e-5;

    // So long that what the contender before has left in the caches does not count.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(300);

    private readonly byte[] _model = OnnxModel.MeanSquaredError(model);

    /// <param name="batch">Images of a call.</param>
    /// <param name="count">Images in all.</param>
    /// <param name="must">How many times as fast ours has to be.</param>
    /// <param name="aim">How many times as fast ours should be.</param>
    public void Measure(int batch, int count, double must, double aim)
    {
        var images = new float[count * data.Test.Features];
        UnitInterval.FromBytes(data.Test.Pixels[..images.Length], images);
        float[] ours = new float[count], theirs = new float[count];
        var sessions = new List<OnnxScorer>();
        try
        {
            var contenders = new List<Contender>();
            foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
            {
                var session = new OnnxScorer(_model, threads, images, theirs, batch);
                sessions.Add(session);
                session.Score();
                OurSeconds(threads, batch, images, ours);
                var setting = FormattableString.Invariant($"{threads} thread{(threads == 1 ? "" : "s")}");
                report.Checked($"scores of {count} images, {batch} a call, {setting}: largest relative difference against ONNX Runtime's",
                    ours.Zip(theirs, (a, b) => Math.Abs((double)a - b) / b).Max(), Tolerance);
                contenders.Add(new("ours, " + setting, () => OurSeconds(threads, batch, images, ours)));
                contenders.Add(new("ONNX Runtime, " + setting, () => Seconds(session.Score)));
            }

            var timings = Interleaved.Run(rounds, true, contenders);
            var (fastest, peer) = (timings.Fastest("ours"), timings.Fastest("ONNX Runtime"));
            string Cell(string name) => $"{Report.Time(timings.Median(name) / count)} an image ({name})";
            var work = FormattableString.Invariant($"scoring {count} test images, {(batch == 1 ? "one image" : $"{batch} images")} a call");
            report.Settings(work, timings);
            report.Ratio(work, Cell(fastest), Cell(peer), timings.Ratio(peer, fastest), must, aim);
        }
        finally
        {
            foreach (var session in sessions) session.Dispose();
        }
    }

    // As in training, the engine lives only for its turn. One image at a time wants a scorer without room for more.
    private double OurSeconds(int threads, int batch, float[] images, float[] scores)
    {
        using var engine = new Engine(threads);
        var scorer = batch == 1 ? new AnomalyScorer(engine, model.Parameters, capacity: 1) : new AnomalyScorer(engine, model.Parameters);
        var features = images.Length / scores.Length;
        return Seconds(() =>
        {
            for (var start = 0; start < scores.Length; start += batch)
                scorer.Score(images.AsSpan(start * features, batch * features), ScoreKind.Mse, scores.AsSpan(start, batch));
        });
    }

    // The mean of as many passes over the images as fill a turn, after one that does not count.
    private static double Seconds(Action work)
    {
        work();
        var (start, passes) = (Stopwatch.GetTimestamp(), 0);
        do
        {
            work();
            passes++;
        }
        while (Stopwatch.GetElapsedTime(start) < Turn);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / passes;
    }
}
