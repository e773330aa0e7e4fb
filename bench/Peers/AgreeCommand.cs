// Whether libtorch, left to itself, learns what ours learns: losses and AUC-ROC of whole runs, to be held against `vae train`.

using System.Diagnostics;
using TorchSharp;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

namespace VaeFromScratch.Peers;

/// <summary>The subcommand <c>agree</c>.</summary>
internal static class AgreeCommand
{
    public static int Run(Options options)
    {
        var (heldOut, seeds, epochs) = (options.Number("held-out", 0), options.Number("seeds", 3), options.Number("epochs", 20));
        torch.set_num_threads(options.Number("threads", 1));
        var data = FashionMnist.Load(options.Text("data"));
        using var train = TorchVae.ToTensor(data.Train, label => label != heldOut);
        var isAnomaly = data.Test.Labels.ToArray().Select(label => label == heldOut).ToArray();
        for (var seed = 0; seed < seeds; seed++)
        {
            torch.manual_seed(seed);
            using var model = new TorchVae(784, [400], 16);
            using var optimizer = torch.optim.Adam(model.parameters(), 1e-3);
            var watch = Stopwatch.StartNew();
            var losses = new double[epochs];
            for (var epoch = 0; epoch < epochs; epoch++) losses[epoch] = model.TrainEpoch(optimizer, train, 128, 1);
            var auroc = Auroc.Compute(model.Score(data.Test), isAnomaly);
            var early = Math.Min(3, epochs);
            Console.WriteLine(FormattableString.Invariant(
                $"held-out {heldOut} seed {seed}: loss {losses[early - 1]:f2} in epoch {early}, {losses[^1]:f2} in epoch {epochs}; ")
                + FormattableString.Invariant($"AUC-ROC {auroc:f4}; {watch.Elapsed.TotalSeconds / epochs:f2} s an epoch"));
        }

        return 0;
    }
}
