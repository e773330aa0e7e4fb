// Scores images with ONNX Runtime, the cheapest way that its interface offers.

using Microsoft.ML.OnnxRuntime;
using VaeFromScratch.Vae.Exchange;

namespace VaeFromScratch.Peers;

/// <summary>A session together with tensors over the images and over the scores, made once: a call copies and allocates nothing.</summary>
internal sealed class OnnxScorer : IDisposable
{
    private static readonly string[] InputNames = [OnnxModel.Input], OutputNames = [OnnxModel.Mse];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtValue[][] _inputs, _outputs;

    /// <param name="model">The ONNX file.</param>
    /// <param name="threads">Threads inside an operator.</param>
    /// <param name="images">Pixels in [0, 1], image after image.</param>
    /// <param name="scores">Receives the scores.</param>
    /// <param name="batch">Images of a call; a divisor of their number.</param>
    public OnnxScorer(byte[] model, int threads, float[] images, float[] scores, int batch)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = threads, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _session = new InferenceSession(model, settings);
        var features = images.Length / scores.Length;
        _inputs = Batches(images, scores.Length / batch, [batch, features]);
        _outputs = Batches(scores, scores.Length / batch, [batch]);
    }

    public void Score()
    {
        for (var call = 0; call < _inputs.Length; call++) _session.Run(_options, InputNames, _inputs[call], OutputNames, _outputs[call]);
    }

    public void Dispose()
    {
        foreach (var value in _inputs.Concat(_outputs)) value[0].Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private static OrtValue[][] Batches(float[] numbers, int count, long[] shape)
    {
        var length = numbers.Length / count;
        return [.. Enumerable.Range(0, count).Select(i =>
            new[] { OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, numbers.AsMemory(i * length, length), shape) })];
    }
}
