// Test images that show what a model does: the ones it reconstructs best and worst, the anomalies it misses, its false alarms.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae.Reporting;

/// <summary>Why images are shown.</summary>
public enum ExampleKind
{
    /// <summary>The normal images of the lowest scores.</summary>
    BestNormal,

    /// <summary>Those in the middle.</summary>
    MedianNormal,

    /// <summary>Those of the highest scores.</summary>
    WorstNormal,

    /// <summary>The anomalies of the lowest scores.</summary>
    MissedAnomaly,

    /// <summary>The normal images in the middle of the 5 % whose scores are highest: the typical alarms of a threshold at that rate.</summary>
    FalseAlarm,
}

/// <summary>An image with its reconstruction.</summary>
/// <param name="Index">Its place in the test set, from 0.</param>
/// <param name="Class">Its class.</param>
/// <param name="Score">Its score.</param>
/// <param name="Image">Grey values, <c>[height, width]</c>.</param>
/// <param name="Reconstruction">The same of its reconstruction, rounded.</param>
/// <param name="Error">Reconstruction less image, from -1 to 1, <c>[height, width]</c>.</param>
public sealed record Example(int Index, int Class, double Score, ImmutableArray<byte> Image, ImmutableArray<byte> Reconstruction, ImmutableArray<float> Error);

/// <summary>Images that are shown for one reason.</summary>
public sealed record ExampleGroup(ExampleKind Kind, ImmutableArray<Example> Examples);

/// <summary>Chooses images by their scores.</summary>
public static class ExampleSelection
{
    private const double AlarmRate = 0.05;

    /// <summary>Chooses images of each kind.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The model.</param>
    /// <param name="test">Test images.</param>
    /// <param name="scores">The score of each, <c>[n]</c>.</param>
    /// <param name="heldOut">The class that is the anomaly.</param>
    /// <param name="each">Most images of a kind.</param>
    public static ImmutableArray<ExampleGroup> Select(
        Engine engine, VaeParameters<float> parameters, ImageDataset test, ReadOnlySpan<float> scores, int heldOut, int each)
    {
        ArgumentNullException.ThrowIfNull(test);
        var all = scores.ToArray();
        return [.. Choose(all, test.Labels, heldOut, each).Select(group => new ExampleGroup(group.Kind, Show(engine, parameters, test, all, group.Images)))];
    }

    /// <summary>The images of each kind, as places in the test set; equal scores are taken in the order of the test set.</summary>
    internal static (ExampleKind Kind, int[] Images)[] Choose(float[] scores, ReadOnlySpan<byte> labels, int heldOut, int each)
    {
        var classes = labels.ToArray();
        int[] rising = [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i]).ThenBy(i => i)];
        int[] normal = [.. rising.Where(i => classes[i] != heldOut)];
        each = Math.Min(each, normal.Length);
        var alarms = Math.Max(each, (int)(AlarmRate * normal.Length));
        return
        [
            (ExampleKind.BestNormal, normal[..each]),
            (ExampleKind.MedianNormal, normal.AsSpan((normal.Length - each) / 2, each).ToArray()),
            (ExampleKind.WorstNormal, [.. normal.Reverse().Take(each)]),
            (ExampleKind.MissedAnomaly, [.. rising.Where(i => classes[i] == heldOut).Take(each)]),
            (ExampleKind.FalseAlarm, [.. normal.Reverse().Skip((alarms - each) / 2).Take(each)]),
        ];
    }

    private static ImmutableArray<Example> Show(Engine engine, VaeParameters<float> parameters, ImageDataset test, float[] scores, int[] images)
    {
        var activations = Activations.Of(engine, parameters, test, images);
        return [.. images.Select((index, row) =>
        {
            float[] reconstruction = [.. activations.Reconstruction.Row(row)], pixels = [.. activations.Pixels.Row(row)];
            return new Example(index, test.Label(index), scores[index], [.. test.Image(index)],
                [.. reconstruction.Select(value => (byte)MathF.Round(value * byte.MaxValue))], [.. reconstruction.Zip(pixels, (r, x) => r - x)]);
        })];
    }
}
