// Weights without a word of ours, as PyTorch saves them.

using VaeFromScratch.Vae.Exchange;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Exchange;

public sealed class WeightsImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Architecture_and_weights_are_read_from_the_tensors_alone()
    {
        var parameters = new VaeParameters<float>(new VaeArchitecture(11, [7, 5], 3));
        parameters.Initialize(seed: 1);
        Write(ModelFile.Tensors(parameters).AsEnumerable().Reverse(), []);

        var model = WeightsImport.Read(_folder["weights"], new TrainingSettings { HeldOut = 8, Likelihood = Likelihood.Gaussian, Beta = 0.5 });
        Assert.Equal("11-7-5-3-5-7-11", model.Parameters.Architecture.ToString());
        Assert.Equal(Likelihood.Gaussian, model.Parameters.Architecture.Likelihood);
        Assert.Equal(parameters.Vector.Flat.ToArray(), model.Parameters.Vector.Flat.ToArray());
        Assert.Equal(ModelFile.Sha256(parameters), model.WeightsSha256);
        Assert.Equal((8, 3, "7,5", 0.5), (model.Settings.HeldOut, model.Settings.Latent, string.Join(',', model.Settings.Hidden), model.Settings.Beta));

        ModelFile.Write(_folder["model"], model.Parameters, model.Settings);
        Assert.Equal(model.WeightsSha256, ModelFile.Read(_folder["model"]).WeightsSha256);
    }

    [Fact]
    public void Metadata_of_others_do_not_matter()
    {
        Write(Tensors(), new() { ["format"] = "pt" });
        Assert.Equal("4-3-2-3-4", Read().Parameters.Architecture.ToString());
    }

    [Theory]
    [InlineData("encoder.0.weight", "there is no tensor 'encoder.0.weight'; expected layers named encoder.0")]
    [InlineData("mu.weight", "there is no tensor 'mu.weight'; expected layers named encoder.0")]
    [InlineData("encoder.0.bias", "there is no tensor 'encoder.0.bias', expected one of shape [3]")]
    [InlineData("logvar.weight", "there is no tensor 'logvar.weight', expected one of shape [2, 3]")]
    [InlineData("decoder.2.bias", "there is no tensor 'decoder.2.bias', expected one of shape [4]")]
    public void A_tensor_that_is_missing_is_named(string missing, string message)
    {
        Write(Tensors().Where(tensor => tensor.Name != missing), []);
        AssertRefused(message);
    }

    [Theory]
    [InlineData("encoder.0.weight", new[] { 3, 4, 1 }, "tensor 'encoder.0.weight' has shape [3, 4, 1], expected [outputs, inputs]")]
    [InlineData("encoder.0.weight", new[] { 0, 4 }, "The size of a hidden layer is 0; expected 1 to 65536")]
    [InlineData("mu.weight", new[] { 6 }, "tensor 'mu.weight' has shape [6], expected [outputs, inputs]")]
    [InlineData("mu.weight", new[] { 2, 5 }, "tensor 'mu.weight' has shape [2, 5], expected [2, 3]")]
    [InlineData("decoder.0.weight", new[] { 2, 3 }, "tensor 'decoder.0.weight' has shape [2, 3], expected [3, 2]")]
    [InlineData("decoder.2.weight", new[] { 5, 3 }, "tensor 'decoder.2.weight' has shape [5, 3], expected [4, 3]")]
    public void A_shape_that_does_not_fit_is_named(string name, int[] shape, string message)
    {
        Write(Tensors().Select(tensor => tensor.Name == name ? Tensor(name, shape) : tensor), []);
        AssertRefused(message);
    }

    [Theory]
    [InlineData("encoder.4.weight")]
    [InlineData("encoder.1.weight")]
    [InlineData("optimizer.step")]
    public void A_tensor_of_something_else_is_named(string name)
    {
        Write(Tensors().Append(Tensor(name, [1])), []);
        AssertRefused($"tensor '{name}' does not belong to this architecture");
    }

    private ModelFile Read() => WeightsImport.Read(_folder["weights"], new TrainingSettings());

    private void Write(IEnumerable<SafetensorsTensor> tensors, Dictionary<string, string> metadata) =>
        SafetensorsFile.Write(_folder["weights"], [.. tensors], metadata);

    private static List<SafetensorsTensor> Tensors() => ModelFile.Tensors(new VaeParameters<float>(new VaeArchitecture(4, [3], 2)));

    private static SafetensorsTensor Tensor(string name, int[] shape) => new(name, shape, new float[shape.Aggregate(1, (product, size) => product * size)]);

    private void AssertRefused(string message)
    {
        var exception = Assert.Throws<InvalidDataException>(Read);
        Assert.StartsWith(_folder["weights"] + ": ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
    }
}
