// Allocation of vector-aligned memory that the garbage collector owns but never moves.

namespace VaeFromScratch.Tensors;

/// <summary>Allocates arrays whose first used element sits on a cache line and which never move.</summary>
/// <remarks>
/// The memory is an ordinary managed array on the pinned heap: a pointer into it stays valid as long as somebody holds the
/// array, nothing has to be freed by hand, and no view can outlive what it shows.
/// </remarks>
internal static class AlignedMemory
{
    /// <summary>A cache line, and the width of the widest vector, in bytes.</summary>
    public const int Alignment = 64;

    /// <summary>Allocates <paramref name="length"/> zeroed elements.</summary>
    /// <param name="length">Elements, 0 or more.</param>
    /// <param name="start">Where in the returned array the aligned block begins.</param>
    /// <returns>The array that holds the block at <paramref name="start"/>.</returns>
    public static unsafe T[] Allocate<T>(int length, out int start) where T : unmanaged
    {
        var slack = Alignment / sizeof(T);
        var array = GC.AllocateArray<T>(checked(length + slack), pinned: true);
        fixed (T* first = array)
        {
            var misaligned = (int)((nuint)first % Alignment);
            start = misaligned == 0 ? 0 : (Alignment - misaligned) / sizeof(T);
        }

        return array;
    }

    /// <summary>The first address from <paramref name="memory"/> on that lies on a cache line.</summary>
    public static unsafe float* Align(float* memory) => (float*)(((nuint)memory + Alignment - 1) / Alignment * Alignment);
}
