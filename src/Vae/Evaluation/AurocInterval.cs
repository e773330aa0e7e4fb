// How far an AUROC measured on a finite test set may lie from the true one, where the scores are no longer at hand.

namespace VaeFromScratch.Vae.Evaluation;

/// <summary>The 95 % confidence interval of an AUROC from the area and the numbers of images alone; <see cref="DeLong"/> takes it from the scores.</summary>
/// <remarks>
/// Source: J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
/// Radiology 143, 1982, formula 2. It accounts for the choice of the test images alone, not for the seed of the training.
/// </remarks>
public static class AurocInterval
{
    // SE² = (A(1 - A) + (P - 1)(Q1 - A²) + (N - 1)(Q2 - A²)) / (P·N) (11.11), Q1 = A / (2 - A) (11.12), Q2 = 2A² / (1 + A) (11.13)
    // Q1: two anomalies both score above one normal; Q2: one anomaly scores above two normals. Both as if scores were exponential.

    /// <summary>Half the width of the interval.</summary>
    /// <param name="auroc">The area, A.</param>
    /// <param name="anomalies">Anomalies in the test set, P.</param>
    /// <param name="normals">Normal observations in the test set, N.</param>
    public static double HalfWidth95(double auroc, int anomalies, int normals)
    {
        var (a, square) = (auroc, auroc * auroc);
        var (q1, q2) = (a / (2 - a), 2 * square / (1 + a));
        var variance = (a * (1 - a) + (anomalies - 1.0) * (q1 - square) + (normals - 1.0) * (q2 - square)) / ((double)anomalies * normals);
        return NormalDistribution.Quantile975 * Math.Sqrt(Math.Max(0, variance));
    }
}
