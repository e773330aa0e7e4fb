// A trained model as it is named on the command line: the folder of its run, or its file.

using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Cli;

internal static class ModelInput
{
    /// <summary>Reads a model.</summary>
    /// <exception cref="InputException">There is none, its run is unfinished, or its settings can't be used.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ModelFile Read(string path)
    {
        var file = path;
        if (Directory.Exists(path))
        {
            var folder = new RunFolder(path);
            file = folder.ModelPath;
            if (!File.Exists(file) && File.Exists(folder.CheckpointPath))
                throw new InputException($"{path} holds an unfinished run; finish it with the 'vae train' that began it.");
        }

        if (!File.Exists(file)) throw new InputException($"There is no model at {file}; expected the folder of a finished run, or a model file.");
        var model = ModelFile.Read(file);
        try
        {
            model.Settings.Validate(model.Detector is null ? FashionMnist.ClassNames.Length : 0);
        }
        catch (InvalidSettingException e)
        {
            throw new InputException($"{file}: {e.Message}");
        }

        return model;
    }

    /// <summary>Throws unless the model takes images like those of the data set.</summary>
    /// <exception cref="InputException">It takes others.</exception>
    public static void RequireFeatures(ModelFile model, string path, FashionMnist data)
    {
        if (model.Detector is not null) throw new InputException($"{path}: the model is a detector of other data; expected one of Fashion-MNIST ('vae score' scores its own).");
        var features = model.Parameters.Architecture.Features;
        if (features != data.Test.Features)
            throw new InputException($"{path}: the model takes images of {features} pixels; expected {data.Test.Features}, as in the data set.");
    }
}
