// Exact nearest neighbours: all distances roughly, from a matrix product, and those that matter once more, exactly.

using System.Runtime.InteropServices;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Statistics;

/// <summary>The nearest neighbours of any rows among fixed ones, the references.</summary>
/// <remarks>
/// <para>
/// What is found is exact: the k smallest by distances that are summed in double precision, in the order of the columns, from the differences
/// themselves; the lower index first where two are equal. So a row is at distance 0 from itself, and nothing depends on the instruction set, the
/// number of threads or the other queries. The matrix product only chooses k candidates and a few to spare. Where its rounding might have lost a
/// neighbour, by the bound (15.6), the product is computed once more, and that query is compared with every reference that the bound allows.
/// </para>
/// <para>
/// n queries against m references of D columns cost n·m·D multiply-adds, fewer where many numbers of the queries are 0, and memory for a second
/// copy of the references (a third one by cosine) and k + 8 candidates a query. An instance does not change; any number of threads may search it,
/// each on an engine of its own.
/// </para>
/// </remarks>
public sealed class NearestNeighbours
{
    // Whole strips of every kernel, 1008 = 9·112 = 21·48 = 63·16, and rows that are an odd number of cache lines apart, so that none has to be copied.
    private const int BlockColumns = 1008;

    // Candidates beyond k: the exact distance of the k-th is compared with the rough one of the last.
    private const int Spare = 8;

    // Queries of the second look at a time: where all references are alike each of them takes a list of all.
    private const int MostOpen = 256;

    // The limit of a query whose neighbours are all among its candidates.
    private const float Certain = float.NegativeInfinity;

    private readonly DistanceMetric _metric;
    private readonly Matrix<float> _references;
    private readonly Matrix<float>[] _blocks;
    private readonly float[] _halfSquares;
    private readonly int[] _all;
    private readonly double _largestNorm;

    /// <summary>Prepares references.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="references">Finite numbers, <c>[m, columns]</c>, rows side by side in memory; they must not change afterwards.</param>
    /// <param name="metric">The distance.</param>
    /// <exception cref="ArgumentException">There are no references or no columns, or a number is NaN or infinite.</exception>
    public NearestNeighbours(Engine engine, Matrix<float> references, DistanceMetric metric = DistanceMetric.Euclidean)
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (references.Rows == 0 || references.Columns == 0)
            throw new ArgumentException($"The references are {references}; expected at least one row and one column.", nameof(references));
        for (var row = 0; row < references.Rows; row++)
            if (!double.IsFinite(UnitRows.SquaredLength(references.Row(row))))
                throw new ArgumentException(FormattableString.Invariant($"Reference {row} has a NaN or an infinite number; expected finite ones."), nameof(references));
        (_metric, _references) = (metric, metric == DistanceMetric.Cosine ? UnitRows.Of(engine, references) : references);
        _halfSquares = new float[references.Rows];
        for (var row = 0; row < references.Rows; row++)
        {
            var square = UnitRows.SquaredLength(_references.Row(row));
            _halfSquares[row] = (float)(square / 2);
            _largestNorm = Math.Max(_largestNorm, Math.Sqrt(square));
        }

        _all = [.. Enumerable.Range(0, references.Rows)];
        _blocks = [.. Enumerable.Range(0, (Count + BlockColumns - 1) / BlockColumns)
            .Select(block => new Matrix<float>(references.Columns, Math.Min(BlockColumns, Count - block * BlockColumns)))];
        engine.ForRows(_blocks.Length, BlockColumns * references.Columns, new TransposeBody(_references, _blocks));
    }

    /// <summary>References, m.</summary>
    public int Count => _references.Rows;

    /// <summary>Finds the k nearest references of each query.</summary>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="queries">Rows of as many columns as the references, <c>[n, columns]</c>, side by side in memory.</param>
    /// <param name="k">Neighbours of each, 1 to the number of references.</param>
    /// <returns>Distances and indices. Of a query with a NaN they are NaN and 0 to k - 1.</returns>
    /// <exception cref="ArgumentException">The queries have another number of columns.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is less than 1, or there are not as many references.</exception>
    public Neighbours Find(Engine engine, Matrix<float> queries, int k)
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (queries.Columns != _references.Columns)
            throw new ArgumentException(FormattableString.Invariant($"The queries are {queries}; expected {_references.Columns} columns, as the references have."), nameof(queries));
        if (k < 1 || k > Count)
            throw new ArgumentOutOfRangeException(nameof(k), FormattableString.Invariant($"{k} neighbours are asked for; expected 1 to {Count}, the number of references."));
        if (_metric == DistanceMetric.Cosine) queries = UnitRows.Of(engine, queries);

        var candidates = new NeighbourCandidates(queries.Rows, (int)Math.Min((long)k + Spare, Count));
        for (var block = 0; block < _blocks.Length; block++)
            Gemm.MultiplyRows(engine, queries, _blocks[block], new Selector(candidates, _halfSquares, block * BlockColumns), LeftOperand.Sparse);
        var (found, limits) = (new Neighbours(queries.Rows, k), new float[queries.Rows]);
        engine.ForRows(queries.Rows, candidates.Kept * queries.Columns, new RankBody(this, queries, candidates, found, limits));
        int[] open = [.. Enumerable.Range(0, queries.Rows).Where(row => limits[row] != Certain)];
        foreach (var some in open.Chunk(MostOpen)) FindWithin(engine, queries, some, limits, found);
        return found;
    }

    // Queries whose candidates may not be all: once more, with all references whose keys allow them to be neighbours.
    private void FindWithin(Engine engine, Matrix<float> queries, int[] open, float[] limits, Neighbours found)
    {
        var rows = new Matrix<float>(open.Length, queries.Columns);
        for (var i = 0; i < open.Length; i++) queries.Row(open[i]).CopyTo(rows.Row(i));
        List<int>[] within = [.. open.Select(_ => new List<int>())];
        float[] largest = [.. open.Select(row => limits[row])];
        for (var block = 0; block < _blocks.Length; block++)
            Gemm.MultiplyRows(engine, rows, _blocks[block], new Collector(within, largest, _halfSquares, block * BlockColumns), LeftOperand.Sparse);
        engine.ForRows(open.Length, Spare * queries.Columns, new RankWithinBody(this, rows, open, within, found));
    }

    /// <summary>Hands each row of the product, a query's with a block of references, to the candidates.</summary>
    private readonly struct Selector(NeighbourCandidates candidates, float[] halfSquares, int first) : IRowConsumer<float>
    {
        public void Take(int row, ReadOnlySpan<float> values) => candidates.Offer(row, first, halfSquares.AsSpan(first, values.Length), values);
    }

    /// <summary>Collects of each row of the product the references with keys up to a limit, by ascending number.</summary>
    private readonly struct Collector(List<int>[] within, float[] largest, float[] halfSquares, int first) : IRowConsumer<float>
    {
        public void Take(int row, ReadOnlySpan<float> values)
        {
            for (var i = 0; i < values.Length; i++)
                if (halfSquares[first + i] - values[i] <= largest[row]) within[row].Add(first + i);
        }
    }

    /// <summary>Ranks the candidates by their distances, and tells up to which key there may be other neighbours.</summary>
    private readonly struct RankBody(NearestNeighbours owner, Matrix<float> queries, NeighbourCandidates candidates, Neighbours found, float[] limits) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            var squares = new double[found.Distances.Columns];
            for (var row = first; row < limit; row++)
            {
                var query = queries.Row(row);
                var kept = candidates.Indices(row);
                kept.Sort();
                owner.Rank(query, kept, squares, found.MutableIndices(row));
                var key = owner.LargestKeyWithin(query, squares[^1]);
                if (float.IsNaN(key)) owner.Rank(query, owner._all, squares, found.MutableIndices(row));
                limits[row] = float.IsNaN(key) || candidates.Kept == owner.Count || key < candidates.LargestKey(row) ? Certain : key;
                owner.WriteDistances(found, row, squares);
            }
        }
    }

    /// <summary>Ranks all references that may be neighbours of a query by their distances.</summary>
    private readonly struct RankWithinBody(NearestNeighbours owner, Matrix<float> rows, int[] open, List<int>[] within, Neighbours found) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            var squares = new double[found.Distances.Columns];
            for (var row = first; row < limit; row++)
            {
                owner.Rank(rows.Row(row), CollectionsMarshal.AsSpan(within[row]), squares, found.MutableIndices(open[row]));
                owner.WriteDistances(found, open[row], squares);
            }
        }
    }

    private void WriteDistances(Neighbours found, int row, ReadOnlySpan<double> squares)
    {
        for (var i = 0; i < squares.Length; i++) found.Distances[row, i] = (float)(_metric == DistanceMetric.Cosine ? squares[i] / 2 : Math.Sqrt(squares[i]));
    }

    // The nearest of some references, whose numbers ascend, so that of two at one distance the lower comes first.
    private void Rank(ReadOnlySpan<float> query, ReadOnlySpan<int> references, Span<double> squares, Span<int> indices)
    {
        var count = 0;
        foreach (var reference in references)
        {
            var square = SquaredDistance(query, _references.Row(reference));
            if (count < squares.Length) count++;
            else if (!(square < squares[^1])) continue;
            NeighbourCandidates.Insert(squares[..count], indices[..count], square, reference);
        }
    }

    // The largest key that the product can have for a reference whose squared distance is at most this one (15.7). A key is wrong by less than the bound
    // (15.6): of the product, of |p|²/2 and of their difference in single precision, and of the sums in double precision. NaN if something may have
    // overflowed, and for NaN.
    private float LargestKeyWithin(ReadOnlySpan<float> query, double square)
    {
        const double unitRoundoff = 1.0 / (1 << 24);
        var querySquare = UnitRows.SquaredLength(query);
        var norm = Math.Sqrt(querySquare);
        var largest = _largestNorm * (norm + _largestNorm / 2);
        if (!(largest < float.MaxValue / 2)) return float.NaN;
        var roundings = (query.Length + 4) * unitRoundoff;
        var bound = roundings / (1 - roundings) * largest
            + roundings * unitRoundoff / 8 * (norm + _largestNorm) * (norm + _largestNorm)
            + query.Length * (double)float.Epsilon;
        return MathF.BitIncrement((float)((square - querySquare) / 2 + bound));
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length && i < b.Length; i++)
        {
            var difference = (double)a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }

    private readonly struct TransposeBody(Matrix<float> references, Matrix<float>[] blocks) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var block = first; block < limit; block++)
            {
                var numbers = blocks[block].Flat;
                var width = blocks[block].Columns;
                for (var j = 0; j < width; j++)
                {
                    var reference = references.Row(block * BlockColumns + j);
                    for (var i = 0; i < reference.Length; i++) numbers[i * width + j] = reference[i];
                }
            }
        }
    }
}
