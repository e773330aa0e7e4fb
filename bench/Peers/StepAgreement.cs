// Whether a training step of ours and of libtorch's have the same loss and the same gradients.

using TorchSharp;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Peers;

/// <summary>Computes one step twice, with the same weights, images and noise.</summary>
internal static class StepAgreement
{
    private const int Batch = 128;
    private const double Tolerance = 1e-4;

    /// <summary>Checks a step from our initial weights of the seed model.</summary>
    public static void Check(Report report, ImageDataset images)
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(images.Features, [400], 16));
        parameters.Initialize(seed: 0);
        using var model = TorchVae.Like(parameters.Architecture);
        model.Load(parameters);
        Check(report, images, parameters, model);
    }

    /// <summary>Checks a step from the weights that both have.</summary>
    public static void Check(Report report, ImageDataset images, VaeParameters<float> parameters, TorchVae model)
    {
        using var engine = new Engine();
        var architecture = parameters.Architecture;
        var gradients = new VaeParameters<float>(architecture);
        var forward = new VaeForward<float>(engine, parameters, Batch) { Count = Batch };
        RowBatch.Gather(engine, images, Enumerable.Range(0, Batch).ToArray(), forward.Input);
        new RandomSequence(0, 0, 0).FillNormal(forward.Noise.Flat);
        forward.Run();
        var loss = (Sum(forward.ReconstructionLoss) + Sum(forward.Kl)) / Batch;
        new VaeBackward<float>(engine, parameters, Batch).Run(forward, 1, new StoredGradients<float>(gradients));

        using var scope = torch.NewDisposeScope();
        model.zero_grad();
        var theirLoss = model.Loss(TorchTensors.Of(forward.Input), 1, TorchTensors.Of(forward.Noise));
        theirLoss.backward();

        var torchLoss = theirLoss.item<float>();
        report.Checked(
            FormattableString.Invariant($"training step on {Batch} images, loss {loss:f3} against libtorch's {torchLoss:f3}, relative difference"),
            Math.Abs(loss - torchLoss) / torchLoss, Tolerance);
        foreach (var (description, ours) in architecture.Tensors.Zip(gradients.Tensors))
        {
            var theirs = TorchTensors.ToMatrix(description.IsBias ? model.Named(description.Name).grad! : model.Named(description.Name).grad!.t());
            report.Checked($"gradient of {description.Name}, difference against libtorch's by norm", RelativeDifference(ours.ToArray(), theirs.Flat), Tolerance);
        }
    }

    private static double Sum(Matrix<float> losses) => losses.Flat.ToArray().Sum(value => (double)value);

    private static double RelativeDifference(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        var (difference, size) = (0.0, 0.0);
        for (var i = 0; i < theirs.Length; i++)
        {
            difference += Math.Pow((double)ours[i] - theirs[i], 2);
            size += Math.Pow(theirs[i], 2);
        }

        return Math.Sqrt(difference / size);
    }
}
