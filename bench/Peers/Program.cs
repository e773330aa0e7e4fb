// Peers: the same work done by other libraries, for comparison.
//
//   peers agree [--held-out C] [--seeds N] [--epochs N] [--threads T]
//       trains the seed model in libtorch and prints its losses and AUC-ROC for each seed

using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using VaeFromScratch.Peers;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;

int Option(string name, int otherwise) =>
    Array.IndexOf(args, "--" + name) is var at and >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

var (heldOut, seeds, epochs) = (Option("held-out", 0), Option("seeds", 3), Option("epochs", 20));
torch.set_num_threads(Option("threads", 1));
var data = FashionMnist.Load();
using var train = TorchVae.ToTensor(data.Train, label => label != heldOut);
var isAnomaly = data.Test.Labels.ToArray().Select(label => label == heldOut).ToArray();
for (var seed = 0; seed < seeds; seed++)
{
    torch.manual_seed(seed);
    using var model = new TorchVae(784, 400, 16);
    using var optimizer = torch.optim.Adam(model.parameters(), 1e-3);
    var watch = Stopwatch.StartNew();
    var losses = new double[epochs];
    for (var epoch = 0; epoch < epochs; epoch++) losses[epoch] = model.TrainEpoch(optimizer, train, 128, 1);
    var auroc = Auroc.Compute(model.Score(data.Test), isAnomaly);
    Console.WriteLine(FormattableString.Invariant(
        $"held-out {heldOut} seed {seed}: loss {losses[Math.Min(2, epochs - 1)]:f2} in epoch {Math.Min(3, epochs)}, {losses[^1]:f2} in epoch {epochs}; AUC-ROC {auroc:f4}; {watch.Elapsed.TotalSeconds / epochs:f2} s an epoch"));
}
