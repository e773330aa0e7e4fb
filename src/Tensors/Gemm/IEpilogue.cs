// What is done to a product's numbers while they lie in cache.

namespace VaeFromScratch.Tensors;

/// <summary>Changes the numbers of a product once their sums are complete, part of a row by part of a row, while they lie in cache.</summary>
public interface IEpilogue<T> where T : unmanaged
{
    /// <summary>Changes some numbers of a row. Each number is handed over once, on any thread and in any order.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The first column.</param>
    /// <param name="values">The numbers.</param>
    void Apply(int row, int column, Span<T> values);
}

/// <summary>Leaves a product as it is.</summary>
internal readonly struct NoEpilogue<T> : IEpilogue<T> where T : unmanaged
{
    public void Apply(int row, int column, Span<T> values)
    {
        // Nothing: the product is wanted as it is.
    }
}
