// What keeps docs/ in step with the code:
//
//   dotnet run --project docs/tools -- fill [DIR]      puts the numbers of `vae walkthrough` into the chapters of DIR, docs/math by default
//   dotnet run --project docs/tools -- figures [DIR]   draws the figures of the chapters into DIR, docs/math/figures by default
//   dotnet run --project docs/tools -- lines           moves links to lines to the nearest line that contains their symbol
//   dotnet run --project docs/tools -- check           lists equations, links, excerpts, numbers and names that do not hold; exits 1 if there are any

using VaeFromScratch.Docs;
using VaeFromScratch.Docs.Figures;

const int wrongUse = 2;
switch (args)
{
    case ["fill"]: return FillCommand.Run(Repository.Chapters);
    case ["fill", var folder]: return FillCommand.Run(folder);
    case ["figures"]: return FiguresCommand.Run(Figure.Folder);
    case ["figures", var folder]: return FiguresCommand.Run(folder);
    case ["lines"]: return LinesCommand.Run(Repository.Root);
    case ["check"]: return CheckCommand.Run(Repository.Root);
    default:
        Console.Error.WriteLine("docs/tools: the commands are 'fill [DIR]', 'figures [DIR]', 'lines' and 'check'.");
        return wrongUse;
}
