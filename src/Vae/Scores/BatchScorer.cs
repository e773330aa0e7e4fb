// Scores one batch on one engine: the network from images to scores, as far as a score needs it.

using System.Numerics.Tensors;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>The forward pass at z = mu with the memory for one batch, and the scores that come out of it.</summary>
internal sealed class BatchScorer(Engine engine, VaeParameters<float> parameters, int capacity)
{
    private readonly VaeForward<float> _forward = new(engine, parameters, capacity);
    private readonly Matrix<float> _scores = new(1, capacity);

    /// <summary>Images of the batch, n; set before its pixels are written.</summary>
    public int Count
    {
        get => _forward.Count;
        set => _forward.Count = value;
    }

    /// <summary>Pixels in [0, 1], <c>[n, features]</c>; written by the caller.</summary>
    public Matrix<float> Input => _forward.Input;

    /// <summary>Means of q(z|x), <c>[n, latent]</c>, after <see cref="Score"/>.</summary>
    public Matrix<float> Mu => _forward.Mu;

    private Matrix<float> Scores => _scores.FirstColumns(Count);

    /// <summary>A score of each image, n numbers; valid until the next call.</summary>
    public ReadOnlySpan<float> Score(ScoreKind kind)
    {
        if (kind is ScoreKind.Mse or ScoreKind.CrossEntropy) _forward.EncodeMean();
        else _forward.Encode();
        if (kind == ScoreKind.Kl) return _forward.Kl.Flat;
        _forward.TakeMean();
        _forward.Decode();
        switch (kind)
        {
            case ScoreKind.Mse:
                ComputeMeanSquaredError();
                return Scores.Flat;
            case ScoreKind.CrossEntropy:
                _forward.Reconstruct();
                return _forward.ReconstructionLoss.Flat;
            default:
                _forward.Reconstruct();
                TensorPrimitives.Add(_forward.ReconstructionLoss.Flat, _forward.Kl.Flat, Scores.Flat);
                return Scores.Flat;
        }
    }

    // From the logits on the spot, where the reconstruction is their sigmoid.
    private void ComputeMeanSquaredError()
    {
        if (parameters.Architecture.Likelihood is Likelihood.Bernoulli or Likelihood.Gaussian)
        {
            MeanSquaredError.ComputeFromLogits(engine, Input, _forward.Logits, Scores);
            return;
        }

        _forward.Reconstruct();
        MeanSquaredError.Compute(engine, Input, _forward.Reconstruction, Scores);
    }

    /// <summary>Every score of each image, into a set of scores from an image on.</summary>
    public void ScoreAll(AnomalyScores all, int start)
    {
        Score(ScoreKind.NegativeElbo).CopyTo(all.NegativeElbo.AsSpan(start));
        _forward.ReconstructionLoss.Flat.CopyTo(all.CrossEntropy.AsSpan(start));
        _forward.Kl.Flat.CopyTo(all.Kl.AsSpan(start));
        MeanSquaredError.Compute(engine, Input, _forward.Reconstruction, Scores);
        Scores.Flat.CopyTo(all.Mse.AsSpan(start));
        Mu.Flat.CopyTo(all.Mu.RowBlock(start, Count).Flat);
    }
}
