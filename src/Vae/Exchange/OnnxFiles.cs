// The three ONNX files of a model.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>Writes a model's graphs into files beside each other.</summary>
public static class OnnxFiles
{
    private const string Extension = ".onnx";

    /// <summary>Writes the score graph to a file, and encoder and decoder to <c>NAME.encoder.onnx</c> and <c>NAME.decoder.onnx</c> beside it.</summary>
    /// <param name="path">The file of the score graph, such as <c>NAME.onnx</c>.</param>
    /// <param name="model">A trained model.</param>
    /// <returns>The paths of the three files, the score graph's first.</returns>
    /// <exception cref="InvalidDataException">The model is too large for an ONNX file.</exception>
    /// <exception cref="IOException">A file can't be written; each is replaced as a whole, the score graph's last.</exception>
    /// <exception cref="UnauthorizedAccessException">A file or the folder may not be written.</exception>
    public static ImmutableArray<string> Write(string path, ModelFile model)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var stem = path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? path[..^Extension.Length] : path;
        (string Path, byte[] Content)[] files =
        [
            (path, OnnxModel.Score(model)),
            ($"{stem}.encoder{Extension}", OnnxModel.Encoder(model)),
            ($"{stem}.decoder{Extension}", OnnxModel.Decoder(model)),
        ];
        foreach (var (file, content) in files.Reverse()) AtomicFile.WriteAllBytes(file, content);
        return [.. files.Select(file => file.Path)];
    }
}
