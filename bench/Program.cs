// The benchmarks. Without a command's name the arguments are BenchmarkDotNet's:
//
//   dotnet run -c Release --project bench -- ceiling      the peak of this machine
//   dotnet run -c Release --project bench -- ladder       from the naive product to the shipped one, step by step
//   dotnet run -c Release --project bench -- guard        exits 1 where something has become slow
//   dotnet run -c Release --project bench -- growth       how training scales with its sizes
//   dotnet run -c Release --project bench -- summary      the products, a step and scoring in one table
//   dotnet run -c Release --project bench -- readme       the tables of bench/results, put into the README
//   dotnet run -c Release --project bench -- --filter '*' the BenchmarkDotNet suites
//
// With --write a command also keeps its result in bench/results, in the folder of this machine.

using BenchmarkDotNet.Running;
using VaeFromScratch.Bench;

var write = args.Contains(Results.WriteOption);
switch (args.FirstOrDefault())
{
    case "ceiling": CeilingCommand.Run(write); return 0;
    case "ladder": LadderCommand.Run(write); return 0;
    case "guard": return GuardCommand.Run(args.Contains("--break"));
    case "growth": GrowthCommand.Run(write); return 0;
    case "readme": ReadmeCommand.Run(); return 0;
    case "summary": SummaryCommand.Run(write); return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new SuiteConfig());
        return 0;
}
