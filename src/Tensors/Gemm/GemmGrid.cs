// How the result of a matrix product is cut into pieces for the threads. It computes nothing and knows no kernel.

namespace VaeFromScratch.Tensors;

/// <summary>How the columns of C are cut into strips: some wide ones, then some narrow ones, then what is left.</summary>
/// <param name="Columns">Columns of C.</param>
/// <param name="Wide">Columns of a wide strip.</param>
/// <param name="WideCount">Wide strips.</param>
/// <param name="Narrow">Columns of a narrow strip.</param>
/// <param name="NarrowCount">Narrow strips.</param>
internal readonly record struct GemmStrips(int Columns, int Wide, int WideCount, int Narrow, int NarrowCount)
{
    public int Count => WideCount + NarrowCount + (Rest > 0 ? 1 : 0);

    private int Rest => Columns - WideCount * Wide - NarrowCount * Narrow;

    /// <summary>Strips of one width.</summary>
    public static GemmStrips Uniform(int columns, int width) => new(columns, width, columns / width, 0, 0);

    /// <summary>First column of a strip; the end of the strip before it.</summary>
    public int Column(int strip) => strip >= Count
        ? Columns
        : Math.Min(strip, WideCount) * Wide + Math.Min(Math.Max(strip - WideCount, 0), NarrowCount) * Narrow;
}

/// <summary>How C is cut: into groups of rows and strips of columns. k is never cut.</summary>
/// <param name="Rows">Rows of C.</param>
/// <param name="GroupRows">Rows of a group.</param>
/// <param name="Strips">The strips of columns.</param>
/// <param name="IsByColumns">Whether the pieces are counted strip by strip, so that each thread keeps to some columns of B; else group by group.</param>
internal readonly record struct GemmGrid(int Rows, int GroupRows, GemmStrips Strips, bool IsByColumns = false)
{
    public int Groups => (Rows + GroupRows - 1) / GroupRows;

    /// <summary>What the threads share: a piece is a group's rows of one strip.</summary>
    public int Pieces => Groups * Strips.Count;

    /// <summary>Groups of about the same size, none larger than <paramref name="mostRows"/>, but for being rounded up to whole tiles.</summary>
    public static GemmGrid Of(int rows, int mostRows, int tileRows, GemmStrips strips)
    {
        var groups = (rows + mostRows - 1) / mostRows;
        var groupRows = (rows + groups - 1) / groups;
        return new GemmGrid(rows, (groupRows + tileRows - 1) / tileRows * tileRows, strips);
    }

    /// <summary>The largest block of C that piece <paramref name="first"/> and those after it make, up to, not including, <paramref name="limit"/>.</summary>
    /// <returns>The block, and of how many pieces it is.</returns>
    public (GemmBlock Block, int Pieces) Block(int first, int limit)
    {
        var side = IsByColumns ? Groups : Strips.Count;
        var (outer, inner) = (first / side, first % side);
        var count = Math.Min(limit - first, side - inner);
        var (group, groups, strip, strips) = IsByColumns ? (inner, count, outer, 1) : (outer, 1, inner, count);
        return (new GemmBlock(group * GroupRows, Math.Min((group + groups) * GroupRows, Rows), strip, strip + strips), count);
    }
}

/// <summary>Some rows of some strips of C: from the first of each up to, not including, the end.</summary>
internal readonly record struct GemmBlock(int Row, int EndRow, int Strip, int EndStrip);
