// How well several models detect together.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>Evaluates models of one held-out class as an <see cref="Ensemble"/>.</summary>
public static class EnsembleEvaluator
{
    /// <summary>Fits each score for each model, scores every test image with all of them, and compares the held-out class with the rest.</summary>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <param name="models">The models, one or more.</param>
    /// <param name="data">Training images, whose normal ones the scores are fitted on, and test images.</param>
    /// <param name="heldOut">The class that counts as anomalous.</param>
    /// <param name="scores">The scores.</param>
    /// <exception cref="ArgumentException">There is no model, or the images do not fit one.</exception>
    public static EnsembleReport Evaluate(
        Engine engine, IReadOnlyList<ModelFile> models, FashionMnist data, int heldOut, IReadOnlyList<ScoreDefinition> scores)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(scores);
        var members = scores.ToDictionary(score => score.Name, _ => new List<EnsembleMember>());
        foreach (var model in models)
        {
            var normals = NormalImages.Choose(engine, model.Parameters, data.Train, model.Settings);
            foreach (var score in scores) members[score.Name].Add(EnsembleMember.Fit(engine, normals, score.Fit(engine, normals)));
        }

        bool[] isAnomaly = [.. data.Test.Labels.ToArray().Select(label => label == heldOut)];
        int[] all = [.. Enumerable.Range(0, data.Test.Count)];
        var reports = new OrderedDictionary<string, ScoreReport>();
        foreach (var score in scores)
        {
            var values = new float[all.Length];
            new Ensemble(members[score.Name]).Compute(engine, data.Test, all, values);
            reports.Add(score.Name, ScoreReport.From(values, isAnomaly));
        }

        return new EnsembleReport(heldOut, models.Count, reports, all.Length, isAnomaly.Count(anomaly => anomaly));
    }
}
