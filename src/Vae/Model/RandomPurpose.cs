// What a run draws random numbers for. The numbers are part of every published bit: they are never changed and never used twice.

namespace VaeFromScratch.Vae;

/// <summary>The purposes of a run's <see cref="Tensors.RandomSequence"/>s, so that no two of them share a number (13.2).</summary>
internal static class RandomPurpose
{
    /// <summary>Initial weights; the index is that of the tensor.</summary>
    public const uint Weights = 1;

    /// <summary>The order of the images; the index is that of the epoch.</summary>
    public const uint Shuffles = 2;

    /// <summary>The noise of the samples; the index is that of the step.</summary>
    public const uint Noise = 3;

    /// <summary>The noise of scores that sample; the index is that of the sample, so that every image meets the same noise.</summary>
    public const uint ScoreSamples = 4;

    /// <summary>The noise of scores that fit something to an image; the index is that of the step, the same for every image.</summary>
    public const uint ScoreSteps = 5;

    /// <summary>The noise that a denoising run adds to the encoder's input; the index is that of the step.</summary>
    public const uint Corruption = 6;

    /// <summary>Which images are kept back for calibration; the index is 0.</summary>
    public const uint Calibration = 7;

    /// <summary>The images that a mixture of normal distributions starts from; the index is 0 for codes, 1 for codes with summaries.</summary>
    public const uint MixtureStart = 8;
}
