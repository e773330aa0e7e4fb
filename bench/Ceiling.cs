// The ceiling: how many fused multiply-adds this machine makes when nothing else holds it up. Every share of this project is a share of it.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Bench;

/// <summary>Measures the peak of fused multiply-adds for a width of vectors, on all threads of an engine at once.</summary>
/// <remarks>
/// The loops touch no memory: 12 sums in registers, each waiting only for itself. A fused multiply-add takes 4 cycles and a core starts
/// at most 2 of them in each, so 8 sums would do; 12 leave room and still fit, with both factors, into the 16 registers of AVX2.
/// </remarks>
internal static class Ceiling
{
    private const int Chains = 12;

    // c = c·Factor + Addend tends to 1: neither overflow nor numbers below the normal range, which are slow on some machines.
    private const float Factor = 0.75f, Addend = 0.25f;

    /// <summary>A number of multiply-adds in registers.</summary>
    /// <param name="engine">The threads, which all get the same share.</param>
    /// <param name="set">The instruction set whose vectors are used.</param>
    /// <param name="flops">Operations of a call, a multiply-add counting as two.</param>
    /// <param name="loops">Parallel loops that they are made in.</param>
    public static Work Create(Engine engine, InstructionSet set, double flops, int loops)
    {
        var (team, sink) = (engine.Team, new float[16 * engine.Team.Threads]);
        var iterations = Math.Max(1, (int)(flops / (2.0 * Chains * Lanes(set) * team.Threads * loops)));
        var body = new LoopBody(set, iterations, sink);
        return new Work($"ceiling {InstructionSets.NameOf(set)}", flops, () =>
        {
            for (var loop = 0; loop < loops; loop++) team.For(team.Threads, 1, body);
        }, loops);
    }

    /// <summary>Numbers in a vector of the instruction set.</summary>
    public static int Lanes(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => Vector512<float>.Count,
        InstructionSet.Avx2 => Vector256<float>.Count,
        InstructionSet.V128 => Vector128<float>.Count,
        _ => 1,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run512(int iterations)
    {
        var x = Vector512.Create(Factor);
        var y = Vector512.Create(Addend);
        Vector512<float> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (var i = iterations; i > 0; i--)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, x, y); c1 = Vector512.FusedMultiplyAdd(c1, x, y); c2 = Vector512.FusedMultiplyAdd(c2, x, y);
            c3 = Vector512.FusedMultiplyAdd(c3, x, y); c4 = Vector512.FusedMultiplyAdd(c4, x, y); c5 = Vector512.FusedMultiplyAdd(c5, x, y);
            c6 = Vector512.FusedMultiplyAdd(c6, x, y); c7 = Vector512.FusedMultiplyAdd(c7, x, y); c8 = Vector512.FusedMultiplyAdd(c8, x, y);
            c9 = Vector512.FusedMultiplyAdd(c9, x, y); c10 = Vector512.FusedMultiplyAdd(c10, x, y); c11 = Vector512.FusedMultiplyAdd(c11, x, y);
        }

        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run256(int iterations)
    {
        var x = Vector256.Create(Factor);
        var y = Vector256.Create(Addend);
        Vector256<float> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (var i = iterations; i > 0; i--)
        {
            c0 = Vector256.FusedMultiplyAdd(c0, x, y); c1 = Vector256.FusedMultiplyAdd(c1, x, y); c2 = Vector256.FusedMultiplyAdd(c2, x, y);
            c3 = Vector256.FusedMultiplyAdd(c3, x, y); c4 = Vector256.FusedMultiplyAdd(c4, x, y); c5 = Vector256.FusedMultiplyAdd(c5, x, y);
            c6 = Vector256.FusedMultiplyAdd(c6, x, y); c7 = Vector256.FusedMultiplyAdd(c7, x, y); c8 = Vector256.FusedMultiplyAdd(c8, x, y);
            c9 = Vector256.FusedMultiplyAdd(c9, x, y); c10 = Vector256.FusedMultiplyAdd(c10, x, y); c11 = Vector256.FusedMultiplyAdd(c11, x, y);
        }

        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run128(int iterations)
    {
        var x = Vector128.Create(Factor);
        var y = Vector128.Create(Addend);
        Vector128<float> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (var i = iterations; i > 0; i--)
        {
            c0 = Vector128.FusedMultiplyAdd(c0, x, y); c1 = Vector128.FusedMultiplyAdd(c1, x, y); c2 = Vector128.FusedMultiplyAdd(c2, x, y);
            c3 = Vector128.FusedMultiplyAdd(c3, x, y); c4 = Vector128.FusedMultiplyAdd(c4, x, y); c5 = Vector128.FusedMultiplyAdd(c5, x, y);
            c6 = Vector128.FusedMultiplyAdd(c6, x, y); c7 = Vector128.FusedMultiplyAdd(c7, x, y); c8 = Vector128.FusedMultiplyAdd(c8, x, y);
            c9 = Vector128.FusedMultiplyAdd(c9, x, y); c10 = Vector128.FusedMultiplyAdd(c10, x, y); c11 = Vector128.FusedMultiplyAdd(c11, x, y);
        }

        return Vector128.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float RunScalar(int iterations)
    {
        float x = Factor, y = Addend;
        float c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (var i = iterations; i > 0; i--)
        {
            c0 = MathF.FusedMultiplyAdd(c0, x, y); c1 = MathF.FusedMultiplyAdd(c1, x, y); c2 = MathF.FusedMultiplyAdd(c2, x, y);
            c3 = MathF.FusedMultiplyAdd(c3, x, y); c4 = MathF.FusedMultiplyAdd(c4, x, y); c5 = MathF.FusedMultiplyAdd(c5, x, y);
            c6 = MathF.FusedMultiplyAdd(c6, x, y); c7 = MathF.FusedMultiplyAdd(c7, x, y); c8 = MathF.FusedMultiplyAdd(c8, x, y);
            c9 = MathF.FusedMultiplyAdd(c9, x, y); c10 = MathF.FusedMultiplyAdd(c10, x, y); c11 = MathF.FusedMultiplyAdd(c11, x, y);
        }

        return c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
    }

    // The sums go into the sink, a cache line a thread, so that the compiler can't leave them out.
    private readonly struct LoopBody(InstructionSet set, int iterations, float[] sink) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var thread = first; thread < limit; thread++)
            {
                sink[16 * thread] = set switch
                {
                    InstructionSet.Avx512 => Run512(iterations),
                    InstructionSet.Avx2 => Run256(iterations),
                    InstructionSet.V128 => Run128(iterations),
                    _ => RunScalar(iterations),
                };
            }
        }
    }
}
