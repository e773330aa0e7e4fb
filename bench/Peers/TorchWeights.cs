// A state_dict as a safetensors file and back, as the library safetensors does it in Python.

using TorchSharp;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Peers;

/// <summary>Saves and loads the parameters of a module by the names that libtorch gives them.</summary>
internal static class TorchWeights
{
    /// <summary>Writes a module's state_dict, without a word about what it is.</summary>
    public static void Save(torch.nn.Module module, string path) => SafetensorsFile.Write(path, [.. module.state_dict().Select(entry =>
    {
        using var rows = entry.Value.detach().contiguous();
        return new SafetensorsTensor(entry.Key, [.. rows.shape.Select(size => (int)size)], rows.data<float>().ToArray());
    })], new Dictionary<string, string>());

    /// <summary>Loads a file into a module; libtorch itself refuses names or shapes that do not fit.</summary>
    public static void Load(torch.nn.Module module, string path)
    {
        using var scope = torch.NewDisposeScope();
        module.load_state_dict(SafetensorsFile.Read(path).Tensors.ToDictionary(
            tensor => tensor.Name, tensor => torch.tensor(tensor.Data.ToArray(), [.. tensor.Shape.Select(size => (long)size)])), strict: true);
    }
}
