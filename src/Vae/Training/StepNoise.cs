// The noise of a training step, a function of the seed and the step's number.

using System.Numerics.Tensors;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae;

/// <summary>Draws what a training step needs: the noise of the samples, and that of the encoder's input.</summary>
/// <param name="engine">The threads to use; they change no bit.</param>
/// <param name="settings">The run.</param>
/// <param name="capacity">Most images of a batch.</param>
internal sealed class StepNoise(Engine engine, TrainingSettings settings, int capacity)
{
    private const int OperationsPerNumber = 32;
    private readonly Matrix<float> _byDimension = new(settings.Latent, capacity);

    /// <summary>Draws the noise of the samples, <c>[n, latent]</c>.</summary>
    // Row j is latent dimension j, positions j·batch on: an image's noise changes neither with the number of dimensions nor with a smaller last batch.
    public void Draw(int step, Matrix<float> noise)
    {
        var byDimension = _byDimension.FirstColumns(noise.Rows);
        engine.ForRows(byDimension.Rows, OperationsPerNumber * byDimension.Columns,
            new SampleBody(new RandomSequence(settings.Seed, RandomPurpose.Noise, (uint)step), byDimension, settings.Batch));
        Transpose.Copy(engine, byDimension, noise);
    }

    /// <summary>Effectively computes <c>corrupted = x + denoise·eps</c> with standard normal eps, both <c>[n, features]</c>. (18.16)</summary>
    // Row i of the batch has positions i·features on.
    public void Corrupt(int step, Matrix<float> x, Matrix<float> corrupted) =>
        engine.ForRows(x.Rows, OperationsPerNumber * x.Columns,
            new CorruptionBody(new RandomSequence(settings.Seed, RandomPurpose.Corruption, (uint)step), (float)settings.Denoise, x, corrupted));

    private readonly struct SampleBody(RandomSequence random, Matrix<float> noise, int batch) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++) random.FillNormal(noise.Row(row), (long)row * batch);
        }
    }

    private readonly struct CorruptionBody(RandomSequence random, float deviation, Matrix<float> x, Matrix<float> corrupted) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                random.FillNormal(corrupted.Row(row), (long)row * x.Columns);
                TensorPrimitives.FusedMultiplyAdd(corrupted.Row(row), deviation, x.Row(row), corrupted.Row(row));
            }
        }
    }
}
