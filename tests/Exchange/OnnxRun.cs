// ONNX Runtime, asked for every output of a graph.

using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VaeFromScratch.Exchange.Tests;

/// <summary>Runs a graph of one input.</summary>
internal static class OnnxRun
{
    public static InferenceSession Open(byte[] graph)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new InferenceSession(graph, options);
    }

    /// <summary>The outputs by name, each with its shape.</summary>
    public static Dictionary<string, (float[] Values, int[] Shape)> All(byte[] graph, float[] input, int columns)
    {
        using var session = Open(graph);
        var tensor = new DenseTensor<float>(input, [input.Length / columns, columns]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames.Single(), tensor)]);
        return results.ToDictionary(result => result.Name, result => (result.AsTensor<float>().ToArray(), result.AsTensor<float>().Dimensions.ToArray()));
    }
}
