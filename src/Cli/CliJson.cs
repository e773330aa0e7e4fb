// How the commands' own results are written as JSON, without reflection.

using System.Text.Json.Serialization;
using VaeFromScratch.Cli.Commands;

namespace VaeFromScratch.Cli;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(FetchReport))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(InfoReport))]
[JsonSerializable(typeof(SelfTestReport))]
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(WalkthroughReport))]
internal sealed partial class CliJson : JsonSerializerContext;
