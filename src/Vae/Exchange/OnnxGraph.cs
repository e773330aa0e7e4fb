// An ONNX file under construction: nodes, constants, inputs and outputs, written field by field. It knows nothing of what they compute.

using System.Buffers.Binary;
using VaeFromScratch.Vae.Files;

namespace VaeFromScratch.Vae.Exchange;

/// <summary>A graph of ONNX operators over float tensors whose first dimension, the number of rows, is left open.</summary>
/// <remarks>
/// The field numbers are those of onnx.proto3. IR version 7 with operator set 13 is what ONNX 1.8 came with, in 2020: every runtime since reads it.
/// </remarks>
internal sealed class OnnxGraph(string name)
{
    private const int IrVersion = 7, OperatorSet = 13;
    private const int FloatType = 1, Int64Type = 7;
    private const int IntAttribute = 2, IntsAttribute = 7;

    private readonly ProtobufWriter _graph = new();
    private readonly HashSet<string> _constants = [];
    private int _values;

    /// <summary>A node with one output.</summary>
    /// <param name="operation">An operator of the default domain.</param>
    /// <param name="inputs">Names of values or constants.</param>
    /// <returns>The name of its output.</returns>
    public string Node(string operation, params ReadOnlySpan<string> inputs) => Add(operation, inputs, NextValue(), null);

    /// <summary>The mean over the columns, <c>[n, columns]</c> to <c>[n]</c>.</summary>
    public string RowMean(string x) => Reduce("ReduceMean", x);

    /// <summary>The largest of the columns, <c>[n, columns]</c> to <c>[n]</c>.</summary>
    public string RowMax(string x) => Reduce("ReduceMax", x);

    /// <summary>The sum over the last dimension, <c>[n, columns]</c> to <c>[n]</c>.</summary>
    public string RowSum(string x) => Add("ReduceSum", [x, LastDimension()], NextValue(), DropDimension);

    /// <summary>A number of each row as a column, <c>[n]</c> to <c>[n, 1]</c>.</summary>
    public string Column(string x) => Node("Unsqueeze", x, LastDimension());

    /// <summary>Columns beside each other, each <c>[n, any number]</c>.</summary>
    public string Concatenate(ReadOnlySpan<string> columns) => Add("Concat", columns, NextValue(), AlongColumns);

    /// <summary>Some of the columns, <c>[n, columns]</c> to <c>[n, number of indices]</c>.</summary>
    /// <param name="x">Values.</param>
    /// <param name="indices">Name of whole numbers.</param>
    public string Columns(string x, string indices) => Add("Gather", [x, indices], NextValue(), AlongColumns);

    /// <summary>A number, under a name made of it.</summary>
    public string Constant(double value)
    {
        var number = (float)value;
        var constant = FormattableString.Invariant($"c{number:R}");
        if (_constants.Add(constant)) Tensor(constant, [], [number]);
        return constant;
    }

    /// <summary>A tensor of constants.</summary>
    public void Tensor(string tensor, ReadOnlySpan<int> shape, ReadOnlySpan<float> values) =>
        Initializer(tensor, shape, FloatType, SafetensorsFile.LittleEndianBytes(values));

    /// <summary>A list of whole numbers: indices, or sizes.</summary>
    /// <returns>Its name.</returns>
    public string WholeNumbers(string list, ReadOnlySpan<int> values)
    {
        var data = new byte[values.Length * sizeof(long)];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(i * sizeof(long)), values[i]);
        Initializer(list, [values.Length], Int64Type, data);
        return list;
    }

    /// <summary>Declares an input, <c>[n, columns]</c>.</summary>
    public string Input(string input, int columns)
    {
        _graph.Message(11, info => ValueInfo(info, input, columns));     // GraphProto.input
        return input;
    }

    /// <summary>Declares an output under a name of its own, <c>[n, columns]</c>, or <c>[n]</c> without columns.</summary>
    public void Output(string output, string value, int? columns = null)
    {
        Add("Identity", [value], output, null);
        _graph.Message(12, info => ValueInfo(info, output, columns));    // GraphProto.output
    }

    /// <summary>The file.</summary>
    /// <param name="version">Of this program.</param>
    /// <param name="properties">What is known about the model, by name; written in this order.</param>
    public byte[] ToFile(string version, IEnumerable<KeyValuePair<string, string>> properties)
    {
        _graph.Text(2, name);                                            // GraphProto.name
        return ProtobufWriter.Encode(model =>
        {
            model.Number(1, IrVersion);                                  // ModelProto.ir_version
            model.Text(2, "VaeFromScratch");                             // ModelProto.producer_name
            model.Text(3, version);                                      // ModelProto.producer_version
            model.Bytes(7, _graph.Written);                              // ModelProto.graph
            model.Message(8, set => set.Number(2, OperatorSet));         // ModelProto.opset_import: version of the default domain
            foreach (var (key, value) in properties)
            {
                model.Message(14, entry =>                               // ModelProto.metadata_props
                {
                    entry.Text(1, key);
                    entry.Text(2, value);
                });
            }
        });
    }

    private string NextValue() => FormattableString.Invariant($"value{_values++}");

    private string Add(string operation, ReadOnlySpan<string> inputs, string output, Action<ProtobufWriter>? attributes)
    {
        var node = new ProtobufWriter();
        foreach (var input in inputs) node.Text(1, input);
        node.Text(2, output);
        node.Text(3, output);                                            // NodeProto.name: that of its output, as both are unique
        node.Text(4, operation);
        attributes?.Invoke(node);
        _graph.Bytes(1, node.Written);                                   // GraphProto.node
        return output;
    }

    // In set 13 the axes of ReduceMean and ReduceMax are an attribute still, those of ReduceSum an input already.
    private string Reduce(string operation, string x) => Add(operation, [x], NextValue(), node =>
    {
        Attribute(node, "axes", IntsAttribute, 8, 1);                    // AttributeProto.ints
        DropDimension(node);
    });

    private string LastDimension()
    {
        const string axes = "lastDimension";
        return _constants.Add(axes) ? WholeNumbers(axes, [-1]) : axes;
    }

    private static void DropDimension(ProtobufWriter node) => Attribute(node, "keepdims", IntAttribute, 3, 0);   // AttributeProto.i

    private static void AlongColumns(ProtobufWriter node) => Attribute(node, "axis", IntAttribute, 3, 1);

    private static void Attribute(ProtobufWriter node, string name, int type, int valueField, long value) =>
        node.Message(5, attribute =>                                     // NodeProto.attribute
        {
            attribute.Text(1, name);
            attribute.Number(valueField, value);
            attribute.Number(20, type);
        });

    private void Initializer(string tensor, ReadOnlySpan<int> shape, int type, ReadOnlySpan<byte> data)
    {
        var message = new ProtobufWriter();
        foreach (var dimension in shape) message.Number(1, dimension);
        message.Number(2, type);
        message.Text(8, tensor);
        message.Bytes(9, data);                                          // TensorProto.raw_data
        _graph.Bytes(5, message.Written);                                // GraphProto.initializer
    }

    // The number of rows is a name, not a number: batches may have any size.
    private static void ValueInfo(ProtobufWriter info, string value, int? columns)
    {
        info.Text(1, value);
        info.Message(2, type => type.Message(1, tensor =>                // TypeProto.tensor_type
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
