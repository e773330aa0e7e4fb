// Our model as an ONNX file that computes the MSE score, written field by field: no exporter is involved.

using System.Runtime.InteropServices;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;

namespace VaeFromScratch.Peers;

/// <summary>Writes the graph from images to scores.</summary>
/// <remarks>
/// <code>
/// x [n, features] - Gemm - Relu - ... - Gemm (mu) - Gemm - Relu - ... - Gemm - Sigmoid - r      mse [n] = ReduceMean((x - r)²)
/// </code>
/// The field numbers are those of onnx.proto, IR version 8; the operators those of set 13.
/// </remarks>
internal sealed class OnnxModel
{
    public const string Input = "x", Output = "mse";

    private const int FloatType = 1, IntAttribute = 2, IntsAttribute = 7;

    private readonly ProtobufWriter _graph = new();
    private int _values;

    public static byte[] Mse(VaeParameters<float> parameters)
    {
        var model = new OnnxModel();
        model.Graph(parameters);
        var file = new ProtobufWriter();
        file.Number(1, 8);                                    // ModelProto.ir_version
        file.Bytes(7, model._graph.Written);                  // ModelProto.graph
        file.Message(8, set => set.Number(2, 13));            // ModelProto.opset_import: version of the default domain
        return file.Written.ToArray();
    }

    private void Graph(VaeParameters<float> parameters)
    {
        var architecture = parameters.Architecture;
        _graph.Text(2, "mse");                                // GraphProto.name
        var value = Input;
        for (var layer = 0; layer < parameters.Encoder.Length; layer++) value = Node("Relu", [Dense(value, "encoder", layer)]);
        value = Dense(value, "mu");
        for (var layer = 0; layer < parameters.Decoder.Length; layer++)
        {
            if (layer > 0) value = Node("Relu", [value]);
            value = Dense(value, "decoder", layer);
        }

        var difference = Node("Sub", [Input, Node("Sigmoid", [value])]);
        Node("ReduceMean", [Node("Mul", [difference, difference])], Output, node =>
        {
            Attribute(node, "axes", IntsAttribute, 8, 1);     // AttributeProto.ints
            Attribute(node, "keepdims", IntAttribute, 3, 0);  // AttributeProto.i
        });

        foreach (var (description, values) in architecture.Tensors.Zip(parameters.Tensors))
            if (!description.Name.StartsWith("logvar.", StringComparison.Ordinal)) Initializer(description, values);
        _graph.Message(11, info => ValueInfo(info, Input, architecture.Features));
        _graph.Message(12, info => ValueInfo(info, Output, null));
    }

    private string Dense(string x, string part, int layer) => Dense(x, FormattableString.Invariant($"{part}.{2 * layer}"));

    private string Dense(string x, string name) => Node("Gemm", [x, name + ".weight", name + ".bias"]);

    private string Node(string operation, string[] inputs, string? output = null, Action<ProtobufWriter>? attributes = null)
    {
        output ??= FormattableString.Invariant($"value{_values++}");
        _graph.Message(1, node =>                             // GraphProto.node
        {
            foreach (var input in inputs) node.Text(1, input);
            node.Text(2, output);
            node.Text(4, operation);
            attributes?.Invoke(node);
        });
        return output;
    }

    private static void Attribute(ProtobufWriter node, string name, int type, int valueField, long value) =>
        node.Message(5, attribute =>                          // NodeProto.attribute
        {
            attribute.Text(1, name);
            attribute.Number(valueField, value);
            attribute.Number(20, type);
        });

    private void Initializer(ParameterTensor description, Matrix<float> values) =>
        _graph.Message(5, tensor =>                           // GraphProto.initializer
        {
            if (!description.IsBias) tensor.Number(1, description.Inputs);
            tensor.Number(1, description.Outputs);
            tensor.Number(2, FloatType);
            tensor.Text(8, description.Name);
            tensor.Bytes(9, MemoryMarshal.AsBytes(values.Flat));
        });

    // The number of images is a name, not a number: batches may have any size.
    private static void ValueInfo(ProtobufWriter info, string name, int? columns)
    {
        info.Text(1, name);
        info.Message(2, type => type.Message(1, tensor =>     // TypeProto.tensor_type
        {
            tensor.Number(1, FloatType);
            tensor.Message(2, shape =>
            {
                shape.Message(1, dimension => dimension.Text(2, "n"));
                if (columns is { } size) shape.Message(1, dimension => dimension.Number(1, size));
            });
        }));
    }
}
