// The table: everything that is compared, in one run.

using System.Runtime.InteropServices;
using MathNet.Numerics;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using VaeFromScratch.Bench;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Peers;

/// <summary>The subcommand <c>table</c>.</summary>
internal static class TableCommand
{
    public static int Run(Options options)
    {
        var quick = options.Flag("quick");
        var rounds = options.Number("rounds", quick ? 5 : 11);
        var data = FashionMnist.Load(options.Text("data"));
        var report = new Report();
        bool Wanted(string part) => options.Text("only") is not { } only || only == part;
        DescribeMachine(report, rounds);
        try
        {
            if (Wanted("training")) new TrainingPeers(report, data, rounds).Measure();
            if (Wanted("products"))
            {
                var products = new MatmulPeers(report, rounds);
                products.StepProducts();
                products.Squares();
            }

            if (Wanted("scoring"))
            {
                var scoring = new ScoringPeers(report, data, Model(options.Text("model"), data), rounds);
                scoring.Measure(Math.Min(1000, data.Test.Count), data.Test.Count, 1.5, 2);
                scoring.Measure(1, quick ? Math.Min(2000, data.Test.Count) : data.Test.Count, 1.5, 3);
            }
        }
        catch (DisagreementException e)
        {
            Console.Error.WriteLine($"peers: the results do not agree: {e.Message}");
            return 1;
        }

        report.Machine(FormattableString.Invariant($"load average at the end: {LoadAverage()}"));
        var markdown = report.ToMarkdown();
        Console.Write(markdown);
        if (options.Flag("write"))
        {
            Directory.CreateDirectory(Machine.ResultsFolder);
            AtomicFile.WriteAllText(Path.Combine(Machine.ResultsFolder, "peers.md"), markdown);
        }

        return 0;
    }

    // The model of the experiment, trained to its end: how many hidden units are zero, whose terms are left out, depends on what it has learned.
    private static ModelFile Model(string? path, FashionMnist data)
    {
        if (path is not null) return ModelFile.Read(path);
        using var engine = new Engine();
        var trainer = new Trainer(engine, new TrainingSettings(), data.Train, FashionMnist.ClassNames.Length);
        trainer.Run(null, null, CancellationToken.None);
        return new ModelFile(trainer.Parameters, trainer.Settings, ModelFile.Sha256(trainer.Parameters));
    }

    private static void DescribeMachine(Report report, int rounds)
    {
        static string Version<T>() => typeof(T).Assembly.GetName().Version!.ToString(3);
        report.Machine(FormattableString.Invariant(
            $"{Machine.Cpu}; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}"));
        report.Machine($"our kernel: {InstructionSets.NameOf(InstructionSets.Choose())}, on all cores unless the table says otherwise");
        report.Machine($"TorchSharp {Version<torch.Tensor>()} with libtorch {torch.__version__}, and ONNX Runtime {OrtEnv.Instance().GetVersionString()}, "
            + $"each with 1 thread and with one a core, the faster counts; MathNet.Numerics {Version<Complex32>()}, managed provider, on all cores");
        report.Machine(FormattableString.Invariant($"{rounds} rounds, ours and theirs in turns; load average at the start: {LoadAverage()}"));
    }

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
