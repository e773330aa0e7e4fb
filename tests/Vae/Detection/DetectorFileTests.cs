// Damaged detectors: every part of a model file that makes it one.

using System.Globalization;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Tests.Detection;

public sealed class DetectorFileTests : IDisposable
{
    private static readonly Lazy<AnomalyDetector> Detector = new(
        () => AnomalyDetector.Fit(Tables.Normal(200, 1), Tables.Features, new() { Epochs = 1, Names = ["a", "b", "c,\"d\"", "e", "ü", ""] }));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_come_back_as_they_were()
    {
        Detector.Value.Save(_folder["model"]);
        Assert.Equal(["a", "b", "c,\"d\"", "e", "ü", ""], AnomalyDetector.Load(_folder["model"]).Shape.Names);
    }

    [Fact]
    public void Letters_of_all_languages_stand_in_the_file_as_they_are()
    {
        Detector.Value.Save(_folder["model"]);
        Assert.Equal("[\"a\",\"b\",\"c,\\\"d\\\"\",\"e\",\"ü\",\"\"]", SafetensorsFile.Read(_folder["model"]).Metadata["input.names"]);
    }

    [Fact]
    public void Names_that_a_model_file_has_no_room_for_are_refused_before_the_training()
    {
        const int columns = 10_000;
        DetectorData Prepare(int letters)
        {
            var rows = new Matrix<float>(40, columns);
            return DetectorData.Prepare(rows, new() { Names = [.. Enumerable.Range(0, columns).Select(i => new string('ж', letters) + i.ToString("D4", CultureInfo.InvariantCulture))] });
        }

        Assert.Equal(columns, Prepare(letters: 15).Rows.Features);
        // 80 letters of two bytes, four digits, four for the quotes and their escapes, and a comma.
        Assert.Equal($"The names of the {columns} columns take {columns * 169 + 1} bytes in the header of a model file; expected at most 983040: fewer columns, or shorter names.",
            Assert.Throws<InvalidSettingException>(() => Prepare(letters: 80)).Message);
    }

    [Theory]
    [InlineData("input.names", "[\"a\"]", "the metadata entry 'input.names' is no list of names that fits; expected 6 names as JSON.")]
    [InlineData("input.names", "{}", "the metadata entry 'input.names' is no list of names that fits; expected 6 names as JSON.")]
    [InlineData("input.names", "[1,2,3,4,5,6]", "the metadata entry 'input.names' is no list of names that fits; expected 6 names as JSON.")]
    [InlineData("input.names", "[\"a\",\"b\",null,\"d\",\"e\",\"f\"]", "the metadata entry 'input.names' is no list of names that fits; expected 6 names as JSON.")]
    [InlineData("input.names", null, "the metadata entry 'input.names' is missing; expected 6 names as JSON.")]
    [InlineData("input.missing", "\u001b[31m", "the metadata entry 'input.missing' is '?[31m'; expected 'refused' or 'imputed'.")]
    [InlineData("input.missing", "never", "the metadata entry 'input.missing' is 'never'; expected 'refused' or 'imputed'.")]
    [InlineData("input.imageSize", "2,4", "the metadata entry 'input.imageSize' is '2,4'; expected height,width of 6 pixels.")]
    [InlineData("input.imageSize", "-2,-3", "the metadata entry 'input.imageSize' is '-2,-3'; expected height,width of 6 pixels.")]
    [InlineData("calibration.alpha", "2", "The false-alarm rate is 2; expected one between 0 and 1.")]
    public void Text_that_does_not_fit_is_refused(string key, string? value, string message) => Refuses(message, metadata =>
    {
        if (value is null) metadata.Remove(key);
        else metadata[key] = value;
    });

    [Theory]
    [InlineData("input.means", 0, "there is no tensor 'input.means'.")]
    [InlineData("input.deviations", 5, "tensor 'input.deviations' has shape [5]; expected [6].")]
    [InlineData("summary.logFactors", 2, "tensor 'summary.whitening' has shape [8, 8]; expected [8, 16].")]
    [InlineData("summary.centres", 3, "tensor 'summary.centres' has shape [3]; expected [8].")]
    public void Tensors_that_do_not_fit_are_refused(string name, int length, string message) => Refuses(message, _ => { }, tensors =>
    {
        var at = tensors.FindIndex(tensor => tensor.Name == name);
        if (length == 0) tensors.RemoveAt(at);
        else tensors[at] = new SafetensorsTensor(name, [length], new float[length]);
    });

    [Fact]
    public void A_deviation_of_nothing_is_refused() => Refuses("tensor 'input.deviations' is 0 at element 0; expected a number above 0.", _ => { }, tensors =>
        tensors[tensors.FindIndex(tensor => tensor.Name == "input.deviations")] = new SafetensorsTensor("input.deviations", [6], new float[6]));

    [Fact]
    public void A_detector_without_the_threshold_of_its_score_is_refused()
    {
        Detector.Value.Save(_folder["model"]);
        var file = ModelFile.Read(_folder["model"]);
        string Refused(Calibration? calibration)
        {
            ModelFile.Write(_folder["changed"], file.Parameters, file.Settings, calibration, file.Detector);
            return Assert.Throws<InvalidDataException>(() => ModelFile.Read(_folder["changed"])).Message;
        }

        Assert.Equal($"{_folder["changed"]}: the model is a detector with no threshold; expected one of its score 'summary'.", Refused(null));
        Assert.Equal($"{_folder["changed"]}: the model is a detector with a threshold of the score 'mse'; expected one of its score 'summary'.",
            Refused(Calibration.From("mse", file.Calibration!.Scores.AsSpan())));
    }

    [Fact]
    public void A_model_without_a_detector_is_none()
    {
        Detector.Value.Save(_folder["model"]);
        var file = ModelFile.Read(_folder["model"]);
        ModelFile.Write(_folder["plain"], file.Parameters, file.Settings);
        Assert.Equal($"{_folder["plain"]}: the model has no detector; expected one that was fitted to data of its own, by 'vae train --input' or AnomalyDetector.Fit.",
            Assert.Throws<InvalidDataException>(() => AnomalyDetector.Load(_folder["plain"])).Message);
    }

    private void Refuses(string message, Action<Dictionary<string, string>> changeText, Action<List<SafetensorsTensor>>? changeTensors = null)
    {
        Detector.Value.Save(_folder["model"]);
        var file = SafetensorsFile.Read(_folder["model"]);
        var (metadata, tensors) = (new Dictionary<string, string>(file.Metadata), file.Tensors.ToList());
        changeText(metadata);
        changeTensors?.Invoke(tensors);
        SafetensorsFile.Write(_folder["changed"], tensors, metadata);
        Assert.Equal($"{_folder["changed"]}: {message}", Assert.Throws<InvalidDataException>(() => AnomalyDetector.Load(_folder["changed"])).Message);
    }
}
