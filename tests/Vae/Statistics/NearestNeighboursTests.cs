// Nearest neighbours against two loops and a sort, to the bit.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae.Tests;

public class NearestNeighboursTests
{
    private static readonly Engine OneThread = new(1);

    // Fewer references than a block of 1008, as many, some more; vectors that are whole and not; k up to all.
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 5, 1, 3, 1 }, { 1, 7, 1, 7 }, { 9, 100, 16, 3 }, { 70, 1008, 33, 5 }, { 3, 1009, 12, 100 }, { 130, 2500, 20, 10 }, { 0, 10, 4, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_is_found_is_what_two_loops_find(int queries, int references, int columns, int k)
    {
        foreach (var metric in Enum.GetValues<DistanceMetric>())
        {
            var (q, p) = (Random(queries, columns, 1), Random(references, columns, 2));
            Check(q, p, k, metric);
            // As a ReLU leaves them: half of the numbers are 0.
            foreach (var matrix in new[] { q, p })
                foreach (ref var number in matrix.Flat) number = Math.Max(number, 0);
            Check(q, p, k, metric);
        }
    }

    [Theory]
    [InlineData(DistanceMetric.Euclidean)]
    [InlineData(DistanceMetric.Cosine)]
    public void Of_two_at_one_distance_the_lower_number_comes_first(DistanceMetric metric)
    {
        // Corners of a cube: 300 of them are only eight, and one is the origin.
        var p = new Matrix<float>(300, 3);
        for (var i = 0; i < p.Rows; i++)
            for (var j = 0; j < 3; j++) p[i, j] = (i * 5 + 3 >> j) & 1;
        Check(p, p, 60, metric);
    }

    [Fact]
    public void The_lower_number_comes_first_also_where_the_rounded_product_says_otherwise()
    {
        // Whole numbers q ± j·(10, ..., 10): two at each distance, exactly; but the keys, near 2^28, are rounded.
        for (var example = 0u; example < 20; example++)
        {
            var q = Random(1, 20, 20 + example);
            foreach (ref var number in q.Flat) number = MathF.Round(5000 + 2500 * number);
            var p = new Matrix<float>(40, 20);
            for (var i = 0; i < p.Rows; i++)
                for (var j = 0; j < p.Columns; j++) p[i, j] = q[0, j] + (i % 2 == 0 ? 10 : -10) * (i / 2 + 1);
            Check(q, p, 4, DistanceMetric.Euclidean);
        }
    }

    [Fact]
    public void A_row_is_at_distance_0_from_itself_and_nothing_is_cancelled()
    {
        // Differences of about 1e-3 between rows of length 1e4: |q|² - 2 q·p + |p|² would have no digit left in single precision.
        var p = Random(200, 100, 3);
        foreach (ref var number in p.Flat) number = 1000 + number * 1e-4f;
        foreach (var metric in Enum.GetValues<DistanceMetric>())
        {
            Check(p, p, 5, metric);
            var found = new NearestNeighbours(OneThread, p, metric).Find(OneThread, p, 1);
            for (var i = 0; i < p.Rows; i++)
            {
                Assert.Equal(0, found.Distances[i, 0]);
                Assert.Equal(i, found.Indices(i)[0]);
            }
        }
    }

    [Fact]
    public void Hundreds_of_queries_that_need_a_second_look_find_what_two_loops_find()
    {
        // More queries than the second look takes at a time, more references than a block of the product has.
        var (q, p) = (Random(300, 8, 30), Random(1100, 8, 31));
        foreach (var matrix in new[] { q, p })
            foreach (ref var number in matrix.Flat) number = 1000 + number * 1e-2f;
        foreach (var metric in Enum.GetValues<DistanceMetric>()) Check(q, p, 5, metric);
    }

    [Fact]
    public void Numbers_whose_squares_single_precision_cannot_hold_have_neighbours_as_well()
    {
        foreach (var scale in new[] { 1e30f, 1e19f, 1e-30f })
        {
            var (q, p) = (Random(20, 5, 4), Random(100, 5, 5));
            foreach (var matrix in new[] { q, p })
                foreach (ref var number in matrix.Flat) number *= scale;
            foreach (var metric in Enum.GetValues<DistanceMetric>()) Check(q, p, 3, metric);
        }
    }

    [Fact]
    public void The_cosine_distance_is_one_less_the_cosine_and_does_not_see_lengths()
    {
        var (q, p) = (Random(10, 40, 6), Random(50, 40, 7));
        foreach (ref var number in p.Row(3)) number *= 100;
        var found = new NearestNeighbours(OneThread, p, DistanceMetric.Cosine).Find(OneThread, q, 50);
        for (var i = 0; i < q.Rows; i++)
        {
            for (var place = 0; place < 50; place++)
            {
                var row = p.Row(found.Indices(i)[place]).ToArray();
                double Product(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
                var cosine = Product(q.Row(i).ToArray(), row) / Math.Sqrt(Product(q.Row(i).ToArray(), q.Row(i).ToArray()) * Product(row, row));
                Assert.Equal(1 - cosine, found.Distances[i, place], 1e-6);
            }
        }
    }

    [Fact]
    public void By_cosine_a_row_of_zeros_is_at_one_half_from_others_and_at_0_from_its_like()
    {
        var p = Random(20, 6, 8);
        p.Row(4).Clear();
        p.Row(9).Clear();
        var q = Random(2, 6, 9);
        q.Row(1).Clear();
        var found = new NearestNeighbours(OneThread, p, DistanceMetric.Cosine).Find(OneThread, q, 20);
        Assert.Equal([4, 9], found.Indices(1)[..2]);
        Assert.Equal(0, found.Distances[1, 1]);
        Assert.Equal(0.5, found.Distances[1, 2], 1e-6);
        Assert.Equal(0.5, found.Distances[0, found.Indices(0).IndexOf(4)], 1e-6);
    }

    [Fact]
    public void Neither_the_kernel_nor_the_threads_nor_the_other_queries_change_a_bit()
    {
        var (q, p) = (Random(90, 50, 10), Random(1500, 50, 11));
        foreach (var metric in Enum.GetValues<DistanceMetric>())
        {
            var expected = new NearestNeighbours(OneThread, p, metric).Find(OneThread, q, 7);
            foreach (var instructionSet in InstructionSets.Available)
            {
                foreach (var threads in new[] { 1, 3 })
                {
                    using var engine = new Engine(threads, InstructionSets.NameOf(instructionSet));
                    var neighbours = new NearestNeighbours(engine, p, metric);
                    RequireEqual(expected, neighbours.Find(engine, q, 7), 0);
                    for (var i = 0; i < q.Rows; i += 13) RequireEqual(expected, neighbours.Find(engine, q.RowBlock(i, Math.Min(13, q.Rows - i)), 7), i);
                }
            }
        }
    }

    [Fact]
    public void A_NaN_or_an_infinity_spoils_its_own_query_alone()
    {
        var (q, p) = (Random(9, 10, 12), Random(100, 10, 13));
        foreach (var metric in Enum.GetValues<DistanceMetric>())
        {
            var neighbours = new NearestNeighbours(OneThread, p, metric);
            var clean = neighbours.Find(OneThread, q, 4);
            var spoilt = new Matrix<float>(q.Rows, q.Columns);
            q.Flat.CopyTo(spoilt.Flat);
            (spoilt[3, 2], spoilt[5, 0]) = (float.NaN, float.PositiveInfinity);
            var found = neighbours.Find(OneThread, spoilt, 4);
            for (var i = 0; i < q.Rows; i++)
            {
                var expected = i switch { 3 => float.NaN, 5 => metric == DistanceMetric.Cosine ? float.NaN : float.PositiveInfinity, _ => 0 };
                Assert.Equal(expected == 0 ? clean.Distances.Row(i) : [expected, expected, expected, expected], found.Distances.Row(i));
                Assert.Equal(expected == 0 ? clean.Indices(i) : [0, 1, 2, 3], found.Indices(i));
            }
        }
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var p = Random(5, 3, 14);
        var neighbours = new NearestNeighbours(OneThread, p);
        Assert.Throws<ArgumentOutOfRangeException>(() => neighbours.Find(OneThread, p, 0));
        Assert.Contains("6 neighbours", Assert.Throws<ArgumentOutOfRangeException>(() => neighbours.Find(OneThread, p, 6)).Message, StringComparison.Ordinal);
        Assert.Contains("3 columns", Assert.Throws<ArgumentException>(() => neighbours.Find(OneThread, new Matrix<float>(2, 4), 1)).Message, StringComparison.Ordinal);
        Assert.Equal("query", Assert.Throws<ArgumentOutOfRangeException>(() => neighbours.Find(OneThread, p, 1).Indices(5)).ParamName);
        Assert.Throws<ArgumentException>(() => new NearestNeighbours(OneThread, new Matrix<float>(0, 3)));
        Assert.Throws<ArgumentException>(() => new NearestNeighbours(OneThread, new Matrix<float>(3, 0)));
        p[2, 1] = float.NaN;
        Assert.Contains("Reference 2", Assert.Throws<ArgumentException>(() => new NearestNeighbours(OneThread, p)).Message, StringComparison.Ordinal);
        p[2, 1] = float.NegativeInfinity;
        Assert.Throws<ArgumentException>(() => new NearestNeighbours(OneThread, p, DistanceMetric.Cosine));
    }

    internal static void Check(Matrix<float> q, Matrix<float> p, int k, DistanceMetric metric)
    {
        var found = new NearestNeighbours(OneThread, p, metric).Find(OneThread, q, k);
        for (var i = 0; i < q.Rows; i++)
        {
            var expected = Enumerable.Range(0, p.Rows).Select(j => (Distance: Distance(q.Row(i), p.Row(j), metric), Index: j)).OrderBy(pair => pair).Take(k).ToArray();
            Assert.Equal(expected.Select(pair => (float)pair.Distance), found.Distances.Row(i).ToArray());
            Assert.Equal(expected.Select(pair => pair.Index), found.Indices(i).ToArray());
        }
    }

    private static double Distance(Span<float> q, Span<float> p, DistanceMetric metric)
    {
        var (a, b) = metric == DistanceMetric.Cosine ? (Unit(q.ToArray()), Unit(p.ToArray())) : (q.ToArray(), p.ToArray());
        var square = 0.0;
        for (var i = 0; i < a.Length; i++) square += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return metric == DistanceMetric.Cosine ? square / 2 : Math.Sqrt(square);
    }

    private static float[] Unit(float[] row)
    {
        var length = Math.Sqrt(row.Aggregate(0.0, (sum, number) => sum + (double)number * number));
        return length == 0 ? row : [.. row.Select(number => (float)(number / length))];
    }

    private static void RequireEqual(Neighbours expected, Neighbours found, int first)
    {
        for (var i = 0; i < found.Distances.Rows; i++)
        {
            Assert.Equal(expected.Distances.Row(first + i), found.Distances.Row(i));
            Assert.Equal(expected.Indices(first + i), found.Indices(i));
        }
    }

    private static Matrix<float> Random(int rows, int columns, uint index)
    {
        var matrix = new Matrix<float>(rows, columns);
        new RandomSequence(15, 1, index).FillNormal(matrix.Flat);
        return matrix;
    }
}
