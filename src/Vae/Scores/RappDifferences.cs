// What the RaPP scores are made of: how an image and its reconstruction differ in the layers of the encoder.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Differences between the activations of images and those of their reconstructions (16.13).</summary>
internal static class RappDifferences
{
    /// <summary>Computes the differences of each image.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The network.</param>
    /// <param name="images">The images, n of them.</param>
    /// <param name="withPixels">Whether the differences of the pixels come first.</param>
    /// <returns>The differences of the pixels if wished, of the encoder's hidden layers and of mu side by side, <c>[n, sum of their sizes]</c>.</returns>
    public static Matrix<float> Of(Engine engine, VaeParameters<float> parameters, Activations images, bool withPixels)
    {
        var reconstructions = images.OfReconstructions(engine, parameters);
        var (ofImages, ofReconstructions) = (Layers(images, withPixels), Layers(reconstructions, withPixels));
        var differences = new Matrix<float>(images.Count, ofImages.Sum(layer => layer.Columns));
        engine.ForRows(images.Count, differences.Columns, new Body(ofImages, ofReconstructions, differences));
        return differences;
    }

    private static Matrix<float>[] Layers(Activations activations, bool withPixels) =>
        [.. withPixels ? [activations.Pixels] : Array.Empty<Matrix<float>>(), .. activations.EncoderHidden, activations.Mu];

    private readonly struct Body(Matrix<float>[] ofImages, Matrix<float>[] ofReconstructions, Matrix<float> differences) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++)
            {
                var rest = differences.Row(i);
                for (var layer = 0; layer < ofImages.Length; layer++)
                {
                    var a = ofImages[layer].Row(i);
                    var b = ofReconstructions[layer].Row(i);
                    for (var j = 0; j < a.Length; j++) rest[j] = a[j] - b[j];
                    rest = rest[a.Length..];
                }
            }
        }
    }
}
