// The neighbours in a hidden layer, against double loops, for each layer of a network of two by two.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class HiddenNeighboursTests
{
    [Theory]
    [InlineData(NetworkHalf.Encoder, 0, DistanceMetric.Euclidean)]
    [InlineData(NetworkHalf.Encoder, 1, DistanceMetric.Cosine)]
    [InlineData(NetworkHalf.Decoder, 0, DistanceMetric.Cosine)]
    [InlineData(NetworkHalf.Decoder, 1, DistanceMetric.Euclidean)]
    public void The_score_is_the_mean_distance_of_the_layer_and_an_images_own(NetworkHalf half, int layer, DistanceMetric metric) =>
        NeighbourExample.Check(
            engine => HiddenNeighbours.Fit(engine, NeighbourExample.Normals(), half, metric, layer, NeighbourExample.Settings),
            images => half == NetworkHalf.Encoder ? images.EncoderHidden[layer] : images.DecoderHidden[layer],
            metric == DistanceMetric.Cosine ? NeighbourExample.Cosine : NeighbourExample.Euclidean);

    [Theory]
    [InlineData(NetworkHalf.Encoder, 1)]
    [InlineData(NetworkHalf.Decoder, 0)]
    public void By_default_it_is_the_layer_beside_the_latent_space(NetworkHalf half, int layer)
    {
        using var engine = new Engine(1);
        var normals = NeighbourExample.Normals();
        Assert.Equal(
            NeighbourExample.Compute(HiddenNeighbours.Fit(engine, normals, half, layer: layer), NeighbourExample.Images()),
            NeighbourExample.Compute(HiddenNeighbours.Fit(engine, normals, half), NeighbourExample.Images()));
    }

    [Fact]
    public void Layers_that_do_not_exist_are_refused()
    {
        using var engine = new Engine(1);
        var normals = NeighbourExample.Normals();
        foreach (var layer in new[] { -1, 2 })
            Assert.Contains("expected 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => HiddenNeighbours.Fit(engine, normals, layer: layer)).Message, StringComparison.Ordinal);
        var shallow = new VaeParameters<float>(new VaeArchitecture(784, [24], 4));
        var images = Activations.Of(engine, shallow, Sample.Data.Test, new[] { 0 });
        Assert.Throws<ArgumentException>(() => HiddenNeighbours.Fit(engine, normals).Compute(engine, images, new float[1]));
    }
}
