// The fully connected layer: gradients against differences, single against double precision.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class DenseTests
{
    private const int In = 7, Out = 5, Batch = 11;

    [Fact]
    public void Every_gradient_is_that_of_the_forward_pass()
    {
        var (w, b, x, dy) = (Normal<double>(In, Out, 1), Normal<double>(1, Out, 2), Normal<double>(Batch, In, 3), Normal<double>(Batch, Out, 4));
        var (y, dw, db, dx) = (Zeros<double>(Batch, Out), Zeros<double>(In, Out), Zeros<double>(1, Out), Zeros<double>(Batch, In));
        double Loss()
        {
            Dense.Forward(OneThread, w, b, x, y);
            return Dot(y, dy);
        }

        Dense.BackwardParameters(OneThread, TestData.Transpose(x), dy, dw, db);
        Dense.BackwardInput(OneThread, w, dy, dx);
        AssertGradient(Loss, w, dw, "dW");
        AssertGradient(Loss, b, db, "db");
        AssertGradient(Loss, x, dx, "dx");
    }

    [Fact]
    public void The_input_of_two_layers_has_the_sum_of_both_gradients()
    {
        var (v, w, b, x) = (Normal<double>(In, Out, 1), Normal<double>(In, 3, 2), Zeros<double>(1, Out), Normal<double>(Batch, In, 3));
        var (dy, dz, dx) = (Normal<double>(Batch, Out, 4), Normal<double>(Batch, 3, 5), Zeros<double>(Batch, In));
        var (y, z) = (Zeros<double>(Batch, Out), Zeros<double>(Batch, 3));
        double Loss()
        {
            Dense.Forward(OneThread, v, b, x, y);
            Dense.Forward(OneThread, w, Zeros<double>(1, 3), x, z);
            return Dot(y, dy) + Dot(z, dz);
        }

        dx.Flat.Fill(double.NaN);
        Dense.BackwardInput(OneThread, v, dy, dx);
        Dense.BackwardInput(OneThread, w, dz, dx, ChainStart.Accumulate);
        AssertGradient(Loss, x, dx, "dx");
    }

    [Fact]
    public void Single_precision_is_within_the_rounding_of_its_sums()
    {
        var (w, b, x, dy) = (Normal<float>(In, Out, 1), Normal<float>(1, Out, 2), Normal<float>(Batch, In, 3), Normal<float>(Batch, Out, 4));
        var (w2, b2, x2, dy2) = (Normal<double>(In, Out, 1), Normal<double>(1, Out, 2), Normal<double>(Batch, In, 3), Normal<double>(Batch, Out, 4));
        var (y, dw, db, dx) = (Zeros<float>(Batch, Out), Zeros<float>(In, Out), Zeros<float>(1, Out), Zeros<float>(Batch, In));
        var (y2, dw2, db2, dx2) = (Zeros<double>(Batch, Out), Zeros<double>(In, Out), Zeros<double>(1, Out), Zeros<double>(Batch, In));
        Dense.Forward(OneThread, w, b, x, y);
        Dense.Forward(OneThread, w2, b2, x2, y2);
        Dense.BackwardParameters(OneThread, TestData.Transpose(x), dy, dw, db);
        Dense.BackwardParameters(OneThread, TestData.Transpose(x2), dy2, dw2, db2);
        Dense.BackwardInput(OneThread, w, dy, dx);
        Dense.BackwardInput(OneThread, w2, dy2, dx2);

        // A chain of k fused multiply-adds errs by at most k roundings of its largest partial sum, itself at most the sum of magnitudes.
        static double Rounding(int k, IEnumerable<double> terms) => k * UnitRoundoff * 1.01 * terms.Sum(Math.Abs);
        AssertWithin(y, y2, (i, o) => Rounding(In, Enumerable.Range(0, In).Select(k => x2[i, k] * w2[k, o]).Append(b2[0, o])), "y");
        AssertWithin(dw, dw2, (k, o) => Rounding(Batch, Enumerable.Range(0, Batch).Select(i => x2[i, k] * dy2[i, o])), "dW");
        AssertWithin(db, db2, (_, o) => Rounding(Batch, Enumerable.Range(0, Batch).Select(i => dy2[i, o])), "db");
        AssertWithin(dx, dx2, (i, k) => Rounding(Out, Enumerable.Range(0, Out).Select(o => dy2[i, o] * w2[k, o])), "dx");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_input_with_zeros_gives_the_same_bits_when_they_are_left_out(int threads)
    {
        const int features = 150, outputs = 190, batch = 70;
        using var engine = new Engine(threads);
        var (w, b, x, dy) = (Normal<float>(features, outputs, 1), Normal<float>(1, outputs, 2), Normal<float>(batch, features, 3), Normal<float>(batch, outputs, 4));
        for (var i = 0; i < x.Flat.Length; i++)
            if (i % 3 != 0) x.Flat[i] = 0;
        var (dense, sparse) = (Run(LeftOperand.Dense), Run(LeftOperand.Sparse));
        Assert.Equal(dense.Y, sparse.Y);
        Assert.Equal(dense.Weight, sparse.Weight);
        Assert.Equal(dense.Bias, sparse.Bias);

        (float[] Y, float[] Weight, float[] Bias) Run(LeftOperand input)
        {
            var (y, dw, db) = (Zeros<float>(batch, outputs), Zeros<float>(features, outputs), Zeros<float>(1, outputs));
            Dense.Forward(engine, w, b, x, y, input);
            Dense.BackwardParameters(engine, TestData.Transpose(x), dy, dw, db, input);
            return (y.Flat.ToArray(), dw.Flat.ToArray(), db.Flat.ToArray());
        }
    }

    [Theory]
    [InlineData(7, 5, 11)]
    [InlineData(130, 190, 70)]
    [InlineData(400, 784, 65)]
    [InlineData(33, 1, 1)]
    public void A_ReLU_in_the_same_pass_gives_the_bits_of_one_after_it(int features, int outputs, int batch)
    {
        var (w, b, x, dy) = (Normal<float>(features, outputs, 1), Normal<float>(1, outputs, 2), Normal<float>(batch, features, 3), Normal<float>(batch, outputs, 4));
        Relu.Forward(OneThread, x, x);
        foreach (var instructionSet in InstructionSets.Available)
        {
            foreach (var threads in new[] { 1, 3 })
            {
                using var engine = new Engine(threads, InstructionSets.NameOf(instructionSet));
                foreach (var input in new[] { LeftOperand.Dense, LeftOperand.Sparse })
                {
                    var (y, fused) = (Zeros<float>(batch, outputs), Zeros<float>(batch, outputs));
                    Dense.Forward(engine, w, b, x, y, input);
                    Relu.Forward(engine, y, y);
                    Dense.ForwardRelu(engine, w, b, x, fused, input);
                    Assert.Equal(y.Flat, fused.Flat);
                }

                var (dx, fusedDx) = (Zeros<float>(batch, features), Zeros<float>(batch, features));
                Dense.BackwardInput(engine, w, dy, dx);
                Relu.Backward(engine, x, dx, dx);
                Dense.BackwardInputRelu(engine, w, x, dy, fusedDx);
                Assert.Equal(dx.Flat, fusedDx.Flat);
            }
        }
    }

    [Fact]
    public void A_ReLU_in_the_same_pass_refuses_shapes_that_do_not_fit()
    {
        var (w, dy, dx) = (Zeros<float>(3, 2), Zeros<float>(4, 2), Zeros<float>(4, 3));
        Assert.Throws<ArgumentException>(() => Dense.BackwardInputRelu(OneThread, w, Zeros<float>(4, 2), dy, dx));
        Assert.Throws<ArgumentException>(() => Dense.ForwardRelu(OneThread, w, Zeros<float>(1, 3), dx, dy));
        Assert.Throws<ArgumentException>(() => Dense.ForwardRelu(OneThread, w, Zeros<float>(1, 2), dx, Zeros<float>(2, 4).Transposed));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(31, 2)]
    [InlineData(33, 3)]
    [InlineData(400, 3)]
    public void Every_bias_gradient_is_the_sum_of_its_column_on_any_number_of_threads(int outputs, int threads)
    {
        using var engine = new Engine(threads);
        var (dy, db) = (Normal<double>(200, outputs, 1), Zeros<double>(1, outputs));
        db.Flat.Fill(double.NaN);
        Dense.BackwardBias(engine, dy, db);
        for (var o = 0; o < outputs; o++) Assert.Equal(Enumerable.Range(0, 200).Sum(i => dy[i, o]), db[0, o], 1e-12);
    }

    [Fact]
    public void A_bias_of_another_shape_is_refused() =>
        Assert.Throws<ArgumentException>(() => Dense.Forward(OneThread, Zeros<float>(2, 3), Zeros<float>(1, 2), Zeros<float>(4, 2), Zeros<float>(4, 3)));
}
