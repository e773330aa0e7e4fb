// RaPP: differences between an image and its reconstruction in the layers of the encoder.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class RappTests
{
    private static readonly Engine OneThread = new(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SAP_is_the_squared_length_of_the_differences(bool withPixels)
    {
        var images = SmallNetwork.Activations(OneThread, 300, 40);
        var scores = SmallNetwork.Scores(OneThread, new RappSap(SmallNetwork.Parameters, withPixels), images);
        for (var i = 0; i < 40; i++)
        {
            var (x, r) = (Layers(images.Pixels.Row(i)), Layers(images.Reconstruction.Row(i)));
            var expected = x.Zip(r, (a, b) => (a - b) * (a - b)).Skip(withPixels ? 0 : 25).Sum();
            Assert.Equal(expected, scores[i], 1e-4 * expected);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NAP_is_the_distance_under_the_references_covariance(bool withPixels)
    {
        // Without what is linear in the rest and so adds no direction: mu, and beside the pixels the hidden units that are always on (16.15).
        var reference = SmallNetwork.Activations(OneThread, 0, SmallNetwork.Reference);
        var (ofImages, ofReconstructions) = (AllLayers(reference.Pixels), AllLayers(reference.Reconstruction));
        bool IsAlwaysOn(int j) => ofImages.Concat(ofReconstructions).All(layers => layers[j] > 0);
        int[] columns = withPixels
            ? [.. Enumerable.Range(0, 25), .. Enumerable.Range(25, 7).Where(j => !IsAlwaysOn(j))]
            : [.. Enumerable.Range(25, 7)];
        var differences = new Matrix<float>(reference.Count, columns.Length);
        for (var i = 0; i < reference.Count; i++)
            for (var j = 0; j < columns.Length; j++)
                differences[i, j] = (float)(ofImages[i][columns[j]] - ofReconstructions[i][columns[j]]);

        var nap = RappNap.Fit(OneThread, SmallNetwork.Normals(OneThread), withPixels);
        var (scores, expected) = (SmallNetwork.Scores(OneThread, nap, reference), Plain.SquaredMahalanobis(differences));
        Assert.Equal(columns.Length, nap.Dimensions);
        for (var i = 0; i < scores.Length; i++) Assert.Equal(expected[i], scores[i], 1e-3 * expected[i]);
    }

    private static double[][] AllLayers(Matrix<float> images) => [.. Enumerable.Range(0, images.Rows).Select(i => Layers(images.Row(i)))];

    // x, hidden layer and mu, side by side.
    private static double[] Layers(ReadOnlySpan<float> pixels)
    {
        var x = pixels.ToArray().Select(pixel => (double)pixel).ToArray();
        var h = Layer(SmallNetwork.Parameters.Encoder[0], x).Select(value => Math.Max(value, 0)).ToArray();
        return [.. x, .. h, .. Layer(SmallNetwork.Parameters.Mu, h)];
    }

    private static double[] Layer(DenseParameters<float> layer, double[] x) =>
        [.. Enumerable.Range(0, layer.Weight.Columns).Select(o => layer.Bias[0, o] + x.Select((value, k) => value * layer.Weight[k, o]).Sum())];
}
