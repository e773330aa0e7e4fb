// The locally normalised error, against double loops.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class LocallyNormalisedErrorTests
{
    [Fact]
    public void The_score_is_the_log_error_less_that_of_the_neighbours()
    {
        using var engine = new Engine(1);
        var (normals, images) = (NeighbourExample.Normals(), NeighbourExample.Images());
        var scores = NeighbourExample.Compute(LocallyNormalisedError.Fit(engine, normals, NeighbourExample.Settings), images);
        for (var i = 0; i < scores.Length; i++)
        {
            var neighbours = NeighbourExample.Nearest(normals.Reference.Mu, images.Mu, i, NeighbourExample.Euclidean);
            Assert.Equal(Math.Log(Error(images, i)) - neighbours.Average(pair => Math.Log(Error(normals.Reference, pair.Image))), scores[i], 1e-5);
        }
    }

    [Fact]
    public void An_images_score_is_its_own() =>
        NeighbourExample.CheckOwn(engine => LocallyNormalisedError.Fit(engine, NeighbourExample.Normals(), NeighbourExample.Settings));

    [Fact]
    public void A_NaN_spoils_the_score_of_its_own_image_alone()
    {
        using var engine = new Engine(1);
        var score = LocallyNormalisedError.Fit(engine, NeighbourExample.Normals(), NeighbourExample.Settings);
        var images = NeighbourExample.Images();
        var expected = NeighbourExample.Compute(score, images);
        images.Pixels[7, 3] = float.NaN;
        expected[7] = float.NaN;
        Assert.Equal(expected, NeighbourExample.Compute(score, images));
    }

    [Fact]
    public void A_perfect_reconstruction_has_a_finite_score()
    {
        using var engine = new Engine(1);
        var images = NeighbourExample.Images(0, 1);
        images.Pixels.Flat.CopyTo(images.Reconstruction.Flat);
        Assert.InRange(NeighbourExample.Compute(LocallyNormalisedError.Fit(engine, NeighbourExample.Normals()), images)[0], -100, -50);
    }

    private static double Error(Activations images, int i) =>
        images.Pixels.Row(i).ToArray().Zip(images.Reconstruction.Row(i).ToArray(), (x, r) => ((double)x - r) * ((double)x - r)).Average();
}
