// The rectified linear unit.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;

namespace VaeFromScratch.Autodiff.Tests;

public class ReluTests
{
    [Fact]
    public void The_gradient_is_that_of_the_forward_pass_away_from_the_kink()
    {
        var (x, dy, y, dx) = (Normal<double>(6, 9, 1), Normal<double>(6, 9, 2), Zeros<double>(6, 9), Zeros<double>(6, 9));
        foreach (ref var value in x.Flat) value += Math.CopySign(0.01, value);
        double Loss()
        {
            Relu.Forward(OneThread, x, y);
            return Dot(y, dy);
        }

        Loss();
        Relu.Backward(OneThread, y, dy, dx);
        AssertGradient(Loss, x, dx, "dx");
    }

    [Fact]
    public void Zero_passes_no_gradient_and_NaN_is_not_hidden()
    {
        var (x, dy) = (Zeros<float>(1, 5), Zeros<float>(1, 5));
        ReadOnlySpan<float> input = [-1, 0, -0f, 2, float.NaN];
        input.CopyTo(x.Flat);
        dy.Flat.Fill(3);
        Relu.Forward(OneThread, x, x);
        Assert.Equal([0, 0, 0, 2, float.NaN], x.Flat.ToArray());
        Relu.Backward(OneThread, x, dy, dy);
        Assert.Equal([0, 0, 0, 3, 0], dy.Flat.ToArray());
    }
}
