// What the story calls the parameters.

using System.Collections.Immutable;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>Places of the parameters in <see cref="VaeArchitecture.Tensors"/>, for a model with one hidden layer on each side, and their names.</summary>
internal static class StoryTensors
{
    public const int W1 = 0, B1 = 1, WMu = 2, WS = 3, BMu = 4, BS = 5, W2 = 6, B2 = 7, W3 = 8, B3 = 9;

    public static ImmutableArray<string> Names { get; } = ["W1", "b1", "Wmu", "Ws", "bmu", "bs", "W2", "b2", "W3", "b3"];

    /// <summary>The tensors as the forward pass meets them.</summary>
    public static ImmutableArray<int> InOrder { get; } = [W1, B1, WMu, BMu, WS, BS, W2, B2, W3, B3];
}
