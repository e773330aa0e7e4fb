// The decoder's distributions of a pixel, and their names.

using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae;

/// <summary>What the decoder's logits are the parameters of: it decides the reconstruction loss, and what the reconstruction is.</summary>
public enum Likelihood
{
    /// <summary>Bernoulli cross-entropy; the reconstruction is sigmoid(l). The reference.</summary>
    Bernoulli,

    /// <summary>The continuous Bernoulli's log density; the reconstruction is its mean, which is not sigmoid(l).</summary>
    ContinuousBernoulli,

    /// <summary>A Gaussian's log density at the best shared variance; the reconstruction is sigmoid(l).</summary>
    Gaussian,

    /// <summary>The same with l itself as the reconstruction, for features that do not lie in [0, 1]: the default for tables.</summary>
    LinearGaussian,
}

/// <summary>The names of likelihoods, as the command line and files write them.</summary>
public static class Likelihoods
{
    private static readonly string[] Names = ["bernoulli", "continuous-bernoulli", "gaussian", "linear-gaussian"];

    /// <summary>All names, in the order of <see cref="Likelihood"/>.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>Its name.</summary>
    public static string NameOf(Likelihood likelihood) => Names[(int)likelihood];

    /// <summary>The likelihood of a name.</summary>
    /// <exception cref="InvalidSettingException">There is none.</exception>
    public static Likelihood Parse(string name) => Array.IndexOf(Names, name) is var index and >= 0
        ? (Likelihood)index
        : throw new InvalidSettingException($"The likelihood is {SafetensorsHeader.Quote(name)}; expected {string.Join(", ", Names[..^1])} or {Names[^1]}.");
}
