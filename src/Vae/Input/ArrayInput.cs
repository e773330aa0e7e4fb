// Rows of one array of numbers, as IDX and NPY files hold it: row after row, nothing between them and nothing behind.

using System.Collections.Immutable;
using System.Globalization;

namespace VaeFromScratch.Vae.Input;

/// <summary>Rows of an array of numbers, read block by block.</summary>
internal sealed class ArrayInput : InputReader
{
    // A multiple of every number's size.
    private const int MostOfBlock = 1 << 16;

    private readonly InputSource _source;
    private readonly NumberFormat _format;
    private readonly ImmutableArray<long> _sizes;
    private readonly byte[] _block;
    private long _left;

    private ArrayInput(InputSource source, NumberFormat format, ImmutableArray<long> sizes, InputShape shape) : base(shape)
    {
        (_source, _format, _sizes, _left) = (source, format, sizes, sizes[0]);
        _block = new byte[(int)Math.Min(MostOfBlock, (long)shape.Features * format.Size)];
    }

    public override long? Count => _sizes[0];

    /// <summary>Checks the sizes that a header declares against the bytes that can be there.</summary>
    /// <param name="source">The numbers, and nothing else any more.</param>
    /// <param name="format">How they lie there.</param>
    /// <param name="sizes"><c>[n, features]</c>, <c>[n, height, width]</c> or <c>[n, height, width, 1]</c>.</param>
    /// <param name="options">What is expected.</param>
    /// <exception cref="InvalidDataException">There are more bytes or fewer, or another number of sizes.</exception>
    public static ArrayInput Open(InputSource source, NumberFormat format, ImmutableArray<long> sizes, InputOptions options)
    {
        options.RequireNoneOfCsv(source.Path);
        if (sizes is not ([_, _] or [_, _, _] or [_, _, _, 1]))
            throw new InvalidDataException($"{source.Path}: the array is {Product(sizes)}; expected n x features, n x height x width or n x height x width x 1.");
        var most = sizes.Length == 2 ? InputShape.MaxColumns : InputShape.MaxPixels;
        // Each factor is bounded before it is multiplied.
        var features = sizes.Skip(1).Aggregate((Int128)1, (product, size) => size > most ? long.MaxValue : product * size);
        if (features < 1 || features > most)
            throw new InvalidDataException($"{source.Path}: the array is {Product(sizes)}; expected 1 to {most} values in a row.");

        var bytes = features * sizes[0] * format.Size;
        var there = source.MostPossible - source.Taken;
        if (bytes > there || (source.IsExact && bytes != there))
        {
            throw new InvalidDataException(source.IsExact
                ? $"{source.Path}: the header declares {Product(sizes)} numbers in {bytes} bytes, but {there} bytes follow."
                : $"{source.Path}: the header declares {Product(sizes)} numbers in {bytes} bytes, but the compressed file can hold at most {there}.");
        }

        var shape = sizes.Length == 2 ? InputShape.Table((int)sizes[1]) : InputShape.Images((int)sizes[1], (int)sizes[2]);
        return new ArrayInput(source, format, sizes, shape.RequireFits(options.Expected, source.Path));
    }

    private protected override bool Next(out string? name)
    {
        name = null;
        if (_left > 0) return true;
        // Also has the check sums of a compressed file compared.
        return _source.ReadByte() < 0 ? false : throw new InvalidDataException($"{_source.Path}: the header declares {Product(_sizes)} numbers, but more follow.");
    }

    private protected override void Fill(InputRow row)
    {
        var values = row.Room(Shape.Features);
        for (var at = 0; at < Shape.Features;)
        {
            var count = Math.Min(Shape.Features - at, _block.Length / _format.Size);
            var block = _block.AsSpan(0, count * _format.Size);
            if (_source.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) < block.Length)
                throw new InvalidDataException(FormattableString.Invariant($"{_source.Path}: the header declares {Product(_sizes)} numbers, but the file ends in row {_sizes[0] - _left + 1}."));
            _format.Convert(block, Shape.IsImage, values.Slice(at, count));
            at += count;
        }

        _left--;
        row.Problem = ValueCheck.Problem(values, Shape);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _source.Dispose();
        base.Dispose(disposing);
    }

    private static string Product(ImmutableArray<long> sizes) => string.Join(" x ", sizes.Select(size => size.ToString(CultureInfo.InvariantCulture)));
}
