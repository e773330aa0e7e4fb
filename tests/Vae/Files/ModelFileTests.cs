// Model files: weights lie in them as PyTorch has them, output by output.
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Files;

public sealed class ModelFileTests : IDisposable
{
    // No two sizes alike, so that a transposition too many or too few shows.
    private static readonly VaeArchitecture Architecture = new(11, [7, 5], 3);
    private static readonly TrainingSettings Settings = new() { Hidden = [7, 5], Latent = 3 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_holds_every_weight_transposed()
    {
        var parameters = Numbered();
        ModelFile.Write(_folder["model"], parameters, Settings);
        var file = SafetensorsFile.Read(_folder["model"]);
        Assert.Equal(
            ["encoder.0.weight [7, 11]", "encoder.0.bias [7]", "encoder.2.weight [5, 7]", "encoder.2.bias [5]", "mu.weight [3, 5]", "logvar.weight [3, 5]",
                "mu.bias [3]", "logvar.bias [3]", "decoder.0.weight [5, 3]", "decoder.0.bias [5]", "decoder.2.weight [7, 5]", "decoder.2.bias [7]",
                "decoder.4.weight [11, 7]", "decoder.4.bias [11]"],
            file.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"));
        foreach (var (tensor, memory) in file.Tensors.Zip(parameters.Tensors))
        {
            var inputs = tensor.Shape.Length == 2 ? tensor.Shape[1] : 1;
            for (var o = 0; o < tensor.Shape[0]; o++)
                for (var k = 0; k < inputs; k++)
                    Assert.Equal(memory[k, o], tensor.Data.Span[o * inputs + k]);
        }
    }

    [Fact]
    public void A_file_is_read_transposed_back_and_in_between_there_are_zeros()
    {
        // Written without ModelFile: element [o, k] of the tensor t is 10000·t + 100·o + k.
        SafetensorsTensor[] tensors = [.. Architecture.Tensors.Select((tensor, t) => new SafetensorsTensor(
            tensor.Name, tensor.IsBias ? [tensor.Outputs] : [tensor.Outputs, tensor.FanIn],
            (from o in Enumerable.Range(0, tensor.Outputs) from k in Enumerable.Range(0, tensor.IsBias ? 1 : tensor.FanIn) select 10000f * t + 100 * o + k).ToArray()))];
        ModelFile.Write(_folder["model"], new VaeParameters<float>(Architecture), Settings);
        SafetensorsFile.Write(_folder["other"], tensors, SafetensorsFile.Read(_folder["model"]).Metadata.ToDictionary());

        var parameters = ModelFile.Read(_folder["other"]).Parameters;
        for (var t = 0; t < parameters.Tensors.Length; t++)
            for (var k = 0; k < parameters.Tensors[t].Rows; k++)
                for (var o = 0; o < parameters.Tensors[t].Columns; o++)
                    Assert.Equal(10000f * t + 100 * o + k, parameters.Tensors[t][k, o]);
        Assert.Equal(parameters.Tensors.Sum(tensor => tensor.ToArray().Sum(value => (double)value)), parameters.Vector.Flat.ToArray().Sum(value => (double)value));
    }

    [Fact]
    public void What_is_written_is_read_back_with_the_same_sum()
    {
        var parameters = Numbered();
        ModelFile.Write(_folder["model"], parameters, Settings);
        var model = ModelFile.Read(_folder["model"]);
        Assert.Equal(parameters.Vector.Flat.ToArray(), model.Parameters.Vector.Flat.ToArray());
        Assert.Equal(ModelFile.Sha256(parameters), model.WeightsSha256);
    }

    private static VaeParameters<float> Numbered()
    {
        var (parameters, value) = (new VaeParameters<float>(Architecture), 0f);
        foreach (var tensor in parameters.Tensors)
            for (var k = 0; k < tensor.Rows; k++)
                foreach (ref var element in tensor.Row(k)) element = ++value;
        return parameters;
    }
}
