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
    private const float Ink = 0.02f, Trifle = 1e-3f;

    private const int OfPixels = 6, OfLayer = 2;

    /// <summary>
    /// The numbers of each image, <c>[n, 6 + 2·hidden layers]</c>: the log of the mean squared error; the sums of the pixels, of their squares, and
    /// of those with ink; the logs of the sums of squared differences of neighbouring pixels, along rows and down columns; of each hidden layer its
    /// length and how many units are on.
    /// </summary>
    public static Matrix<float> Of(Engine engine, Activations images)
    {
        Matrix<float>[] layers = [.. images.EncoderHidden, .. images.DecoderHidden];
        var error = new Matrix<float>(1, images.Count);
        MeanSquaredError.Compute(engine, images.Pixels, images.Reconstruction, error);
        var summary = new Matrix<float>(images.Count, OfPixels + OfLayer * layers.Length);
        engine.ForRows(images.Count, 8 * images.Pixels.Columns, new Body(images, layers, error, summary));
        return summary;
    }

    private readonly struct Body(Activations images, Matrix<float>[] layers, Matrix<float> error, Matrix<float> summary) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++)
            {
                var x = images.Pixels.Row(i);
                var s = summary.Row(i);
                s[0] = LogOf(error[0, i]);
                (s[1], s[2], s[3]) = SumsOf(x);
                (s[4], s[5]) = Roughness(x, images.Width);
                for (var layer = 0; layer < layers.Length; layer++)
                    (s[OfPixels + OfLayer * layer], s[OfPixels + OfLayer * layer + 1]) = LengthAndUnitsOn(layers[layer].Row(i));
            }
        }

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
    }
}
