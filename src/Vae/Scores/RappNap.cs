// RaPP's normalised aggregation along the pathway.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>
/// The same differences as in <see cref="RappSap"/>, centred and divided by the spread that the reference has in each direction: RaPP-NAP (16.15).
/// </summary>
/// <remarks>
/// <para>
/// K. H. Kim et al., "RaPP: Novelty Detection with Reconstruction along Projection Pathway", ICLR 2020. With the singular value decomposition U·S·V' of
/// the n centred differences, the paper's score is the squared length of d·V/S. V and S²/n are eigenvectors and eigenvalues of the covariance, so this
/// one, Mahalanobis' squared distance, is n times it. Directions of small singular values are left out by the rule of
/// <see cref="MahalanobisDistance.SmallestShare"/>: below a thousandth of the largest.
/// </para>
/// <para>Cost: the fit, the covariance of p differences and all its eigenvectors; an image, a second pass through the network and a product with [p, p].</para>
/// </remarks>
public sealed class RappNap : IAnomalyScore
{
    private readonly VaeParameters<float> _parameters;
    private readonly bool _withPixels;
    private readonly MahalanobisDistance _distance;

    private RappNap(VaeParameters<float> parameters, bool withPixels, MahalanobisDistance distance) =>
        (_parameters, _withPixels, _distance) = (parameters, withPixels, distance);

    /// <summary>Directions that count.</summary>
    public int Dimensions => _distance.Dimensions;

    /// <summary>Takes mean and spread of the reference's differences.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="normals">Normal images.</param>
    /// <param name="withPixels">Whether the pixels count as the first layer, as in the paper.</param>
    /// <exception cref="ArgumentException">There are fewer than two reference images, their differences are all the same, or one is not finite.</exception>
    public static RappNap Fit(Engine engine, NormalImages normals, bool withPixels = true)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(normals);
        var differences = RappDifferences.Of(engine, normals.Parameters, normals.Reference, withPixels);
        return new RappNap(normals.Parameters, withPixels, MahalanobisDistance.Fit(engine, differences));
    }

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, _parameters.Architecture, scores);
        _distance.Compute(engine, RappDifferences.Of(engine, _parameters, images, _withPixels), scores);
    }
}
