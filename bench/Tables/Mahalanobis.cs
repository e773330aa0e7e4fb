// The plainest detector: the Mahalanobis distance from the mean of the training rows, missing values taken for the mean.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Bench.Tables;

internal static class Mahalanobis
{
    public static float[] Score(Table table)
    {
        using var engine = new Engine();
        var training = Rows(table.Training, table.Features);
        var means = new double[table.Features];
        for (var j = 0; j < means.Length; j++)
            means[j] = Enumerable.Range(0, training.Rows).Select(i => training[i, j]).Where(value => !float.IsNaN(value)).Average();
        var test = Rows(table.Test, table.Features);
        foreach (var rows in new[] { training, test })
        {
            for (var i = 0; i < rows.Rows; i++)
                for (var j = 0; j < means.Length; j++)
                    if (float.IsNaN(rows[i, j])) rows.Row(i)[j] = (float)means[j];
        }

        var squares = new float[test.Rows];
        MahalanobisDistance.Fit(engine, training).Compute(engine, test, squares);
        return squares;
    }

    private static Matrix<float> Rows(float[] values, int features)
    {
        var rows = new Matrix<float>(values.Length / features, features);
        values.CopyTo(rows.Flat);
        return rows;
    }
}
