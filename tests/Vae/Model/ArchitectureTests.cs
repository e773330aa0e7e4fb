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
            ["encoder.0.weight [400, 784]", "encoder.0.bias [400, 1]", "mu.weight [16, 400]", "logvar.weight [16, 400]", "mu.bias [16, 1]", "logvar.bias [16, 1]",
                "decoder.0.weight [400, 16]", "decoder.0.bias [400, 1]", "decoder.2.weight [784, 400]", "decoder.2.bias [784, 1]"],
            architecture.Tensors.Select(tensor => $"{tensor.Name} [{tensor.Rows}, {tensor.Columns}]"));
    }

    [Fact]
    public void Deeper_models_mirror_their_encoder()
    {
        var architecture = new VaeArchitecture(784, [512, 256], 8);
        Assert.Equal("784-512-256-8-256-512-784", architecture.ToString());
        Assert.Equal("encoder.2.weight", architecture.Tensors[2].Name);
        Assert.Equal((512, 256), (architecture.Tensors.Single(tensor => tensor.Name == "decoder.2.weight") is var w ? (w.Rows, w.Columns) : default));
    }

    [Fact]
    public void Tensors_do_not_overlap()
    {
        foreach (var latent in new[] { 1, 2, 7, 16 })
        {
            var end = 0;
            foreach (var tensor in new VaeArchitecture(13, [5, 3], latent).Tensors)
            {
                Assert.True(tensor.Offset >= end);
                end = tensor.Offset + tensor.Rows * tensor.Columns;
            }
        }
    }

    [Fact]
    public void Both_heads_are_one_layer()
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(13, [5], 3));
        parameters.Tensors[3][2, 4] = 7;
        parameters.Tensors[5][1, 0] = 8;
        Assert.Equal((7f, 8f), (parameters.Heads.Weight[5, 4], parameters.Heads.Bias[4, 0]));
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
