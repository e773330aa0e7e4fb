// Made-up tables: features that hang together, and rows in which they do not.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests.Detection;

internal static class Tables
{
    public const int Features = 6;

    /// <summary>Three of the features follow from two hidden numbers, the rest from one; each in a unit of its own.</summary>
    public static float[] Normal(int rows, uint seed)
    {
        var (noise, table) = (new float[rows * (Features + 2)], new float[rows * Features]);
        new RandomSequence(seed, RandomPurpose.Noise, 0).FillNormal(noise);
        for (var i = 0; i < rows; i++)
        {
            var n = noise.AsSpan(i * (Features + 2), Features + 2);
            var (u, v) = (n[Features], n[Features + 1]);
            var row = table.AsSpan(i * Features, Features);
            float[] values = [u + v, u - v, u * 0.5f, v, v + 0.2f * u, u];
            for (var j = 0; j < Features; j++) row[j] = 10 * (j + 1) + MathF.Pow(10, j - 2) * (values[j] + 0.1f * n[j]);
        }

        return table;
    }

    /// <summary>The same numbers, each column from another row: no single one is unusual.</summary>
    public static float[] Shuffled(int rows, uint seed)
    {
        var (normal, table) = (Normal(rows + Features, seed), new float[rows * Features]);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < Features; j++) table[i * Features + j] = normal[(i + j) * Features + j];
        return table;
    }
}
