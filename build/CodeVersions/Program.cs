// Gives the program compiled ahead of time versions of its own methods for newer processors. `dotnet publish` runs it between compiler and linker:
// CodeVersions COMPILER ARGUMENTS, where ARGUMENTS is the file that the compiler was called with.

using System.Diagnostics;
using VaeFromScratch.CodeVersions;

const string outputOption = "-o:";
(string Name, string Processor)[] processors = [("avx2", "x86-64-v3"), ("avx512", "x86-64-v4")];
// All of what computes; of the rest of this project what computes with vectors.
string[] computing = ["VaeFromScratch_Tensors_", "VaeFromScratch_Autodiff_", "System_Numerics_Tensors_"];
const string project = "VaeFromScratch_";
// The program's symbols need no list of exports, no debugger's tables and no map in the copies that only lend some methods.
string[] leftOut = ["--exportsfile", "--export-dynamic-symbol", "--mstat", "--map", "--dehydrate", "--stacktracedata", "--methodbodyfolding", "--Os", "-g", "--instruction-set"];

if (args is not [var compiler, var argumentsFile])
{
    Console.Error.WriteLine("CodeVersions: expected the compiler and the file of its arguments.");
    return 2;
}

var arguments = File.ReadAllLines(argumentsFile);
var output = arguments.First(line => line.StartsWith(outputOption, StringComparison.Ordinal))[outputOption.Length..];
var program = new CompiledProgram(output);
if (program.Named.ContainsKey(VersionLinker.TableSymbol)) return 0;

var versions = new List<(string, CompiledProgram, VersionSelection)>();
foreach (var (name, processor) in processors)
{
    var (file, versionArguments) = ($"{output}.{name}.o", $"{output}.{name}.rsp");
    File.WriteAllLines(versionArguments,
    [
        .. arguments.Where(line => !leftOut.Contains(line.Split(':')[0])).Select(line => line.StartsWith(outputOption, StringComparison.Ordinal) ? outputOption + file : line),
        "--Ot", $"--instruction-set:{processor}", "--max-vectort-bitwidth:128",
    ]);
    using var process = Process.Start(compiler, ["@" + versionArguments]);
    process.WaitForExit();
    if (process.ExitCode != 0) return process.ExitCode;

    var version = new CompiledProgram(file);
    File.Delete(file);
    var selection = new VersionSelection(program, version, method => computing.Any(own => method.StartsWith(own, StringComparison.Ordinal))
        || (method.StartsWith(project, StringComparison.Ordinal) && version.IsVectorMethod(method)));
    File.WriteAllLines($"{output}.{name}.txt", [.. selection.Accepted, "", .. selection.Refused.Select(refused => $"{refused.Key}: {refused.Value}")]);
    versions.Add((name, version, selection));
}

new VersionLinker(program).Link(versions);
program.Elf.Write(output);
return 0;
