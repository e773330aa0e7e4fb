// Weights from PyTorch's library to ours and back, through safetensors files that hold nothing but a state_dict.

using TorchSharp;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Peers;

/// <summary>The subcommand <c>exchange</c>.</summary>
internal static class ExchangeCommand
{
    private const int Batch = 128;

    public static int Run(Options options)
    {
        var steps = options.Number("steps", 20);
        var images = FashionMnist.Load(options.Text("data")).Train;
        var folder = Directory.CreateTempSubdirectory("vae-exchange-").FullName;
        var report = new Report();
        try
        {
            foreach (var hidden in new int[][] { [400], [128, 64] })
            {
                FromTorch(report, images, hidden, steps, Path.Combine(folder, "weights.safetensors"), Path.Combine(folder, "imported.safetensors"));
                ToTorch(report, images, hidden, steps, Path.Combine(folder, "model.safetensors"));
            }
        }
        catch (DisagreementException e)
        {
            Console.Error.WriteLine($"peers: the results do not agree: {e.Message}");
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Console.WriteLine("Weights go both ways: the same bits, and a step from them has the same loss and the same gradients.");
        return 0;
    }

    // Trained there, saved there, imported here.
    private static void FromTorch(Report report, ImageDataset images, int[] hidden, int steps, string weights, string imported)
    {
        torch.manual_seed(1);
        using var model = new TorchVae(images.Features, hidden, 16);
        using var optimizer = torch.optim.Adam(model.parameters(), 1e-3);
        using (var all = TorchVae.ToTensor(images, _ => true))
        {
            for (var step = 0; step < steps; step++)
            {
                using var chosen = torch.arange(step * Batch, (step + 1) * Batch);
                model.Step(optimizer, all, chosen, 1);
            }
        }

        TorchWeights.Save(model, weights);
        var import = WeightsImport.Read(weights, new TrainingSettings());
        ModelFile.Write(imported, import.Parameters, import.Settings);
        Console.Error.WriteLine($"{import.Parameters.Architecture}, trained in libtorch and imported");
        var parameters = ModelFile.Read(imported).Parameters;
        RequireEqual(report, parameters, model);
        StepAgreement.Check(report, images, parameters, model);
    }

    // Trained here, saved here, loaded there.
    private static void ToTorch(Report report, ImageDataset images, int[] hidden, int steps, string path)
    {
        using var engine = new Engine();
        var trainer = new Trainer(engine, new TrainingSettings { Hidden = [.. hidden], Batch = Batch }, images, FashionMnist.ClassNames.Length);
        for (var step = 0; step < steps; step++) trainer.Step();
        ModelFile.Write(path, trainer.Parameters, trainer.Settings);

        using var model = TorchVae.Like(trainer.Parameters.Architecture);
        TorchWeights.Load(model, path);
        Console.Error.WriteLine($"{trainer.Parameters.Architecture}, trained by ours and loaded in libtorch");
        RequireEqual(report, trainer.Parameters, model);
        StepAgreement.Check(report, images, trainer.Parameters, model);
    }

    private static void RequireEqual(Report report, VaeParameters<float> parameters, TorchVae model)
    {
        var different = 0;
        foreach (var (description, ours) in parameters.Architecture.Tensors.Zip(parameters.Tensors))
        {
            using var scope = torch.NewDisposeScope();
            var theirs = model.Named(description.Name);
            var numbers = TorchTensors.ToMatrix(description.IsBias ? theirs : theirs.t()).ToArray();
            different += ours.ToArray().Zip(numbers).Count(pair => !pair.First.Equals(pair.Second));
        }

        report.Checked(FormattableString.Invariant($"{parameters.Architecture.Tensors.Length} tensors, weights that are not the same"), different, 0);
    }
}
