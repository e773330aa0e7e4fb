// Which models a study trains.

using System.Collections.Immutable;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Runs;

namespace VaeFromScratch.Vae.Study;

/// <summary>Every held-out class with every latent dimension, beta and seed.</summary>
public sealed record StudyPlan
{
    /// <summary>The settings that all models share; held-out class, latent dimension, beta and seed are not used.</summary>
    public TrainingSettings Common { get; init; } = new();

    /// <summary>Held-out classes.</summary>
    public ImmutableArray<int> HeldOut { get; init; } = [.. Enumerable.Range(0, FashionMnist.ClassNames.Length)];

    /// <summary>Latent dimensions.</summary>
    public ImmutableArray<int> Latent { get; init; } = [2, 8, 16, 32];

    /// <summary>Weights of the KL divergence.</summary>
    public ImmutableArray<double> Beta { get; init; } = [0.1, 1, 5, 10];

    /// <summary>Seeds.</summary>
    public ImmutableArray<ulong> Seeds { get; init; } = [0, 1, 2];

    /// <summary>All models; whole grids of a seed first, so that a study that is stopped has complete tables of fewer seeds.</summary>
    /// <exception cref="InvalidSettingException">A setting can't be used, or is given twice.</exception>
    public ImmutableArray<TrainingSettings> Models()
    {
        ExperimentSettings.RequireDistinct(HeldOut, "held-out class");
        ExperimentSettings.RequireDistinct(Latent, "latent size");
        ExperimentSettings.RequireDistinct(Beta, "beta");
        ExperimentSettings.RequireDistinct(Seeds, "seed");
        ImmutableArray<TrainingSettings> models =
        [
            .. from seed in Seeds
               from latent in Latent
               from beta in Beta
               from heldOut in HeldOut
               select Common with { HeldOut = heldOut, Latent = latent, Beta = beta, Seed = seed },
        ];
        foreach (var model in models) model.Validate(FashionMnist.ClassNames.Length);
        return models;
    }
}
