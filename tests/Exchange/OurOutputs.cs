// What our own code computes for the outputs of the exported graphs.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Exchange.Tests;

/// <summary>Models, inputs, and our results for them.</summary>
internal static class OurOutputs
{
    /// <summary>A model with weights as large as training makes them, so that logits lie on both sides of where a formula changes.</summary>
    public static ModelFile Model(int features, ImmutableArray<int> hidden, int latent, Likelihood likelihood)
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(features, hidden, latent, likelihood));
        parameters.Initialize(seed: 7);
        foreach (ref var value in parameters.Vector.Flat) value *= 2.5f;
        var settings = new TrainingSettings { Hidden = hidden, Latent = latent, Likelihood = likelihood, Beta = 0.5, HeldOut = 3 };
        return new ModelFile(parameters, settings, ModelFile.Sha256(parameters));
    }

    /// <summary>Numbers in [0, 1], many of them 0 as in images.</summary>
    public static float[] Inputs(int count, int features)
    {
        var inputs = new Matrix<float>(1, count * features);
        new RandomSequence(11, 0, 0).FillNormal(inputs.Flat);
        foreach (ref var value in inputs.Flat) value = Math.Clamp(value, 0, 1);
        return inputs.Flat.ToArray();
    }

    /// <summary>Columns of different units, row after row.</summary>
    public static float[] Table(int count, int features)
    {
        var rows = new Matrix<float>(count, features);
        new RandomSequence(13, 0, 0).FillNormal(rows.Flat);
        for (var i = 0; i < count; i++)
            for (var j = 0; j < features; j++) rows[i, j] = rows[i, j] * (0.5f + 3 * j) + 10 * j - 20;
        return rows.Flat.ToArray();
    }

    /// <summary>The model of a detector, by way of its file.</summary>
    public static ModelFile Saved(AnomalyDetector detector)
    {
        var path = Path.GetTempFileName();
        try
        {
            detector.Save(path);
            return ModelFile.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static float[] Score(ModelFile model, float[] inputs, ScoreKind kind)
    {
        using var engine = new Engine(1);
        var scores = new float[inputs.Length / model.Parameters.Architecture.Features];
        new AnomalyScorer(engine, model.Parameters).Score(inputs, kind, scores);
        return scores;
    }

    /// <summary>The rest: both vectors of q(z|x), and the reconstruction at z = mu.</summary>
    public static (float[] Mu, float[] LogVar, float[] Reconstruction) Forward(ModelFile model, float[] inputs)
    {
        using var engine = new Engine(1);
        var count = inputs.Length / model.Parameters.Architecture.Features;
        var forward = new VaeForward<float>(engine, model.Parameters, count) { Count = count };
        inputs.CopyTo(forward.Input.Flat);
        forward.Encode();
        forward.TakeMean();
        forward.Decode();
        forward.Reconstruct();
        return (forward.Mu.Flat.ToArray(), forward.LogVar.Flat.ToArray(), forward.Reconstruction.Flat.ToArray());
    }
}
