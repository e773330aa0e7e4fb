// RaPP's simple aggregation along the pathway.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>
/// The squared distance between what the encoder makes of an image and what it makes of the reconstruction, summed over its layers: RaPP-SAP (16.14).
/// </summary>
/// <remarks>
/// K. H. Kim et al., "RaPP: Novelty Detection with Reconstruction along Projection Pathway", ICLR 2020. Nothing is fitted. Cost: a second pass through
/// the network.
/// </remarks>
/// <param name="parameters">The network.</param>
/// <param name="withPixels">Whether the pixels count as the first layer, as in the paper.</param>
public sealed class RappSap(VaeParameters<float> parameters, bool withPixels = true) : IAnomalyScore
{
    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.Require(engine, images, parameters.Architecture, scores);
        var differences = RappDifferences.Of(engine, parameters, images, withPixels);
        var results = new float[scores.Length];
        engine.ForRows(images.Count, differences.Columns, new Body(differences, results));
        results.CopyTo(scores);
    }

    private readonly struct Body(Matrix<float> differences, float[] results) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++) results[i] = VectorSums.Dot<float>(differences.Row(i), differences.Row(i));
        }
    }
}
