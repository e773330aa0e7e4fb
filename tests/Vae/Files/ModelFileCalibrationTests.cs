// A calibration in a model file: kept to the bit, no part of the weights' sum, and refused where it is damaged.
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Files;

public sealed class ModelFileCalibrationTests : IDisposable
{
    private static readonly TrainingSettings Settings = new() { Hidden = [7], Latent = 3 };
    private static readonly Calibration Normal = Calibration.From("mse", [.. Enumerable.Range(0, 40).Select(i => 1 / (i + 1f))], 0.1);
    private readonly TemporaryFolder _folder = new();
    private readonly VaeParameters<float> _parameters = new(new VaeArchitecture(11, [7], 3));

    public ModelFileCalibrationTests()
    {
        foreach (var tensor in _parameters.Tensors)
            for (var i = 0; i < tensor.Rows; i++) tensor.Row(i).Fill(i + 1);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back_and_the_sum_of_the_weights_is_the_same()
    {
        ModelFile.Write(_folder["model"], _parameters, Settings, Normal);
        var model = ModelFile.Read(_folder["model"]);
        Assert.Equal(Normal.Scores, model.Calibration!.Scores);
        Assert.Equal(("mse", 0.1, Normal.Threshold), (model.Calibration.Score, model.Calibration.Alpha, model.Calibration.Threshold));
        Assert.Equal(_parameters.Vector.Flat.ToArray(), model.Parameters.Vector.Flat.ToArray());
        Assert.Contains(7f, model.Parameters.Vector.Flat.ToArray());
        Assert.Equal(ModelFile.Sha256(_parameters), model.WeightsSha256);

        var tensor = SafetensorsFile.Read(_folder["model"]).Tensors[^1];
        Assert.Equal(("calibration.scores", 40), (tensor.Name, tensor.Shape.Single()));
    }

    [Fact]
    public void Without_its_entries_the_file_is_that_of_a_model_without_one_byte_for_byte()
    {
        ModelFile.Write(_folder["without"], _parameters, Settings);
        Assert.Null(ModelFile.Read(_folder["without"]).Calibration);

        ModelFile.Write(_folder["model"], _parameters, Settings, Normal);
        var file = SafetensorsFile.Read(_folder["model"]);
        var metadata = file.Metadata.Where(entry => !entry.Key.StartsWith("calibration.", StringComparison.Ordinal)).ToDictionary();
        Assert.Equal(file.Metadata.Count - 2, metadata.Count);
        SafetensorsFile.Write(_folder["model"], [.. file.Tensors.SkipLast(1)], metadata);
        Assert.Equal(File.ReadAllBytes(_folder["without"]), File.ReadAllBytes(_folder["model"]));
    }

    [Theory]
    [InlineData("calibration.alpha", null, "'calibration.alpha' is missing")]
    [InlineData("calibration.score", null, "'calibration.score' is missing")]
    [InlineData("calibration.score", "", "'calibration.score' is empty")]
    [InlineData("calibration.alpha", "x", "expected a number")]
    [InlineData("calibration.alpha", "1", "between 0 and 1")]
    [InlineData("calibration.alpha", "0.01", "at least 99")]
    public void Entries_that_can_not_be_are_refused(string key, string? value, string words)
    {
        ModelFile.Write(_folder["model"], _parameters, Settings, Normal);
        var file = SafetensorsFile.Read(_folder["model"]);
        var metadata = new Dictionary<string, string>(file.Metadata);
        if (value is null) metadata.Remove(key);
        else metadata[key] = value;
        AssertRefused(file.Tensors, metadata, words);
    }

    [Fact]
    public void Scores_that_can_not_be_are_refused()
    {
        ModelFile.Write(_folder["model"], _parameters, Settings, Normal);
        var file = SafetensorsFile.Read(_folder["model"]);
        void Refused(string words, params SafetensorsTensor[] instead) => AssertRefused([.. file.Tensors.SkipLast(1), .. instead], new(file.Metadata), words);

        Refused("there is no tensor 'calibration.scores'");
        Refused("falls at element 1", new SafetensorsTensor("calibration.scores", [40], Normal.Scores.Reverse().ToArray()));
        Refused("expected [40]", new SafetensorsTensor("calibration.scores", [8, 5], Normal.Scores.AsMemory()));
        Refused("does not belong", new SafetensorsTensor("calibration.scores", [40], Normal.Scores.AsMemory()), new SafetensorsTensor("calibration", [1], new float[1]));
    }

    private void AssertRefused(IReadOnlyList<SafetensorsTensor> tensors, Dictionary<string, string> metadata, string words)
    {
        SafetensorsFile.Write(_folder["other"], tensors, metadata);
        var message = Assert.Throws<InvalidDataException>(() => ModelFile.Read(_folder["other"])).Message;
        Assert.StartsWith(_folder["other"], message);
        Assert.Contains(words, message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", message, StringComparison.Ordinal);
    }
}
