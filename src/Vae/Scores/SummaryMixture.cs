// Score: how unlikely an image's code and summary are together, by a mixture of normal distributions.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>The constants of the score as numbers for a file.</summary>
/// <param name="Means">Of codes and summaries, <c>[d]</c>.</param>
/// <param name="Spreads">Their standard deviations, <c>[d]</c>.</param>
/// <param name="Mixture">The mixture of the standardised ones.</param>
internal sealed record SummaryMixtureParts(float[] Means, float[] Spreads, GaussianMixtureParts Mixture);

/// <summary>The negative log density of (mu, summary) under a mixture of normal distributions fitted to the reference's, in nats. (16.24)</summary>
/// <remarks>
/// The code alone does not say how well it describes the image, and the reconstruction error alone does not say of what kind of image it is. Their joint
/// density says whether so large an error, so much ink, so many units on have been seen with such a code. All numbers are divided by their spread over the reference.
/// Cost: as <see cref="LatentMixture"/>. Once fitted, it needs no image any more.
/// </remarks>
public sealed class SummaryMixture : IAnomalyScore
{
    private readonly VaeArchitecture _architecture;
    private readonly GaussianMixture _mixture;
    private readonly double[] _means, _spreads;

    private SummaryMixture(VaeArchitecture architecture, GaussianMixture mixture, double[] means, double[] spreads) =>
        (_architecture, _mixture, _means, _spreads) = (architecture, mixture, means, spreads);

    /// <summary>Fits the mixture to the reference.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images.</param>
    /// <param name="components">Normal distributions, 1 to the number of reference images.</param>
    /// <exception cref="ArgumentException">There are too few reference images, they are all the same, or a number is not finite.</exception>
    public static SummaryMixture Fit(Engine engine, NormalImages normals, int components = LatentMixture.DefaultComponents)
    {
        ArgumentNullException.ThrowIfNull(normals);
        var rows = CodesAndSummaries(engine, normals.Reference);
        var means = Covariance.Means(rows);
        var spreads = ColumnSpread.Of(rows, means);
        Standardise(rows, means, spreads);
        var fit = ExpectationMaximization.Fit(engine, rows, components, new RandomSequence(0, RandomPurpose.MixtureStart, 1));
        return new SummaryMixture(normals.Parameters.Architecture, fit.Mixture, means, spreads);
    }

    /// <summary>The score with every constant rounded to single precision, as a model file holds them: its bits are those after writing and reading.</summary>
    internal SummaryMixture Rounded() => FromParts(_architecture, ToParts());

    /// <summary>The constants as a file holds them.</summary>
    internal SummaryMixtureParts ToParts() =>
        new([.. _means.Select(mean => (float)mean)], [.. _spreads.Select(spread => (float)spread)], _mixture.ToParts());

    /// <summary>The inverse of <see cref="ToParts"/>.</summary>
    internal static SummaryMixture FromParts(VaeArchitecture architecture, SummaryMixtureParts parts) => new(
        architecture, GaussianMixture.FromParts(parts.Mixture), [.. parts.Means.Select(mean => (double)mean)], [.. parts.Spreads.Select(spread => (double)spread)]);

    /// <summary>Numbers of a row of the mixture's.</summary>
    internal int Dimensions => _mixture.Dimensions;

    /// <summary>Numbers of a row of working memory.</summary>
    internal int WorkingColumns => _mixture.Dimensions * _mixture.Components;

    /// <summary>Scores rows of codes and summaries, allocating nothing.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="rows">Codes and summaries, <c>[n, latent + numbers of the summary]</c>; standardised here in place.</param>
    /// <param name="working">Working memory, <c>[n, <see cref="WorkingColumns"/>]</c>.</param>
    /// <param name="scores">Receives the scores, <c>[n]</c>.</param>
    internal void Compute(Engine engine, Matrix<float> rows, Matrix<float> working, Span<float> scores)
    {
        Standardise(rows, _means, _spreads);
        _mixture.LogDensities(engine, rows, working, scores);
        foreach (ref var score in scores) score = -score;
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _architecture, scores);
        var rows = CodesAndSummaries(engine, images);
        Standardise(rows, _means, _spreads);
        var logDensities = new double[scores.Length];
        _mixture.LogDensities(engine, rows, logDensities);
        for (var i = 0; i < scores.Length; i++) scores[i] = (float)-logDensities[i];
    }

    // [n, latent + numbers of the summary]
    private static Matrix<float> CodesAndSummaries(Engine engine, Activations images)
    {
        var summary = ImageSummary.Of(engine, images);
        var rows = new Matrix<float>(images.Count, images.Mu.Columns + summary.Columns);
        for (var i = 0; i < rows.Rows; i++)
        {
            var row = rows.Row(i);
            images.Mu.Row(i).CopyTo(row);
            summary.Row(i).CopyTo(row[images.Mu.Columns..]);
        }

        return rows;
    }

    private static void Standardise(Matrix<float> rows, double[] means, double[] spreads)
    {
        for (var i = 0; i < rows.Rows; i++)
        {
            var row = rows.Row(i);
            for (var j = 0; j < row.Length; j++) row[j] = (float)((row[j] - means[j]) / spreads[j]);
        }
    }
}
