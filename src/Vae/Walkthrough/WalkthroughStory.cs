// One training step of a tiny model, told number by number.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>The story of one training step of a VAE 4-3-2-3-4 on one image: forward pass, backward pass, central differences, update.</summary>
/// <remarks>Every number is computed by the code that trains, in double precision.</remarks>
public static class WalkthroughStory
{
    /// <summary>The number of its steps.</summary>
    public const int StepCount = 15;

    /// <summary>Runs the step and tells of it.</summary>
    /// <param name="engine">Kernel and threads; they change no bit.</param>
    /// <returns>All steps in order.</returns>
    public static ImmutableArray<StoryStep> Tell(Engine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var pass = new WalkthroughPass(engine);
        return [.. ForwardSteps.Tell(pass), .. BackwardSteps.Tell(pass), .. UpdateSteps.Tell(pass)];
    }
}
