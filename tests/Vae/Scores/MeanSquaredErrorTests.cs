// The mean squared error, from reconstructions and from logits.

using System.Numerics;
using System.Runtime.Intrinsics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class MeanSquaredErrorTests
{
    private const int Images = 11;

    // Less than a vector, whole ones, and part of one more.
    public static TheoryData<int> FeatureCounts => [1, 3, 7, 8, 9, 31, 33, 784];

    [Theory]
    [MemberData(nameof(FeatureCounts))]
    public void The_score_is_that_of_the_definition(int features)
    {
        var (x, r) = (Random<float>(features, 1), Random<float>(features, 2));
        foreach (var threads in new[] { 1, 3 })
        {
            var mse = Compute(threads, x, r, MeanSquaredError.Compute);
            for (var i = 0; i < Images; i++)
            {
                var expected = Enumerable.Range(0, features).Average(p => ((double)x[i, p] - r[i, p]) * ((double)x[i, p] - r[i, p]));
                Assert.Equal(expected, mse[i], expected * 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(FeatureCounts))]
    public void From_logits_it_has_the_bits_of_the_sigmoid_and_then_the_error(int features)
    {
        Check<float>(features, 1);
        Check<float>(features, 3);
        Check<double>(features, 3);
    }

    [Fact]
    public void Lanes_beyond_a_row_add_nothing()
    {
        // Logits of 0 are reconstructions of 1/2: a lane beyond the row that took part would add 1/4.
        foreach (var features in new[] { 1, 3, 7, 9, 33 })
        {
            var (x, logits) = (new Matrix<float>(Images, features), new Matrix<float>(Images, features));
            x.Flat.Fill(0.5f);
            Assert.All(Compute(1, x, logits, MeanSquaredError.ComputeFromLogits), mse => Assert.Equal(0, mse));
        }
    }

    [Fact]
    public void Scores_of_another_shape_are_refused()
    {
        using var engine = new Engine(1);
        var x = new Matrix<float>(4, 3);
        Assert.Throws<ArgumentException>(() => MeanSquaredError.Compute(engine, x, x, new Matrix<float>(1, 3)));
        Assert.Throws<ArgumentException>(() => MeanSquaredError.ComputeFromLogits(engine, x, new Matrix<float>(3, 4), new Matrix<float>(1, 4)));
    }

    private static void Check<T>(int features, int threads) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (x, logits, r) = (Random<T>(features, 1), Random<T>(features, 2), new Matrix<T>(Images, features));
        for (var i = 0; i < r.Flat.Length; i++) r.Flat[i] = Sigmoid.Invoke(Vector256.Create(logits.Flat[i]))[0];
        var (expected, actual) = (Compute(threads, x, r, MeanSquaredError.Compute), Compute(threads, x, logits, MeanSquaredError.ComputeFromLogits));
        Assert.Equal(expected, actual);
    }

    private static T[] Compute<T>(int threads, Matrix<T> x, Matrix<T> r, Action<Engine, Matrix<T>, Matrix<T>, Matrix<T>> compute)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var engine = new Engine(threads);
        var mse = new Matrix<T>(1, Images);
        mse.Flat.Fill(T.NaN);
        compute(engine, x, r, mse);
        return mse.Flat.ToArray();
    }

    private static Matrix<T> Random<T>(int features, uint index) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var matrix = new Matrix<T>(Images, features);
        new RandomSequence(6, 1, index).FillNormal(matrix.Flat);
        return matrix;
    }
}
