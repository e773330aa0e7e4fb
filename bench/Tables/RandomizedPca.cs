// ML.NET's detector: the residual of principal components, of standardised features.

using Microsoft.ML;
using Microsoft.ML.Data;

namespace VaeFromScratch.Bench.Tables;

internal static class RandomizedPca
{
    private const int Seed = 1;

    /// <summary>Trains on the table's normal rows and scores its test; missing values are replaced by the mean, as our detector does.</summary>
    public static float[] Score(Table table, int rank)
    {
        var ml = new MLContext(Seed);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, table.Features);
        IDataView Load(float[] values) => ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, values.Length / table.Features).Select(i => new Row { Features = values[(i * table.Features)..((i + 1) * table.Features)] }).ToArray(), schema);

        var pipeline = ml.Transforms.ReplaceMissingValues(nameof(Row.Features), replacementMode: Microsoft.ML.Transforms.MissingValueReplacingEstimator.ReplacementMode.Mean)
            .Append(ml.Transforms.NormalizeMeanVariance(nameof(Row.Features), fixZero: false))
            .Append(ml.AnomalyDetection.Trainers.RandomizedPca(nameof(Row.Features), rank: rank, ensureZeroMean: true, seed: Seed));
        var model = pipeline.Fit(Load(table.Training));
        return [.. model.Transform(Load(table.Test)).GetColumn<float>("Score")];
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
    }
}
