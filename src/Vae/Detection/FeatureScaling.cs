// What a table's features are divided by before the network sees them, and what stands in for missing ones.

using System.Numerics.Tensors;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>Standardisation of features, fitted to the training rows and kept with the model.</summary>
/// <remarks>
/// x = (value - mean) / deviation, so that the Gaussian likelihood, which has one variance for all features, weighs them alike. A feature that does not
/// vary in training has deviation 1: any change of it counts as it is. Means and deviations are floats, as the model file holds them.
/// </remarks>
public sealed class FeatureScaling
{
    private readonly float[] _means, _deviations;

    internal FeatureScaling(float[] means, float[] deviations, bool imputes) => (_means, _deviations, Imputes) = (means, deviations, imputes);

    /// <summary>Mean of each feature in the training rows; where values are missing, of those that are there.</summary>
    public ReadOnlySpan<float> Means => _means;

    /// <summary>Standard deviation of each feature in the training rows, dividing by their number; 1 for one that does not vary.</summary>
    public ReadOnlySpan<float> Deviations => _deviations;

    /// <summary>Whether a missing value, NaN, is taken for the mean; else it makes the row's score NaN.</summary>
    public bool Imputes { get; }

    /// <summary>Fits means and deviations.</summary>
    /// <param name="rows">Rows, <c>[n, features]</c>; NaN where a value is missing.</param>
    /// <param name="training">Indices of those of training, 1 or more; the others are checked alone.</param>
    /// <param name="imputes">See <see cref="Imputes"/>.</param>
    /// <exception cref="InvalidSettingException">A value is missing and none may be, a feature has no value at all, or one is infinite or beyond the range of its spread.</exception>
    public static FeatureScaling Fit(Matrix<float> rows, IReadOnlyList<int> training, bool imputes)
    {
        ArgumentNullException.ThrowIfNull(training);
        RequireValues(rows, imputes);
        var (means, deviations) = (new float[rows.Columns], new float[rows.Columns]);
        var there = new float[training.Count];
        for (var j = 0; j < rows.Columns; j++)
        {
            var count = 0;
            foreach (var i in training)
                if (!float.IsNaN(rows[i, j])) there[count++] = rows[i, j];
            if (count == 0) throw new InvalidSettingException(FormattableString.Invariant($"Feature {j + 1} has no value in any of {training.Count} training rows; expected one or more."));
            var column = new Matrix<float>(count, 1);
            there.AsSpan(0, count).CopyTo(column.Flat);
            var mean = Covariance.Means(column);
            (means[j], deviations[j]) = ((float)mean[0], (float)ColumnSpread.Of(column, mean)[0]);
            // A spread below the smallest number would make every difference infinite.
            if (!(deviations[j] >= 1e-30f && float.IsFinite(deviations[j])))
                throw new InvalidSettingException(FormattableString.Invariant($"Feature {j + 1} has a standard deviation of {deviations[j]}; expected one between 1e-30 and {float.MaxValue}."));
        }

        return new FeatureScaling(means, deviations, imputes);
    }

    /// <summary>Effectively computes <c>x = (values - mean) / deviation</c>, 0 for a missing value that is imputed.</summary>
    /// <param name="values">Features of a row; may be <paramref name="x"/>.</param>
    /// <param name="x">Receives what the network sees.</param>
    public void Apply(ReadOnlySpan<float> values, Span<float> x)
    {
        TensorPrimitives.Subtract(values, _means, x);
        TensorPrimitives.Divide(x, _deviations, x);
        if (!Imputes) return;
        foreach (ref var value in x)
            if (float.IsNaN(value)) value = 0;
    }

    /// <summary>The inverse of <see cref="Apply"/>, for reconstructions.</summary>
    /// <param name="x">What the network makes; may be <paramref name="values"/>.</param>
    /// <param name="values">Receives it in the features' own units.</param>
    public void Undo(ReadOnlySpan<float> x, Span<float> values)
    {
        TensorPrimitives.Multiply(x, _deviations, values);
        TensorPrimitives.Add(values, _means, values);
    }

    private static void RequireValues(Matrix<float> rows, bool imputes)
    {
        for (var i = 0; i < rows.Rows; i++)
        {
            for (var j = 0; j < rows.Columns; j++)
            {
                if (float.IsInfinity(rows[i, j])) throw new InvalidSettingException(FormattableString.Invariant($"Row {i + 1}: feature {j + 1} is infinite; expected a finite number."));
                if (float.IsNaN(rows[i, j]) && !imputes)
                    throw new InvalidSettingException(FormattableString.Invariant($"Row {i + 1}: feature {j + 1} has no value; expected a number, or that missing ones are to be imputed."));
            }
        }
    }
}
