// All scores by name, each with what it takes to make one.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>What a score costs, and what it needs.</summary>
public enum ScoreGroup
{
    /// <summary>A score of the network that takes seconds for the test set.</summary>
    Cheap,

    /// <summary>A score of the network that runs it many times for each image.</summary>
    Costly,

    /// <summary>A score that asks no network, to hold the others against.</summary>
    Baseline,
}

/// <summary>A score by name.</summary>
/// <param name="Name">Its name on the command line and in files.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Group">What it costs.</param>
/// <param name="Fit">Makes one for a network, from normal images alone.</param>
public sealed record ScoreDefinition(string Name, string Title, ScoreGroup Group, Func<Engine, NormalImages, IAnomalyScore> Fit);
