// A few numbers that sum up an image and what the network makes of it.

using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Sums over an image's pixels and over each hidden layer: how much ink there is and how grey, how rough, how badly it is reconstructed.</summary>
/// <remarks>
/// None of them alone tells a normal image from another: a bag has more ink than a sandal. Together with the code they do: so much ink at that place of the
/// latent space has not been seen.
/// </remarks>
internal static class ImageSummary
{
    // A pixel counts as ink from grey value 6 of 255 on. What a logarithm is taken of is at least a trifle: the error of the best reconstructions too.
    internal const float Ink = 0.02f, Trifle = 1e-3f;

    private const int OfPixels = 6, OfNoPixels = 1, OfLayer = 2;

    /// <summary>How many numbers there are.</summary>
    /// <param name="hiddenLayers">Hidden layers of encoder and decoder together.</param>
    /// <param name="width">Pixels of a row of an image; 0 if there are no images.</param>
    public static int Count(int hiddenLayers, int width) => Own(width) + OfLayer * hiddenLayers;

    /// <summary>
    /// The numbers of each image, <c>[n, 6 + 2·hidden layers]</c>: the log of the mean squared error; the sums of the pixels, of their squares, and
    /// of those with ink; the logs of the sums of squared differences of neighbouring pixels, along rows and down columns; of each hidden layer its
    /// length and how many units are on. Rows that are no images have but the first and the last of these.
    /// </summary>
    public static Matrix<float> Of(Engine engine, Activations images)
    {
        Matrix<float>[] layers = [.. images.EncoderHidden, .. images.DecoderHidden];
        var error = new Matrix<float>(1, images.Count);
        MeanSquaredError.Compute(engine, images.Pixels, images.Reconstruction, error);
        var summary = new Matrix<float>(images.Count, Count(layers.Length, images.Width));
        engine.ForRows(images.Count, 8 * images.Pixels.Columns, new Body(images, layers, error, summary));
        return summary;
    }

    /// <summary>Writes what an image has without its hidden layers.</summary>
    /// <param name="x">Its pixels.</param>
    /// <param name="width">Pixels of a row of it; 0 if it is none.</param>
    /// <param name="error">Its mean squared error.</param>
    /// <param name="summary">Receives the numbers.</param>
    /// <returns>How many were written.</returns>
    public static int WriteOwn(ReadOnlySpan<float> x, int width, float error, Span<float> summary)
    {
        summary[0] = LogOf(error);
        if (width > 0)
        {
            (summary[1], summary[2], summary[3]) = SumsOf(x);
            (summary[4], summary[5]) = Roughness(x, width);
        }

        return Own(width);
    }

    /// <summary>Writes what a hidden layer has.</summary>
    /// <param name="layer">Its outputs for the image.</param>
    /// <param name="summary">Receives the numbers.</param>
    /// <returns>How many were written.</returns>
    public static int WriteLayer(ReadOnlySpan<float> layer, Span<float> summary)
    {
        (summary[0], summary[1]) = LengthAndUnitsOn(layer);
        return OfLayer;
    }

    private static int Own(int width) => width > 0 ? OfPixels : OfNoPixels;

    // How much light, its squares, and on how many pixels.
    private static (float Sum, float Squares, float Ink) SumsOf(ReadOnlySpan<float> x)
    {
        var (sum, squares, ink) = (0.0, 0.0, 0);
        for (var p = 0; p < x.Length; p++)
        {
            sum += x[p];
            squares += (double)x[p] * x[p];
            if (x[p] > Ink) ink++;
        }

        return ((float)sum, (float)squares, ink);
    }

    // Squared differences of neighbouring pixels, along the rows and along the columns.
    private static (float Along, float Down) Roughness(ReadOnlySpan<float> x, int width)
    {
        var (along, down) = (0.0, 0.0);
        for (var p = 0; p < x.Length; p++)
        {
            if (p % width != width - 1) along += Square(x[p + 1] - x[p]);
            if (p + width < x.Length) down += Square(x[p + width] - x[p]);
        }

        return (LogOf((float)along), LogOf((float)down));
    }

    private static (float Length, float On) LengthAndUnitsOn(ReadOnlySpan<float> h)
    {
        var (squares, on) = (0.0, 0);
        for (var k = 0; k < h.Length; k++)
        {
            squares += (double)h[k] * h[k];
            if (h[k] > 0) on++;
        }

        return ((float)Math.Sqrt(squares), on);
    }

    private static double Square(double x) => x * x;

    private static float LogOf(float x) => float.IsNaN(x) ? x : Log.Invoke(Vector256.Create(Math.Max(x, Trifle)))[0];

    private readonly struct Body(Activations images, Matrix<float>[] layers, Matrix<float> error, Matrix<float> summary) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++)
            {
                var row = summary.Row(i);
                var written = WriteOwn(images.Pixels.Row(i), images.Width, error[0, i], row);
                foreach (var layer in layers) written += WriteLayer(layer.Row(i), row[written..]);
            }
        }
    }
}
