// The neighbours of an image's pixels, against double loops.

using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class PixelNeighboursTests
{
    [Theory]
    [InlineData(DistanceMetric.Euclidean)]
    [InlineData(DistanceMetric.Cosine)]
    public void The_score_is_the_mean_distance_of_the_pixels_and_an_images_own(DistanceMetric metric) =>
        NeighbourExample.Check(
            engine => PixelNeighbours.Fit(engine, NeighbourExample.Normals(), metric, NeighbourExample.Settings), images => images.Pixels,
            metric == DistanceMetric.Cosine ? NeighbourExample.Cosine : NeighbourExample.Euclidean);
}
