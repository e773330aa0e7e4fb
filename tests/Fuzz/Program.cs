// Fuzzes the readers: dotnet run -c Release --project tests/Fuzz -- --inputs 1000000 [--reader NAME] [--seed S] [--first N] | --make-corpus

using System.Diagnostics;
using System.Globalization;
using VaeFromScratch.Fuzz;

if (args is ["--make-corpus"])
{
    Corpus.Make();
    return 0;
}

var options = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1] : throw new ArgumentException($"{pair[0]} needs a value."));
var inputs = long.Parse(options.GetValueOrDefault("--inputs", "10000"), CultureInfo.InvariantCulture);
var first = long.Parse(options.GetValueOrDefault("--first", "0"), CultureInfo.InvariantCulture);
var seed = ulong.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture);
var targets = FuzzTarget.All.Where(target => !options.TryGetValue("--reader", out var name) || name == target.Name).ToArray();
if (targets.Length == 0) throw new ArgumentException($"There is no such reader; expected one of {string.Join(", ", FuzzTarget.All.Select(target => target.Name))}.");

var broken = 0;
Console.WriteLine("| reader | inputs | accepted | messages | longest, ms | most memory, KB | seconds | findings |");
Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|");
foreach (var target in targets)
{
    var start = Stopwatch.GetTimestamp();
    var fuzzer = new Fuzzer(target);
    fuzzer.Run(seed, first, inputs);
    var outcome = fuzzer.Outcome;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {target.Name} | {outcome.Inputs} | {outcome.Accepted} | {outcome.Messages.Count} | {outcome.Longest.TotalMilliseconds:F0} | {outcome.MostMemory / 1024} | {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} | {outcome.Findings.Count} |"));
    foreach (var finding in outcome.Findings.Values) Console.WriteLine($"  {finding.What}\n  kept as {fuzzer.Keep(finding)}");
    broken += outcome.Findings.Count;
}

return broken == 0 ? 0 : 1;
