// The neighbours of a code, against double loops, and the settings that all neighbour scores share.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class LatentNeighboursTests
{
    [Fact]
    public void The_score_is_the_mean_distance_of_mu_and_an_images_own() =>
        NeighbourExample.Check(engine => LatentNeighbours.Fit(engine, NeighbourExample.Normals(), NeighbourExample.Settings), images => images.Mu, NeighbourExample.Euclidean);

    [Fact]
    public void A_reference_image_with_one_neighbour_scores_0()
    {
        using var engine = new Engine(1);
        var normals = NeighbourExample.Normals();
        Assert.All(NeighbourExample.Compute(LatentNeighbours.Fit(engine, normals, new(1)), normals.Reference), score => Assert.Equal(0, score));
    }

    [Fact]
    public void More_neighbours_than_references_are_refused()
    {
        using var engine = new Engine(1);
        foreach (var settings in new NeighbourSettings[] { new(131), new(0), new(5, 4), new(1, 0), new(1, -3) })
            Assert.Contains("neighbours are asked for", Assert.Throws<ArgumentException>(() => LatentNeighbours.Fit(engine, NeighbourExample.Normals(), settings)).Message, StringComparison.Ordinal);
    }
}
