// Numbers of JSON that no double holds, 1e999, are refused: they would be read as infinite, and can't be written again.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaeFromScratch.Vae.Runs;

/// <summary>Reads finite numbers alone.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value)
            ? value : throw new JsonException("Expected a finite number.");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
