// vae export: a trained model for other programs.

using System.CommandLine;
using System.Text.Json;
using VaeFromScratch.Cli.Output;
using VaeFromScratch.Vae.Exchange;

namespace VaeFromScratch.Cli.Commands;

/// <summary>What <c>vae export --json</c> writes: the files of the three graphs, and whose they are.</summary>
internal sealed record ExportReport(string Score, string Encoder, string Decoder, string Architecture, string WeightsSha256);

internal static class ExportCommand
{
    public static Command Create(CommandContext context)
    {
        var path = new Argument<string>("MODEL") { Description = "Folder of a finished run, or a model file." };
        var onnx = new Option<string>("--onnx")
        {
            HelpName = "F",
            Description = "The file of the graph from inputs to scores; F without .onnx names those of encoder and decoder, .encoder.onnx and .decoder.onnx.",
            Required = true,
        }.OfPath();
        var json = SharedOptions.Json();
        var command = new DocumentedCommand("export",
            "Writes a model as ONNX files: from inputs to scores and reconstruction, the encoder, and the decoder.",
            "vae export my-run --onnx model.onnx")
        {
            path, onnx, json,
        };
        command.SetAction(parsed =>
        {
            var model = ModelInput.Read(parsed.GetValue(path)!);
            var files = OnnxFiles.Write(parsed.GetValue(onnx)!, model);
            var report = new ExportReport(files[0], files[1], files[2], model.Parameters.Architecture.ToString(), model.WeightsSha256);
            if (parsed.GetValue(json)) Terminal.WriteRaw(JsonSerializer.Serialize(report, CliJson.Default.ExportReport));
            else context.Terminal.Results.Profile.Out.Writer.WriteLine($"Model {report.Architecture}, weights SHA-256 {report.WeightsSha256[..16]}..., in {string.Join(", ", files)}");
            return Failures.Success;
        });
        return command;
    }
}
