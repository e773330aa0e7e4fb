// Gathering rows into a training batch, in any order. (Scoring takes them in theirs, without indices: AnomalyScorer.)

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Data;

/// <summary>Gathers rows of a data set.</summary>
public static class RowBatch
{
    /// <summary>Writes rows of the data as rows of a batch: <c>batch[i] = data[indices[i]]</c>.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="data">The data; images stay bytes there, and become numbers in [0, 1] here (1.1).</param>
    /// <param name="indices">Which rows, n of them.</param>
    /// <param name="batch">Receives the numbers, <c>[n, features]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Gather(Engine engine, IDataRows data, ReadOnlyMemory<int> indices, Matrix<float> batch)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(data);
        batch.RequireShape(indices.Length, data.Features);
        engine.ForRows(indices.Length, data.Features, new Body(data, indices, batch));
    }

    private readonly struct Body(IDataRows data, ReadOnlyMemory<int> indices, Matrix<float> batch) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++) data.CopyTo(indices.Span[i], batch.Row(i));
        }
    }
}
