// Weights that were trained elsewhere: a safetensors file without a word of ours becomes a model.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>Reads the weights of a model of ours as PyTorch saves them, a <c>state_dict</c> in a safetensors file.</summary>
/// <remarks>
/// The names are those of <see cref="VaeArchitecture"/>, which <c>torch.nn.Sequential</c> gives too; the sizes follow from the shapes. Metadata are
/// ignored, so that a model file or any other file with these tensors can be read.
/// </remarks>
public static class WeightsImport
{
    /// <summary>Reads weights.</summary>
    /// <param name="path">The file, with tensors of 32-bit floats in any order.</param>
    /// <param name="settings">What the file does not tell. Hidden and latent sizes are taken from the file instead.</param>
    /// <returns>The model, complete and finite.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or does not hold exactly the tensors of a model; the message says which does not fit.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static ModelFile Read(string path, TrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var file = SafetensorsFile.Read(path);
        var architecture = ArchitectureOf(file, path, settings.Likelihood);
        file.RequireTensors(ModelFile.Shapes(architecture));
        var parameters = new VaeParameters<float>(architecture);
        ModelFile.Restore(file, parameters);
        return new ModelFile(parameters, settings with { Hidden = architecture.Hidden, Latent = architecture.Latent }, ModelFile.Sha256(parameters));
    }

    // From the encoder alone: whether the rest fits to it is checked afterwards, tensor by tensor.
    private static VaeArchitecture ArchitectureOf(SafetensorsFile file, string path, Likelihood likelihood)
    {
        var weights = file.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        var layers = new List<(int Outputs, int Inputs)>();
        while (weights.TryGetValue(FormattableString.Invariant($"encoder.{2 * layers.Count}.weight"), out var shape))
            layers.Add(Sizes(shape, FormattableString.Invariant($"encoder.{2 * layers.Count}.weight"), path));
        if (layers.Count == 0 || !weights.TryGetValue("mu.weight", out var mu))
        {
            throw new InvalidDataException(
                $"{path}: there is no tensor '{(layers.Count == 0 ? "encoder.0.weight" : "mu.weight")}'; expected layers named encoder.0, encoder.2 and so on, mu, logvar, decoder.0, decoder.2 and so on.");
        }

        try
        {
            return new VaeArchitecture(layers[0].Inputs, layers.Select(layer => layer.Outputs), Sizes(mu, "mu.weight", path).Outputs, likelihood);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static (int Outputs, int Inputs) Sizes(ImmutableArray<int> shape, string name, string path) => shape is [var outputs, var inputs]
        ? (outputs, inputs)
        : throw new InvalidDataException($"{path}: tensor '{name}' has shape {SafetensorsTensor.Format(shape.AsSpan())}, expected [outputs, inputs].");
}
