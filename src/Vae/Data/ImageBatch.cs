// Gathering images into a training batch, in any order. (Scoring takes them in theirs, without indices: AnomalyScorer.)

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Data;

/// <summary>Gathers images of a data set as numbers in [0, 1].</summary>
public static class ImageBatch
{
    /// <summary>Writes images as rows: <c>batch[i, p] = pixel p of image indices[i] / 255</c>. (1.1)</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="images">The data set; it stays bytes.</param>
    /// <param name="indices">Which images, n of them.</param>
    /// <param name="batch">Receives the pixels, <c>[n, features]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Gather(Engine engine, ImageDataset images, ReadOnlyMemory<int> indices, Matrix<float> batch)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(images);
        batch.RequireShape(indices.Length, images.Features);
        engine.ForRows(indices.Length, images.Features, new Body(images, indices, batch));
    }

    private readonly struct Body(ImageDataset images, ReadOnlyMemory<int> indices, Matrix<float> batch) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var i = first; i < limit; i++) UnitInterval.FromBytes(images.Image(indices.Span[i]), batch.Row(i));
        }
    }
}
