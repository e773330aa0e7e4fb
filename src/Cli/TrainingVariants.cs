// The options for variants of training, all off by default.

using System.CommandLine;
using VaeFromScratch.Vae;

namespace VaeFromScratch.Cli;

internal sealed class TrainingVariants
{
    private readonly Option<int> _warmUp = SharedOptions.Number("--warm-up", "E", "Epochs over which beta rises from 0 to its value.", 0);

    private readonly Option<double> _freeBits = SharedOptions.Number(
        "--free-bits", "L", "Divergence that is free in each latent dimension, in nats.", 0.0);

    private readonly Option<string> _likelihood = SharedOptions.Likelihood();

    private readonly Option<double> _denoise = SharedOptions.Number(
        "--denoise", "S", "Standard deviation of noise on the encoder's input; the loss compares with the clean image.", 0.0);

    private readonly Option<int> _calibration = SharedOptions.Number(
        "--calibration", "N", "Normal training images, chosen by the seed, that are kept out of training.", 0);

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [_warmUp, _freeBits, _likelihood, _denoise, _calibration];

    /// <summary>The same for a detector of own data; what was not asked for keeps the default that fits the data.</summary>
    /// <exception cref="InvalidSettingException">There is no such likelihood.</exception>
    public DetectorOptions Apply(ParseResult parsed, DetectorOptions options) => options with
    {
        WarmUp = parsed.GetValue(_warmUp),
        FreeBits = parsed.GetValue(_freeBits),
        Likelihood = SharedOptions.IsGiven(parsed, _likelihood) ? Likelihoods.Parse(parsed.GetValue(_likelihood)!) : null,
        Denoise = parsed.GetValue(_denoise),
        Calibration = SharedOptions.Given(parsed, _calibration),
    };

    /// <summary>The settings with the variants that were asked for.</summary>
    /// <exception cref="InvalidSettingException">There is no such likelihood.</exception>
    public TrainingSettings Apply(ParseResult parsed, TrainingSettings settings) => settings with
    {
        WarmUp = parsed.GetValue(_warmUp),
        FreeBits = parsed.GetValue(_freeBits),
        Likelihood = Likelihoods.Parse(parsed.GetValue(_likelihood)!),
        Denoise = parsed.GetValue(_denoise),
        Calibration = parsed.GetValue(_calibration),
    };
}
