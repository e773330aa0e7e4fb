// Everything that decides the outcome of a training run.

using System.Collections.Immutable;
using System.Globalization;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae;

/// <summary>A setting that can't be used, told in one sentence.</summary>
public sealed class InvalidSettingException : Exception
{
    /// <summary>A setting that can't be used.</summary>
    public InvalidSettingException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}

/// <summary>The settings of a training run: same settings, same data, same bits.</summary>
/// <remarks>Defaults are those of the reference experiment: 784-400-16-400-784, 20 epochs of batches of 128, Adam at 0.001.</remarks>
public sealed record TrainingSettings
{
    internal const string WarmUpKey = "warmUp", FreeBitsKey = "freeBits", LikelihoodKey = "likelihood", DenoiseKey = "denoise", CalibrationKey = "calibrationImages";

    // With fewer, no false-alarm rate of 5 % can be promised.
    internal const int FewestCalibration = 19;

    private static readonly TrainingSettings Default = new();

    /// <summary>The held-out class where there are no classes.</summary>
    public const int NoClass = -1;

    /// <summary>The class that is left out of training and is the anomaly in the test; <see cref="NoClass"/> for data without classes.</summary>
    public int HeldOut { get; init; }

    /// <summary>Latent dimensions.</summary>
    public int Latent { get; init; } = 16;

    /// <summary>Weight of the KL divergence in the loss.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>Sizes of the encoder's hidden layers; the decoder mirrors them.</summary>
    public ImmutableArray<int> Hidden { get; init; } = [400];

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Images of a batch; the last batch of an epoch may be smaller.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Adam's step size.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Seed of the initial weights, the shuffles and the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Epochs over which beta rises from 0 to its value, step by step; 0 for beta as it is from the start (18.1).</summary>
    public int WarmUp { get; init; }

    /// <summary>Divergence that is free in each latent dimension, on average over a batch, in nats (18.3).</summary>
    public double FreeBits { get; init; }

    /// <summary>The decoder's distribution of a pixel.</summary>
    public Likelihood Likelihood { get; init; }

    /// <summary>Standard deviation of the noise on the encoder's input, in grey values from 0 to 1; the loss is that of the clean image (18.16).</summary>
    public double Denoise { get; init; }

    /// <summary>Normal training images that are kept out of training, see <see cref="CalibrationSplit"/>.</summary>
    public int Calibration { get; init; }

    /// <summary>Throws unless every setting can be used with data of this many classes, 0 for data without.</summary>
    /// <exception cref="InvalidSettingException">A setting can't be used; the message says which, what it is and what was expected.</exception>
    public void Validate(int classes)
    {
        if (classes == 0 && HeldOut != NoClass) throw Invalid("held-out class", HeldOut, FormattableString.Invariant($"{NoClass}, for there are no classes"));
        if (classes > 0 && (HeldOut < 0 || HeldOut >= classes)) throw Invalid("held-out class", HeldOut, FormattableString.Invariant($"0 to {classes - 1}"));
        RequireSize("latent size", Latent);
        if (!(Beta >= 0) || !double.IsFinite(Beta)) throw Invalid("beta", Beta, "a finite number, 0 or more");
        if (Hidden.Length is < 1 or > VaeArchitecture.MaxHiddenLayers)
            throw Invalid("number of hidden layers", Hidden.Length, FormattableString.Invariant($"1 to {VaeArchitecture.MaxHiddenLayers}"));
        foreach (var size in Hidden) RequireSize("hidden size", size);
        if (Epochs < 1) throw Invalid("number of epochs", Epochs, "1 or more");
        RequireSize("batch size", Batch);
        if (!(LearningRate > 0) || !double.IsFinite(LearningRate)) throw Invalid("learning rate", LearningRate, "a finite number above 0");
        if (WarmUp < 0 || WarmUp > Epochs) throw Invalid("warm-up", WarmUp, FormattableString.Invariant($"0 to {Epochs} epochs, as many as there are"));
        if (!(FreeBits >= 0) || !double.IsFinite(FreeBits)) throw Invalid("number of free bits", FreeBits, "a finite number of nats, 0 or more");
        if (!Enum.IsDefined(Likelihood)) throw Invalid("likelihood", (int)Likelihood, FormattableString.Invariant($"0 to {Likelihoods.All.Count - 1}"));
        if (!(Denoise >= 0) || !double.IsFinite(Denoise)) throw Invalid("standard deviation of the noise", Denoise, "a finite number, 0 or more");
        if (Calibration != 0 && Calibration < FewestCalibration)
            throw Invalid("number of calibration images", Calibration, FormattableString.Invariant($"0, or {FewestCalibration} or more"));
    }

    /// <summary>
    /// Every setting by the name that the files give it, in a fixed order. Variants of training are listed only where they are set, so that a run
    /// without them is described as it was before there were any.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Describe() =>
    [
        new("heldOut", HeldOut.ToString(CultureInfo.InvariantCulture)),
        new("latent", Latent.ToString(CultureInfo.InvariantCulture)),
        new("beta", Beta.ToString(CultureInfo.InvariantCulture)),
        new("hidden", string.Join(',', Hidden.Select(size => size.ToString(CultureInfo.InvariantCulture)))),
        new("epochs", Epochs.ToString(CultureInfo.InvariantCulture)),
        new("batch", Batch.ToString(CultureInfo.InvariantCulture)),
        new("learningRate", LearningRate.ToString(CultureInfo.InvariantCulture)),
        new("seed", Seed.ToString(CultureInfo.InvariantCulture)),
        .. Variants().Zip(Default.Variants()).Where(pair => pair.First.Value != pair.Second.Value).Select(pair => pair.First),
    ];

    /// <summary>The first setting in which two runs differ, as <c>beta is 4 there, 1 asked for</c>; null when there is none.</summary>
    /// <param name="existing">What <see cref="Describe"/> gave for the existing run.</param>
    public string? FirstDifference(IReadOnlyDictionary<string, string> existing)
    {
        ArgumentNullException.ThrowIfNull(existing);
        foreach (var (name, value) in Describe())
        {
            var there = existing.GetValueOrDefault(name);
            if (there != value) return Difference(name, there ?? DefaultOf(name) ?? "not recorded", value);
        }

        // What is set there and not here.
        foreach (var (name, value) in Variants())
            if (existing.TryGetValue(name, out var there) && there != value) return Difference(name, there, value);
        return null;
    }

    // What is there comes from a file.
    private static string Difference(string name, string there, string value) => $"{name} is {CsvText.Shown(there)} there, {value} asked for";

    private static string? DefaultOf(string variant) => Default.Variants().FirstOrDefault(pair => pair.Key == variant).Value;

    private KeyValuePair<string, string>[] Variants() =>
    [
        new(WarmUpKey, WarmUp.ToString(CultureInfo.InvariantCulture)),
        new(FreeBitsKey, FreeBits.ToString(CultureInfo.InvariantCulture)),
        new(LikelihoodKey, Likelihoods.NameOf(Likelihood)),
        new(DenoiseKey, Denoise.ToString(CultureInfo.InvariantCulture)),
        new(CalibrationKey, Calibration.ToString(CultureInfo.InvariantCulture)),
    ];

    private static void RequireSize(string name, int size)
    {
        if (size is < 1 or > VaeArchitecture.MaxLayerSize) throw Invalid(name, size, FormattableString.Invariant($"1 to {VaeArchitecture.MaxLayerSize}"));
    }

    private static InvalidSettingException Invalid(string name, IFormattable value, string expected) =>
        new($"The {name} is {value.ToString(null, CultureInfo.InvariantCulture)}; expected {expected}.");
}
