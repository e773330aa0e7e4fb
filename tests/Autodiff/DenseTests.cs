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
        var (w, b, x, dy) = (Normal<double>(Out, In, 1), Normal<double>(Out, 1, 2), Normal<double>(In, Batch, 3), Normal<double>(Out, Batch, 4));
        var (y, dw, db, dx) = (Zeros<double>(Out, Batch), Zeros<double>(Out, In), Zeros<double>(Out, 1), Zeros<double>(In, Batch));
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
    public void Single_precision_is_within_the_rounding_of_its_sums()
    {
        var (w, b, x, dy) = (Normal<float>(Out, In, 1), Normal<float>(Out, 1, 2), Normal<float>(In, Batch, 3), Normal<float>(Out, Batch, 4));
        var (w2, b2, x2, dy2) = (Normal<double>(Out, In, 1), Normal<double>(Out, 1, 2), Normal<double>(In, Batch, 3), Normal<double>(Out, Batch, 4));
        var (y, dw, db, dx) = (Zeros<float>(Out, Batch), Zeros<float>(Out, In), Zeros<float>(Out, 1), Zeros<float>(In, Batch));
        var (y2, dw2, db2, dx2) = (Zeros<double>(Out, Batch), Zeros<double>(Out, In), Zeros<double>(Out, 1), Zeros<double>(In, Batch));
        Dense.Forward(OneThread, w, b, x, y);
        Dense.Forward(OneThread, w2, b2, x2, y2);
        Dense.BackwardParameters(OneThread, TestData.Transpose(x), dy, dw, db);
        Dense.BackwardParameters(OneThread, TestData.Transpose(x2), dy2, dw2, db2);
        Dense.BackwardInput(OneThread, w, dy, dx);
        Dense.BackwardInput(OneThread, w2, dy2, dx2);

        // A chain of k fused multiply-adds errs by at most k roundings of its largest partial sum, itself at most the sum of magnitudes.
        static double Rounding(int k, IEnumerable<double> terms) => k * UnitRoundoff * 1.01 * terms.Sum(Math.Abs);
        AssertWithin(y, y2, (o, i) => Rounding(In, Enumerable.Range(0, In).Select(k => w2[o, k] * x2[k, i]).Append(b2[o, 0])), "y");
        AssertWithin(dw, dw2, (o, k) => Rounding(Batch, Enumerable.Range(0, Batch).Select(i => dy2[o, i] * x2[k, i])), "dW");
        AssertWithin(db, db2, (o, _) => Rounding(Batch, Enumerable.Range(0, Batch).Select(i => dy2[o, i])), "db");
        AssertWithin(dx, dx2, (k, i) => Rounding(Out, Enumerable.Range(0, Out).Select(o => w2[o, k] * dy2[o, i])), "dx");
    }

    [Fact]
    public void A_bias_of_another_shape_is_refused() =>
        Assert.Throws<ArgumentException>(() => Dense.Forward(OneThread, Zeros<float>(3, 2), Zeros<float>(2, 1), Zeros<float>(2, 4), Zeros<float>(3, 4)));
}
