// The standard normal distribution: a quantile and the upper tail, with the same bits on every machine.

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>The distribution N(0, 1).</summary>
/// <remarks>
/// Sources: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", 1964, 26.2.11 (series) and 26.2.14 (continued fraction).
/// </remarks>
public static class NormalDistribution
{
    /// <summary>What a draw stays below in 97.5 of 100 cases; 95 of 100 lie between its negative and it.</summary>
    public const double Quantile975 = 1.959963984540054;

    // Where the tail is small, one half less the rest would lose its digits; where it is large, the fraction needs many terms. At 2 either
    // has converged after this many terms.
    private const double FractionFrom = 2;
    private const int Terms = 100;

    private const double InverseSqrtTwoPi = 0.3989422804014327;
    private const double Log2E = 1.4426950408889634;

    // ln 2 as 15 bits, so that their product with n is exact, and a rest (12.13).
    private const double Ln2High = 0.693145751953125, Ln2Low = 1.4286068203094173e-6;
    private const double SmallestExponent = -745.2;

    /// <summary>The probability that a draw exceeds z.</summary>
    /// <returns>From 1 to 0; NaN for NaN. For z of 0 or more the relative error is below 2e-13, where the result is a normal number.</returns>
    public static double UpperTail(double z)
    {
        if (z < 0) return 1 - UpperTail(-z);
        var density = InverseSqrtTwoPi * Exp(-z * z / 2);
        return z < FractionFrom ? 0.5 - density * Series(z) : density / Fraction(z);
    }

    // z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + ...
    private static double Series(double z)
    {
        var (term, sum) = (z, z);
        for (var k = 1; k <= Terms; k++)
        {
            term *= z * z / (2 * k + 1);
            sum += term;
        }

        return sum;
    }

    // z + 1/(z + 2/(z + 3/(z + ...))), from the inside.
    private static double Fraction(double z)
    {
        var value = z;
        for (var k = Terms; k >= 1; k--) value = z + k / value;
        return value;
    }

    // e^x for x <= 0. x = n·ln 2 + r, |r| <= ln(2)/2, and Taylor's series of e^r, whose next term is below 5e-18. Every step is an exactly
    // rounded operation, which Math.Exp is not.
    private static double Exp(double x)
    {
        const int degree = 13;
        if (x < SmallestExponent) return 0;
        var n = Math.Round(x * Log2E);
        var r = x - n * Ln2High - n * Ln2Low;
        var power = 1.0;
        for (var k = degree; k >= 1; k--) power = 1 + r / k * power;
        return double.IsNaN(x) ? x : Math.ScaleB(power, (int)n);
    }
}
