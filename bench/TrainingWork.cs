// The training step as work to be timed.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Bench;

/// <summary>Makes training runs whose every step has a full batch, and counts their operations.</summary>
internal static class TrainingWork
{
    // Left out of the images already, so that the trainer leaves none out and the number of images is the one asked for.
    private const int HeldOut = 0;

    // The parallel loops of a step with one hidden layer, roughly: eight products, and what lies between them.
    private const int LoopsOfAStep = 20;

    private static readonly Lazy<ImageDataset> Sample = new(() => FashionMnist.Load(FashionMnistSources.SampleWord).Train);

    /// <summary>A training run that never ends.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="settings">The model and the batch; the number of epochs is set here.</param>
    /// <param name="images">Images of an epoch, at least a batch; rounded down to whole batches.</param>
    public static Trainer CreateTrainer(Engine engine, TrainingSettings settings, int images) => new(engine,
        settings with { HeldOut = HeldOut, Epochs = int.MaxValue }, Images(images / settings.Batch * settings.Batch), FashionMnist.ClassNames.Length);

    /// <summary>A step of a training run.</summary>
    public static Work Step(Trainer trainer) =>
        new("training step", StepFlops(trainer.Parameters.Architecture, trainer.Settings.Batch), trainer.Step, LoopsOfAStep);

    /// <summary>The operations of all matrix products of a step; what else a step does is not counted as useful.</summary>
    // Each weight takes part in three products for every image: the output, the gradient of the input, and its own gradient. Nobody asks
    // for the gradient of the image, so the first layer has two.
    public static double StepFlops(VaeArchitecture architecture, int batch)
    {
        var weights = architecture.Tensors.Where(tensor => !tensor.IsBias).Sum(tensor => (long)tensor.Inputs * tensor.Outputs);
        var firstLayer = (long)architecture.Features * architecture.Hidden[0];
        return 2.0 * batch * (3 * weights - firstLayer);
    }

    // The sample's images of the normal classes, again and again.
    private static ImageDataset Images(int count)
    {
        var sample = Sample.Value;
        int[] normal = [.. Enumerable.Range(0, sample.Count).Where(i => sample.Label(i) != HeldOut)];
        var (pixels, labels) = (new byte[count * sample.Features], new byte[count]);
        for (var i = 0; i < count; i++)
        {
            var from = normal[i % normal.Length];
            sample.Image(from).CopyTo(pixels.AsSpan(i * sample.Features));
            labels[i] = sample.Label(from);
        }

        return new ImageDataset(pixels, labels, sample.Height, sample.Width, FashionMnist.ClassNames.Length);
    }
}
