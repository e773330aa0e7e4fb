// The ceiling: how many floating-point operations a second the cores do when there is nothing but fused multiply-adds.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Peers;

/// <summary>Measures the machine's own limit for matrix products, on all threads of an engine at once.</summary>
internal static class Ceiling
{
    // A fused multiply-add takes four or five cycles and up to two start in each, so ten chains at least have to be under way.
    private const int Chains = 12, Turns = 5_000_000;

    // Where the results go: a loop whose result nobody reads may be left out by the compiler.
    private static float s_sink;

    private interface IVectors<TVector> where TVector : struct
    {
        static abstract int Lanes { get; }

        static abstract TVector Create(float value);

        static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

        static abstract float Sum(TVector a);
    }

    /// <summary>Seconds that this much work would take at the ceiling.</summary>
    public static double Seconds(Engine engine, double floatingPointOperations)
    {
        var start = Stopwatch.GetTimestamp();
        int lanes;
        if (Vector512.IsHardwareAccelerated)
        {
            engine.Team.For(engine.Team.Threads, 1, default(Loop<Vector512<float>, Vectors512>));
            lanes = Vectors512.Lanes;
        }
        else
        {
            engine.Team.For(engine.Team.Threads, 1, default(Loop<Vector256<float>, Vectors256>));
            lanes = Vectors256.Lanes;
        }

        var done = 2.0 * lanes * Chains * Turns * engine.Team.Threads;
        return Stopwatch.GetElapsedTime(start).TotalSeconds * floatingPointOperations / done;
    }

    private readonly struct Loop<TVector, TVectors> : ILoopBody where TVector : struct where TVectors : struct, IVectors<TVector>
    {
        public void Execute(int first, int limit)
        {
            for (var part = first; part < limit; part++) s_sink = Run();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float Run()
        {
            TVector factor = TVectors.Create(0.999f), one = TVectors.Create(1);
            TVector a0 = one, a1 = one, a2 = one, a3 = one, a4 = one, a5 = one, a6 = one, a7 = one, a8 = one, a9 = one, a10 = one, a11 = one;
            for (var turn = 0; turn < Turns; turn++)
            {
                a0 = TVectors.MultiplyAdd(a0, factor, one);
                a1 = TVectors.MultiplyAdd(a1, factor, one);
                a2 = TVectors.MultiplyAdd(a2, factor, one);
                a3 = TVectors.MultiplyAdd(a3, factor, one);
                a4 = TVectors.MultiplyAdd(a4, factor, one);
                a5 = TVectors.MultiplyAdd(a5, factor, one);
                a6 = TVectors.MultiplyAdd(a6, factor, one);
                a7 = TVectors.MultiplyAdd(a7, factor, one);
                a8 = TVectors.MultiplyAdd(a8, factor, one);
                a9 = TVectors.MultiplyAdd(a9, factor, one);
                a10 = TVectors.MultiplyAdd(a10, factor, one);
                a11 = TVectors.MultiplyAdd(a11, factor, one);
            }

            return TVectors.Sum(a0) + TVectors.Sum(a1) + TVectors.Sum(a2) + TVectors.Sum(a3) + TVectors.Sum(a4) + TVectors.Sum(a5)
                + TVectors.Sum(a6) + TVectors.Sum(a7) + TVectors.Sum(a8) + TVectors.Sum(a9) + TVectors.Sum(a10) + TVectors.Sum(a11);
        }
    }

    private readonly struct Vectors512 : IVectors<Vector512<float>>
    {
        public static int Lanes => Vector512<float>.Count;

        public static Vector512<float> Create(float value) => Vector512.Create(value);

        public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

        public static float Sum(Vector512<float> a) => Vector512.Sum(a);
    }

    private readonly struct Vectors256 : IVectors<Vector256<float>>
    {
        public static int Lanes => Vector256<float>.Count;

        public static Vector256<float> Create(float value) => Vector256.Create(value);

        public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

        public static float Sum(Vector256<float> a) => Vector256.Sum(a);
    }
}
