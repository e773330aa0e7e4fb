// Names, shapes and places of the parameters.

namespace VaeFromScratch.Vae.Tests;

public class ArchitectureTests
{
    [Fact]
    public void The_seed_model_has_the_tensors_of_its_PyTorch_twin()
    {
        var architecture = new VaeArchitecture(784, [400], 16);
        Assert.Equal("784-400-16-400-784", architecture.ToString());
        Assert.Equal(
            ["encoder.0.weight [784, 400]", "encoder.0.bias [1, 400]", "mu.weight [400, 16]", "logvar.weight [400, 16]", "mu.bias [1, 16]", "logvar.bias [1, 16]",
                "decoder.0.weight [16, 400]", "decoder.0.bias [1, 400]", "decoder.2.weight [400, 784]", "decoder.2.bias [1, 784]"],
            architecture.Tensors.Select(tensor => $"{tensor.Name} [{tensor.Inputs}, {tensor.Outputs}]"));
    }

    [Fact]
    public void Deeper_models_mirror_their_encoder()
    {
        var architecture = new VaeArchitecture(784, [512, 256], 8);
        Assert.Equal("784-512-256-8-256-512-784", architecture.ToString());
        Assert.Equal("encoder.2.weight", architecture.Tensors[2].Name);
        Assert.Equal((256, 512), (architecture.Tensors.Single(tensor => tensor.Name == "decoder.2.weight") is var w ? (w.Inputs, w.Outputs) : default));
    }

    [Fact]
    public void Tensors_do_not_overlap_and_their_matrices_begin_on_cache_lines()
    {
        foreach (var latent in new[] { 1, 2, 7, 16 })
        {
            var architecture = new VaeArchitecture(13, [5, 3], latent);
            var places = new List<int>();
            foreach (var tensor in architecture.Tensors)
            {
                Assert.Equal(0, tensor.Offset % 16);
                for (var row = 0; row < tensor.Inputs; row++)
                    for (var column = 0; column < tensor.Outputs; column++) places.Add(tensor.Place(row, column));
            }

            Assert.Equal(places.Count, places.Distinct().Count());
            Assert.Equal(0, places.Min());
            Assert.InRange(architecture.ParameterCount, places.Max() + 1, places.Max() + 16);
        }
    }

    [Fact]
    public void The_heads_are_the_columns_of_one_layer()
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(13, [5, 6], 3));
        for (var i = 0; i < parameters.Vector.Columns; i++) parameters.Vector[0, i] = i;
        var (heads, mu, logVar) = (parameters.Heads, parameters.Mu, parameters.LogVar);
        Assert.Equal((6, 6, 1, 6), (heads.Weight.Rows, heads.Weight.Columns, heads.Bias.Rows, heads.Bias.Columns));
        Assert.Equal((heads.Weight[0, 0], heads.Bias[0, 0]), (heads.WeightOffset, heads.BiasOffset));
        foreach (var (whole, left, right) in new[] { (heads.Weight, mu.Weight, logVar.Weight), (heads.Bias, mu.Bias, logVar.Bias) })
            for (var row = 0; row < whole.Rows; row++) Assert.Equal(whole.Row(row), [.. left.Row(row), .. right.Row(row)]);
    }

    [Fact]
    public void Every_layer_is_made_of_the_tensors_of_its_name()
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(13, [5, 6], 3));
        var layers = new Dictionary<string, DenseParameters<float>>
        {
            ["encoder.0"] = parameters.Encoder[0],
            ["encoder.2"] = parameters.Encoder[1],
            ["mu"] = parameters.Mu,
            ["logvar"] = parameters.LogVar,
            ["decoder.0"] = parameters.Decoder[0],
            ["decoder.2"] = parameters.Decoder[1],
            ["decoder.4"] = parameters.Decoder[2],
        };
        Assert.Equal(2 * layers.Count, parameters.Tensors.Length);
        var value = 0f;
        foreach (var (tensor, values) in parameters.Architecture.Tensors.Zip(parameters.Tensors))
        {
            Assert.Equal((tensor.Inputs, tensor.Outputs), (values.Rows, values.Columns));
            var layer = layers[tensor.Name[..tensor.Name.LastIndexOf('.')]];
            var (part, offset) = tensor.IsBias ? (layer.Bias, layer.BiasOffset) : (layer.Weight, layer.WeightOffset);
            Assert.Equal((tensor.Place(0, 0), tensor.Inputs, tensor.Outputs), (offset, part.Rows, part.Columns));
            values[tensor.Inputs - 1, tensor.Outputs - 1] = ++value;
            Assert.Equal((value, value), (part[part.Rows - 1, part.Columns - 1], parameters.Vector[0, tensor.Place(tensor.Inputs - 1, tensor.Outputs - 1)]));
        }
    }

    [Theory]
    [InlineData(0, 4, 2)]
    [InlineData(9, 0, 2)]
    [InlineData(9, 4, 0)]
    [InlineData(9, 4, -1)]
    [InlineData(65536, 65536, 2)]
    [InlineData(int.MaxValue, 4, 2)]
    public void Impossible_sizes_are_refused(int features, int hidden, int latent) =>
        Assert.Throws<ArgumentException>(() => new VaeArchitecture(features, [hidden], latent));
}
