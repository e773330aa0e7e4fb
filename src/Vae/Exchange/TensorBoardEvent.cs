// TensorBoard's events, field by field.

namespace VaeFromScratch.Vae.Exchange;

/// <summary>Encodes what a run tells TensorBoard.</summary>
/// <remarks>The field numbers are those of TensorFlow's event.proto, summary.proto, tensor.proto and tensor_shape.proto.</remarks>
internal static class TensorBoardEvent
{
    private const int StringType = 7, TensorData = 2;

    // Field 1 and its eight bytes, which stand first.
    private const int WallTimeBytes = 1 + sizeof(double);

    /// <summary>The event that a file begins with.</summary>
    public static byte[] Version() => Event(0, message => message.Text(3, "brain.Event:2"));    // Event.file_version

    /// <summary>A text, in Markdown.</summary>
    public static byte[] Text(string tag, string text) => Event(0, message => message.Message(5, summary => summary.Message(1, value =>
    {
        value.Text(1, tag);                                              // Summary.Value.tag
        value.Message(8, tensor =>                                       // Summary.Value.tensor
        {
            tensor.Number(1, StringType);                                // TensorProto.dtype
            tensor.Message(2, shape => shape.Message(2, dimension => dimension.Number(1, 1)));
            tensor.Text(8, text);                                        // TensorProto.string_val
        });
        value.Message(9, metadata =>                                     // Summary.Value.metadata
        {
            metadata.Message(1, plugin => plugin.Text(1, "text"));       // SummaryMetadata.plugin_data.plugin_name
            metadata.Number(4, TensorData);                              // SummaryMetadata.data_class
        });
    })));

    /// <summary>Numbers of a step.</summary>
    public static byte[] Scalars(int step, params ReadOnlySpan<(string Tag, double Value)> scalars)
    {
        var summary = new ProtobufWriter();
        foreach (var (tag, number) in scalars)
        {
            summary.Message(1, value =>                                  // Summary.value
            {
                value.Text(1, tag);
                value.Single(2, (float)number);                          // Summary.Value.simple_value
            });
        }

        var bytes = summary.Written.ToArray();
        return Event(step, message => message.Bytes(5, bytes));          // Event.summary
    }

    /// <summary>Whether two events differ in nothing but the time of their writing.</summary>
    public static bool AreEqualButForTime(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        a.Length == b.Length && a.Length >= WallTimeBytes && a[WallTimeBytes..].SequenceEqual(b[WallTimeBytes..]);

    private static byte[] Event(int step, Action<ProtobufWriter> what) => ProtobufWriter.Encode(message =>
    {
        message.Double(1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);    // Event.wall_time
        if (step != 0) message.Number(2, step);                                        // Event.step
        what(message);
    });
}
