// All that a fitted detector consists of, and how it comes about once its network is trained.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae;

/// <summary>The parts of a detector besides its network.</summary>
/// <param name="Shape">What it takes.</param>
/// <param name="Scaling">What a table's features are scaled by; null for images.</param>
/// <param name="Summary">Its score, every constant a float.</param>
public sealed record DetectorModel(InputShape Shape, FeatureScaling? Scaling, SummaryMixture Summary)
{
    /// <summary>Name of the score in files and messages.</summary>
    public const string ScoreName = "summary";

    // So many reference rows to each distribution of the mixture, so that few rows do not get one each.
    private const int RowsOfAComponent = 100;

    // Of numbers that are all there, only those too far away for single precision have no finite score.
    internal static float Bounded(float score) => float.IsFinite(score) ? score : float.MaxValue;

    /// <summary>Fits score and threshold, once the network is trained.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The network.</param>
    /// <param name="data">Rows as the network sees them.</param>
    /// <param name="split">Which of them it was trained on, and which were kept back.</param>
    /// <param name="shape">What the rows are.</param>
    /// <param name="scaling">What they were scaled by.</param>
    /// <param name="alpha">The share of normal rows that may be called anomalous.</param>
    /// <exception cref="InvalidSettingException">The rows are all the same.</exception>
    internal static (DetectorModel Model, Calibration Calibration) Fit(
        Engine engine, VaeParameters<float> parameters, IDataRows data, CalibrationSplit split, InputShape shape, FeatureScaling? scaling, double alpha)
    {
        var normals = NormalImages.Choose(engine, parameters, data, split);
        try
        {
            var components = Math.Clamp(normals.Reference.Count / RowsOfAComponent, 1, LatentMixture.DefaultComponents);
            var model = new DetectorModel(shape, scaling, SummaryMixture.Fit(engine, normals, components).Rounded());
            var scores = new float[normals.Calibration.Count];
            model.Summary.Compute(engine, normals.Calibration, scores);
            for (var i = 0; i < scores.Length; i++) scores[i] = Bounded(scores[i]);
            return (model, Calibration.From(ScoreName, scores, alpha));
        }
        catch (ArgumentException e)
        {
            throw new InvalidSettingException($"No score can be fitted to these rows: {e.Message.Split(" (Parameter", 2)[0]}", e);
        }
    }
}
