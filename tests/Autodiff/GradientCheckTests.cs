// The judge of the gradients, judged: it finds the worst element, and lets nothing pass that is no number.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff.Tests;

public class GradientCheckTests
{
    private const int Rows = 2, Columns = 3;

    // The sum of the squares, whose gradient is twice the values.
    private static (Func<double> Loss, Matrix<double> Values, Matrix<double> Gradient) Squares(double value = 1)
    {
        var (values, gradient) = (new Matrix<double>(Rows, Columns), new Matrix<double>(Rows, Columns));
        values.Flat.Fill(value);
        gradient.Flat.Fill(2 * value);
        return (() => values.Flat.ToArray().Sum(x => x * x), values, gradient);
    }

    [Fact]
    public void A_right_gradient_passes_and_the_values_are_put_back()
    {
        var (loss, values, gradient) = Squares();
        Assert.True(GradientCheck.Compare(loss, values, gradient).RelativeError < 1e-9);
        Assert.All(values.Flat.ToArray(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void The_worst_element_is_named_and_of_two_alike_the_first()
    {
        var (loss, values, gradient) = Squares();
        (gradient[0, 2], gradient[1, 1]) = (3, 4);
        var result = GradientCheck.Compare(loss, values, gradient);
        Assert.Equal((4, 4.0), (result.Index, result.Analytic));
        Assert.Equal(2, result.Numeric, 1e-9);
        Assert.Equal(0.5, result.RelativeError, 1e-9);

        gradient.Flat.Fill(4);
        Assert.Equal(0, GradientCheck.Compare(() => 0, values, gradient).Index);
    }

    [Fact]
    public void What_is_no_number_is_infinitely_wrong()
    {
        var (loss, values, gradient) = Squares();
        gradient[1, 0] = double.NaN;
        var result = GradientCheck.Compare(loss, values, gradient);
        Assert.Equal((double.PositiveInfinity, 3), (result.RelativeError, result.Index));
        Assert.Equal(double.PositiveInfinity, GradientCheck.Compare(() => double.NaN, values, gradient).RelativeError);
    }

    [Fact]
    public void An_element_near_zero_is_judged_by_the_scale_of_its_tensor()
    {
        var (values, gradient) = (new Matrix<double>(1, 2), new Matrix<double>(1, 2));
        (gradient[0, 0], gradient[0, 1]) = (1000, 1e-4);
        Assert.Equal(1e-4, GradientCheck.Compare(() => 1000 * values[0, 0], values, gradient).RelativeError, 1e-9);
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_refused()
    {
        var (loss, values, gradient) = Squares();
        Assert.Equal("loss", Assert.Throws<ArgumentNullException>(() => GradientCheck.Compare(null!, values, gradient)).ParamName);
        Assert.Equal("loss", Assert.Throws<ArgumentNullException>(() => GradientCheck.CentralDifference(null!, ref values[0, 0])).ParamName);
        Assert.Contains("expected [2, 3]", Assert.Throws<ArgumentException>(() => GradientCheck.Compare(loss, values, gradient.Transposed)).Message, StringComparison.Ordinal);
    }
}
