// The scores that fall out of the forward pass at z = mu: mean squared error, cross-entropy, KL divergence, negative ELBO.

using System.Numerics.Tensors;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>One of the scores of <see cref="ScoreKind"/>, from activations. Nothing is fitted.</summary>
/// <remarks>The bits are those of <see cref="AnomalyScorer"/>, which needs no activations and allocates nothing. Cost: that of reading them.</remarks>
public sealed class NetworkScore : IAnomalyScore
{
    /// <summary>A score of a kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such score.</exception>
    public NetworkScore(ScoreKind kind)
    {
        if (!Enum.IsDefined(kind)) throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such score.");
        Kind = kind;
    }

    /// <summary>Which score.</summary>
    public ScoreKind Kind { get; }

    /// <summary>What a score is called on the command line and in files.</summary>
    public static string NameOf(ScoreKind kind) => kind switch
    {
        ScoreKind.Mse => "mse",
        ScoreKind.CrossEntropy => "bce",
        ScoreKind.Kl => "kl",
        _ => "elbo",
    };

    /// <inheritdoc/>
    public void Compute(Engine engine, Activations images, Span<float> scores)
    {
        ScoreArguments.RequireCount(engine, images, scores);
        switch (Kind)
        {
            case ScoreKind.Mse:
                var mse = new Matrix<float>(1, images.Count);
                MeanSquaredError.Compute(engine, images.Pixels, images.Reconstruction, mse);
                mse.Flat.CopyTo(scores);
                break;
            case ScoreKind.CrossEntropy:
                images.ReconstructionLoss.CopyTo(scores);
                break;
            case ScoreKind.Kl:
                images.Kl.CopyTo(scores);
                break;
            default:
                TensorPrimitives.Add(images.ReconstructionLoss, images.Kl, scores);
                break;
        }
    }
}
