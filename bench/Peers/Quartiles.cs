// The middle of a set of measurements and how far it spreads.

namespace VaeFromScratch.Peers;

/// <summary>Median and quartiles; the mean would follow every disturbance.</summary>
internal readonly record struct Quartiles(double Lower, double Median, double Upper)
{
    public static Quartiles Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        double At(double share)
        {
            var place = share * (sorted.Length - 1);
            var below = (int)place;
            var above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }

        return new Quartiles(At(0.25), At(0.5), At(0.75));
    }
}
