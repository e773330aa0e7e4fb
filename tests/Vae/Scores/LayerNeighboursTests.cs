// The layers as spaces, and the relative distance in each, for a network of two by two hidden layers.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class LayerNeighboursTests
{
    private static readonly string[] Layers = ["pixels", "encoder 0", "encoder 1", "code", "decoder 0", "decoder 1"];

    public static TheoryData<string> Names => [.. Layers];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_layer_has_its_own_preparation(string name)
    {
        var (normals, images) = (NeighbourExample.Normals(), NeighbourExample.Images());
        var layer = NetworkSpace.All(normals.Reference)[Array.IndexOf(Layers, name)].Of(OneThread, images);
        Assert.Equal(20, layer.Rows);
        for (var i = 0; i < layer.Rows; i++)
            Assert.Equal(Plain(name, normals.Reference, images, i), [.. layer.Row(i).ToArray().Select(value => (double)value)], (a, b) => Math.Abs(a - b) <= 1e-6 * (1 + Math.Abs(a)));
    }

    [Fact]
    public void There_is_a_space_and_a_score_for_each_layer()
    {
        var normals = NeighbourExample.Normals();
        Assert.Equal(Layers.Length, NetworkSpace.All(normals.Reference).Length);
        Assert.Equal(Layers.Length, LayerNeighbours.FitAll(OneThread, normals).Length);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_score_is_the_relative_distance_in_the_layer(string name)
    {
        var (normals, images, index) = (NeighbourExample.Normals(), NeighbourExample.Images(), Array.IndexOf(Layers, name));
        var scores = NeighbourExample.Compute(LayerNeighbours.FitAll(OneThread, normals)[index], images);
        var space = NetworkSpace.All(normals.Reference)[index];
        var (references, rows) = (space.Of(OneThread, normals.Reference), space.Of(OneThread, images));
        for (var i = 0; i < scores.Length; i++) Assert.Equal(RelativeNeighboursTests.Plain(references, rows.Row(i).ToArray()), scores[i], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_images_score_is_its_own(string name) =>
        NeighbourExample.CheckOwn(engine => LayerNeighbours.FitAll(engine, NeighbourExample.Normals())[Array.IndexOf(Layers, name)]);

    [Fact]
    public void A_dimension_of_the_code_that_does_not_vary_is_left_as_it_is()
    {
        var reference = NeighbourExample.Normals().Reference;
        for (var i = 0; i < reference.Count; i++) reference.Mu[i, 2] = 0.1f;
        var images = NeighbourExample.Images();
        var code = NetworkSpace.All(reference)[3].Of(OneThread, images);
        for (var i = 0; i < images.Count; i++) Assert.Equal(images.Mu[i, 2], code[i, 2]);
    }

    // The layer's numbers for image i, in double precision.
    private static double[] Plain(string name, Activations reference, Activations images, int i)
    {
        var layer = name[^1] - '0';
        double[] Unit(double[] row) => [.. row.Select(value => value / Math.Sqrt(row.Sum(other => other * other)))];
        double Spread(int j)
        {
            double[] column = [.. Enumerable.Range(0, reference.Count).Select(r => (double)reference.Mu[r, j])];
            return Math.Sqrt(column.Average(value => Math.Pow(value - column.Average(), 2)));
        }

        return name.Split(' ')[0] switch
        {
            "pixels" => Row(images.Pixels, i),
            "encoder" => Unit(Row(images.EncoderHidden[layer], i)),
            "code" => [.. Row(images.Mu, i).Select((value, j) => value / Spread(j))],
            _ => [.. Row(images.DecoderHidden[layer], i).Select(value => Math.Pow(value, 0.25))],
        };
    }
}
