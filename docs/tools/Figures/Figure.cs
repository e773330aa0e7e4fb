// The figures of docs/math, and what of them is out of date.

using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Docs.Figures;

/// <summary>A figure.</summary>
/// <param name="Name">The name of its file, without <c>.svg</c>.</param>
/// <param name="Draw">Draws it as SVG, the same bytes on every machine.</param>
internal sealed record Figure(string Name, Func<string> Draw)
{
    public const string Command = "dotnet run -c Release --project docs/tools -- figures";

    /// <summary>All of them. The last one trains four models, which takes some seconds.</summary>
    public static IReadOnlyList<Figure> All { get; } =
    [
        new("model-graph", ModelGraphFigure.Draw), new("reparameterization", ReparameterizationFigure.Draw), new("micro-kernel", MicroKernelFigure.Draw),
        new("kl-landscape", KlLandscapeFigure.Draw), new("beta", BetaFigure.Draw),
    ];

    /// <summary>The folder of their files.</summary>
    public static string Folder => Path.Combine(Repository.Chapters, "figures");

    public string FileName => Name + ".svg";

    /// <summary>Writes the file, unless it is up to date.</summary>
    /// <returns>Whether it was written.</returns>
    public bool Write(string folder)
    {
        var drawn = Draw();
        if (Read(folder) == drawn) return false;
        Directory.CreateDirectory(folder);
        AtomicFile.WriteAllText(Path.Combine(folder, FileName), drawn);
        return true;
    }

    /// <summary>What is wrong with the file; null if it is what is drawn today.</summary>
    public string? Problem(string folder) => Read(folder) switch
    {
        null => $"There is no {FileName}; '{Command}' draws it.",
        var text when text == Draw() => null,
        _ => $"{FileName} is not what is drawn today; '{Command}' renews it.",
    };

    private string? Read(string folder) => Path.Combine(folder, FileName) is var path && File.Exists(path) ? File.ReadAllText(path) : null;
}
