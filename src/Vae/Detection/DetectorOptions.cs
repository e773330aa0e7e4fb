// What a detector is fitted with, and what is chosen where nothing is said.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae;

/// <summary>How a detector is fitted. Every option has a default that follows from the data's size alone.</summary>
public sealed record DetectorOptions
{
    // A table of a few hundred rows takes so many passes that the network makes about as many steps as one of many thousand rows in 20.
    private const int StepsOfATable = 2_000, FewestEpochs = 20, MostEpochs = 200;

    // So many of the rows are kept out of training, to say what is normal.
    private const int OneForCalibrationOf = 10, MostCalibration = 5_000;

    /// <summary>Size of the images that the rows are, with pixels in [0, 1]; null if they are rows of a table.</summary>
    public (int Height, int Width)? ImageSize { get; init; }

    /// <summary>Names of a table's columns; empty for <c>column 1</c> and so on.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Whether NaN stands for a missing value, which is taken for the feature's mean; else it is refused. For tables only.</summary>
    public bool ImputesMissing { get; init; }

    /// <summary>The share of normal rows that may be called anomalous, between 0 and 1: the threshold follows from it.</summary>
    public double Alpha { get; init; } = Evaluation.Calibration.DefaultAlpha;

    /// <summary>Seed of everything random: same rows, same options, same bits.</summary>
    public ulong Seed { get; init; }

    /// <summary>Sizes of the encoder's hidden layers; null for 400 with images, and 4 to 128 with tables, four times the number of features.</summary>
    public ImmutableArray<int>? Hidden { get; init; }

    /// <summary>Latent dimensions; null for 16 with images, and 1 to 8 with tables, half the number of features.</summary>
    public int? Latent { get; init; }

    /// <summary>Weight of the KL divergence; null for 1.</summary>
    public double? Beta { get; init; }

    /// <summary>Passes over the training rows; null for 20 with images, and 20 to 200 with tables.</summary>
    public int? Epochs { get; init; }

    /// <summary>Rows of a batch; null for 128.</summary>
    public int? Batch { get; init; }

    /// <summary>Adam's step size; null for 0.001.</summary>
    public double? LearningRate { get; init; }

    /// <summary>The decoder's distribution; null for Bernoulli with images, and Gaussian with the mean as it is with tables.</summary>
    public Likelihood? Likelihood { get; init; }

    /// <summary>Rows kept out of training, from whose scores the threshold is read, 19 or more, and as many as <see cref="Alpha"/> needs; null for a tenth, at most 5 000, and no fewer than these.</summary>
    public int? Calibration { get; init; }

    /// <summary>See <see cref="TrainingSettings.WarmUp"/>.</summary>
    public int WarmUp { get; init; }

    /// <summary>See <see cref="TrainingSettings.FreeBits"/>.</summary>
    public double FreeBits { get; init; }

    /// <summary>See <see cref="TrainingSettings.Denoise"/>; the unit of a table's features is their standard deviation.</summary>
    public double Denoise { get; init; }

    /// <summary>Threads of the training; 0 for one a core. They change no bit.</summary>
    public int Threads { get; init; }

    /// <summary>See <see cref="Tensors.InstructionSets.Choose"/>; null for the best there is. It changes no bit.</summary>
    public string? InstructionSet { get; init; }

    /// <summary>The settings of the training, for so many rows.</summary>
    /// <exception cref="InvalidSettingException">A setting can't be used.</exception>
    internal TrainingSettings SettingsFor(int features, int rows)
    {
        var reference = new TrainingSettings();
        var isImage = ImageSize is not null;
        var batch = Batch ?? reference.Batch;
        var fewest = (int)Evaluation.Calibration.FewestScores(Alpha);
        var fewestByDefault = Math.Max(TrainingSettings.FewestCalibration, fewest);
        var settings = reference with
        {
            HeldOut = TrainingSettings.NoClass,
            Hidden = Hidden ?? (isImage ? reference.Hidden : [Math.Clamp(4 * features, 4, 128)]),
            Latent = Latent ?? (isImage ? reference.Latent : Math.Clamp(features / 2, 1, 8)),
            Beta = Beta ?? reference.Beta,
            Batch = batch,
            Epochs = Epochs ?? (isImage ? reference.Epochs : (int)Math.Clamp((long)StepsOfATable * batch / Math.Max(rows, 1), FewestEpochs, MostEpochs)),
            LearningRate = LearningRate ?? reference.LearningRate,
            Likelihood = Likelihood ?? (isImage ? reference.Likelihood : Vae.Likelihood.LinearGaussian),
            Calibration = Calibration ?? Math.Clamp(rows / OneForCalibrationOf, fewestByDefault, Math.Max(MostCalibration, fewestByDefault)),
            Seed = Seed,
            WarmUp = WarmUp,
            FreeBits = FreeBits,
            Denoise = Denoise,
        };
        settings.Validate(classes: 0);
        if (!isImage && settings.Likelihood != Vae.Likelihood.LinearGaussian)
            throw new InvalidSettingException($"The likelihood is {Likelihoods.NameOf(settings.Likelihood)}; expected {Likelihoods.NameOf(Vae.Likelihood.LinearGaussian)} for a table, whose features do not lie in [0, 1].");
        if (settings.Calibration < fewest)
        {
            throw new InvalidSettingException(FormattableString.Invariant(
                $"The number of calibration rows is {settings.Calibration}; a false-alarm rate of {Alpha} needs at least {fewest}."));
        }

        return settings;
    }

    /// <summary>What the rows are.</summary>
    /// <exception cref="InvalidSettingException">The sizes do not fit each other.</exception>
    internal InputShape ShapeFor(int features)
    {
        if (ImageSize is { } size)
        {
            if (size.Height < 1 || size.Width < 1 || (long)size.Height * size.Width != features)
                throw new InvalidSettingException(FormattableString.Invariant($"Images of {size.Height} x {size.Width} do not have {features} pixels; expected a height and a width whose product that is."));
            if (ImputesMissing) throw new InvalidSettingException("Missing values are to be imputed; expected that for tables only, for images have none.");
            return InputShape.Images(size.Height, size.Width);
        }

        if (Names.IsDefaultOrEmpty) return InputShape.Table(features);
        return Names.Length == features ? new InputShape(features, null, null, Names)
            : throw new InvalidSettingException(FormattableString.Invariant($"There are {Names.Length} names for {features} columns; expected as many."));
    }
}
