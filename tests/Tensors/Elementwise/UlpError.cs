// Distances between floats, in units in the last place.

namespace VaeFromScratch.Tensors.Tests;

internal static class UlpError
{
    /// <summary>|actual - exact| in units of the spacing of floats at the exact value.</summary>
    public static double Of(float actual, double exact)
    {
        var rounded = (float)exact;
        if (float.IsNaN(rounded) || float.IsInfinity(rounded) || float.IsNaN(actual) || float.IsInfinity(actual))
            return actual.Equals(rounded) ? 0 : double.PositiveInfinity;
        var exponent = exact == 0 ? -126 : Math.Max(Math.ILogB(exact), -126);
        return Math.Abs(actual - exact) / Math.ScaleB(1, exponent - 23);
    }

    /// <summary>The worst error of a function over all floats whose bits lie in a range, split over the cores.</summary>
    public static (double Error, float At) Worst(uint firstBits, uint lastBits, uint step, Action<float[], float[]> function, Func<double, double> exact)
    {
        const int chunk = 1 << 16;
        var gate = new Lock();
        var worst = (Error: -1.0, At: 0f);
        var chunks = (lastBits - firstBits) / step / chunk + 1;
        Parallel.For(0, chunks, index =>
        {
            var (x, y) = (new float[chunk], new float[chunk]);
            for (var i = 0; i < chunk; i++) x[i] = BitConverter.UInt32BitsToSingle((uint)Math.Min(firstBits + ((ulong)index * chunk + (ulong)i) * step, lastBits));
            function(x, y);
            var (error, at) = (-1.0, 0f);
            for (var i = 0; i < chunk; i++)
            {
                var e = Of(y[i], exact(x[i]));
                if (e > error) (error, at) = (e, x[i]);
            }

            lock (gate)
                if (error > worst.Error) worst = (error, at);
        });
        return worst;
    }
}
