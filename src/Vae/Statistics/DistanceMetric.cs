// The distances in which neighbours are sought.

namespace VaeFromScratch.Vae.Statistics;

/// <summary>How far two rows are from each other.</summary>
public enum DistanceMetric
{
    /// <summary>The length of their difference. (15.1)</summary>
    Euclidean,

    /// <summary>
    /// One minus the cosine of the angle between them, from 0 to 2, computed as half the squared length of the difference of the rows scaled to
    /// length 1. (15.8) A row of zeros, which has no direction, stays at the origin: 1/2 from every other row and 0 from another row of zeros.
    /// </summary>
    Cosine,
}
