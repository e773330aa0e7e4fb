// How the result is cut: nothing left out, nothing twice.

namespace VaeFromScratch.Tensors.Tests;

public class GemmGridTests
{
    [Fact]
    public void Strips_of_one_width_cover_every_column_once()
    {
        foreach (var width in new[] { 2, 8, 16, 48 })
        {
            for (var columns = 1; columns <= 200; columns++)
            {
                var strips = GemmStrips.Uniform(columns, width);
                Assert.Equal(0, strips.Column(0));
                Assert.Equal(columns, strips.Column(strips.Count));
                for (var s = 0; s < strips.Count - 1; s++) Assert.Equal(width, strips.Column(s + 1) - strips.Column(s));
                Assert.InRange(strips.Column(strips.Count) - strips.Column(strips.Count - 1), 1, width);
            }
        }
    }

    [Fact]
    public void Groups_of_whole_tiles_cover_every_row_once()
    {
        foreach (var tileRows in new[] { 1, 4, 6, 8 })
        {
            foreach (var mostRows in new[] { 1, 5, 32, 64, 128 })
            {
                for (var rows = 1; rows <= 300; rows++)
                {
                    var grid = GemmGrid.Of(rows, mostRows, tileRows, GemmStrips.Uniform(10, 8));
                    Assert.Equal(0, grid.GroupRows % tileRows);
                    Assert.InRange(grid.GroupRows, tileRows, mostRows + tileRows - 1);
                    // The last group begins inside, and no other is needed.
                    Assert.InRange((grid.Groups - 1) * grid.GroupRows, 0, rows - 1);
                    Assert.InRange(grid.Groups * grid.GroupRows, rows, int.MaxValue);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public void However_many_pieces_a_thread_takes_at_once_every_element_is_computed_and_finished_once(int pieces)
    {
        foreach (var (rows, mostRows, columns) in new[] { (1, 64, 1), (67, 64, 401), (300, 128, 784), (64, 64, 192), (129, 32, 1000), (5, 1, 79) })
        {
            foreach (var isByColumns in new[] { false, true })
            {
                var grid = GemmGrid.Of(rows, mostRows, 1, SparseKernel.Strips(columns)) with { IsByColumns = isByColumns };
                var (visits, ends) = (new int[rows, columns], new int[rows, columns]);
                var body = new GemmInPlace<Recorder, float, EndRecorder>(new Recorder(grid.Strips, visits), grid, default, new EndRecorder(visits, ends));
                for (var first = 0; first < grid.Pieces; first += pieces) body.Execute(first, Math.Min(first + pieces, grid.Pieces));
                Assert.All(visits.Cast<int>(), visit => Assert.Equal(1, visit));
                Assert.All(ends.Cast<int>(), end => Assert.Equal(1, end));
            }
        }
    }

    // The epilogue comes after the sums.
    private readonly struct EndRecorder(int[,] visits, int[,] ends) : IEpilogue<float>
    {
        public void Apply(int row, int column, Span<float> values)
        {
            for (var j = column; j < column + values.Length; j++) ends[row, j] += visits[row, j];
        }
    }

    private readonly struct Recorder(GemmStrips strips, int[,] visits) : IGemmLoop
    {
        public void Compute(GemmOperand c, GemmBlock block)
        {
            for (var i = block.Row; i < block.EndRow; i++)
                for (var j = strips.Column(block.Strip); j < strips.Column(block.EndStrip); j++)
                    visits[i, j]++;
        }
    }
}
