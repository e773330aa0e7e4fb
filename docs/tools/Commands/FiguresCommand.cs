// docs/tools figures: draws the figures of the chapters.

using VaeFromScratch.Docs.Figures;

namespace VaeFromScratch.Docs;

internal static class FiguresCommand
{
    /// <summary>Draws every figure into a folder; files that are up to date are left alone.</summary>
    /// <returns>0.</returns>
    public static int Run(string folder)
    {
        foreach (var figure in Figure.All)
            Console.WriteLine($"{Path.Combine(folder, figure.FileName)}: {(figure.Write(folder) ? "drawn" : "up to date")}.");
        return 0;
    }
}
