// The judge of every backward pass: analytic gradients against differences of the loss itself. Nothing is trained with it.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>What a gradient check found: the worst element.</summary>
/// <param name="RelativeError">|analytic - numeric| over the larger of both, or a thousandth of the largest analytic gradient if that is more.</param>
/// <param name="Index">Row-major index of the worst element.</param>
/// <param name="Analytic">Its analytic gradient.</param>
/// <param name="Numeric">Its central difference.</param>
public readonly record struct GradientCheckResult(double RelativeError, int Index, double Analytic, double Numeric);

/// <summary>Checks a gradient against central differences in double precision.</summary>
public static class GradientCheck
{
    // f'(x) = (f(x - 2h) - 8 f(x - h) + 8 f(x + h) - f(x + 2h)) / 12h + O(h⁴)    (Abramowitz and Stegun 25.3.6)
    // With h = 5e-4 the truncation is near 1e-13 and the rounding near 1e-16/h: both far below the 1e-6 that is asked for.
    // The caller keeps ReLU inputs away from their kink by more than 2h.
    private const double Step = 5e-4;

    // An element near zero is judged against the tensor's scale, not against its own.
    private const double Floor = 1e-3;

    /// <summary>Compares every element of an analytic gradient with the central difference of the loss.</summary>
    /// <param name="loss">Computes the loss from the current values. Deterministic: noise is held fixed.</param>
    /// <param name="values">What the loss depends on, of any shape; each element is moved and put back.</param>
    /// <param name="analytic">The gradient to check, same shape as <paramref name="values"/>.</param>
    /// <returns>The worst element.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static GradientCheckResult Compare(Func<double> loss, Matrix<double> values, Matrix<double> analytic)
    {
        analytic.RequireShape(values.Rows, values.Columns);
        var largest = 0.0;
        for (var row = 0; row < values.Rows; row++)
            for (var column = 0; column < values.Columns; column++)
                largest = double.MaxNumber(largest, Math.Abs(analytic[row, column]));

        var worst = default(GradientCheckResult);
        for (var row = 0; row < values.Rows; row++)
        {
            for (var column = 0; column < values.Columns; column++)
            {
                var numeric = CentralDifference(loss, ref values[row, column]);
                var exact = analytic[row, column];
                var scale = Math.Max(Math.Max(Math.Abs(exact), Math.Abs(numeric)), Math.Max(Floor * largest, double.Epsilon));
                var error = Math.Abs(exact - numeric) / scale;
                // A NaN is an error, not a pass.
                if (double.IsNaN(error)) error = double.PositiveInfinity;
                if (error > worst.RelativeError) worst = new(error, row * values.Columns + column, exact, numeric);
            }
        }

        return worst;
    }

    /// <summary>The derivative of the loss by one number, from the loss at four places around it: an error of order h⁴.</summary>
    /// <param name="loss">Computes the loss from the current values.</param>
    /// <param name="value">The number that is moved and put back.</param>
    public static double CentralDifference(Func<double> loss, ref double value)
    {
        ArgumentNullException.ThrowIfNull(loss);
        var original = value;
        double At(ref double place, double offset)
        {
            place = original + offset;
            return loss();
        }

        var difference = At(ref value, -2 * Step) - 8 * At(ref value, -Step) + 8 * At(ref value, Step) - At(ref value, 2 * Step);
        value = original;
        return difference / (12 * Step);
    }
}
