// Directions of edges against atan2, and histograms of images whose edges are known.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Vae.Tests.ScoredSample;

namespace VaeFromScratch.Vae.Tests;

public class OrientedGradientsTests
{
    [Fact]
    public void Octants_are_those_of_the_angle()
    {
        // Whole numbers: the borders between octants are met exactly.
        for (var along = -6; along <= 6; along++)
        {
            for (var down = -6; down <= 6; down++)
            {
                if (along == 0 && down == 0) continue;
                var angle = Math.Atan2(down, along);
                var turns = (angle < 0 ? angle + 2 * Math.PI : angle) / (Math.PI / 4);
                Assert.Equal((int)Math.Floor(turns + 1e-9), OrientedGradients.Octant(along, down));
            }
        }
    }

    // 4 x 4 pixels that grow by 1 to the right: each of the 8 pixels that have both neighbours sees a difference of 2 along the row, half of them in each column of a grid of 2 x 2. Upside
    // down, to the left, and turned: the same in another direction.
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(-1, 0, 4)]
    [InlineData(0, 1, 2)]
    [InlineData(0, -1, 6)]
    public void A_ramp_has_one_direction(int right, int downwards, int octant)
    {
        var pixels = new Matrix<float>(1, 16);
        for (var p = 0; p < 16; p++) pixels[0, p] = 10 + right * (p % 4) + downwards * (p / 4);
        var histogram = OrientedGradients.Of(OneThread, pixels, 4, 2);
        Assert.Equal(4 * OrientedGradients.Directions, histogram.Columns);
        for (var j = 0; j < histogram.Columns; j++) Assert.Equal(j % 8 == octant ? 2 : 0, histogram[0, j]);
    }

    // Of 5 x 5 pixels with one bright one in the middle, its four neighbours see it: to their right, left, below and above. The middle itself sees the same on both sides.
    [Fact]
    public void A_dot_has_all_four()
    {
        var pixels = new Matrix<float>(2, 25);
        pixels[0, 12] = 0.25f;
        var histogram = OrientedGradients.Of(OneThread, pixels, 5, 1);
        Assert.Equal([0.5f, 0, 0.5f, 0, 0.5f, 0, 0.5f, 0], histogram.Row(0).ToArray());
        Assert.All(histogram.Row(1).ToArray(), sum => Assert.Equal(0, sum));
    }

    // A difference of 3 along and 4 down is one of 5; in a grid of 3 x 3 over 7 x 7 pixels, pixel (3, 5) lies in cell (1, 2).
    [Fact]
    public void The_length_of_a_difference_goes_to_the_cell_of_its_pixel()
    {
        var pixels = new Matrix<float>(1, 49);
        (pixels[0, 3 * 7 + 6], pixels[0, 4 * 7 + 5]) = (3, 4);
        var histogram = OrientedGradients.Of(OneThread, pixels, 7, 3);
        Assert.Equal(MathF.Sqrt(5), histogram[0, (1 * 3 + 2) * 8 + 1]);
    }

    [Fact]
    public void Rows_that_are_no_images_are_refused()
    {
        foreach (var width in new[] { 0, 4 })
        {
            var e = Assert.Throws<ArgumentException>(() => OrientedGradients.Of(OneThread, new Matrix<float>(3, 15), width, 2));
            Assert.Contains("gradients are of images alone", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(GradientNeighbours.DefaultCells)]
    [InlineData(3)]
    public void The_score_is_the_relative_distance_between_histograms_of_length_1(int cells)
    {
        var images = Test(0, 20);
        var scores = Scores(GradientNeighbours.Fit(OneThread, Normals, cells), images);
        Matrix<float> Unit(Activations of) => Statistics.UnitRows.Of(OneThread, OrientedGradients.Of(OneThread, of.Pixels, 28, cells));
        var (references, rows) = (Unit(Normals.Reference), Unit(images));
        for (var i = 0; i < scores.Length; i++) Assert.Equal(RelativeNeighboursTests.Plain(references, rows.Row(i).ToArray()), scores[i], 1e-4);
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientNeighbours.Fit(OneThread, Normals, 0));
    }
}
