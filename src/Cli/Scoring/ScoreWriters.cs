// The forms in which scores are written: a line a row, in the order of the data.

using System.Globalization;
using System.Text;
using System.Text.Json;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Cli.Scoring;

/// <summary>Writes scored rows to a stream, which stays open.</summary>
internal interface IScoreWriter : IDisposable
{
    /// <summary>Writes a row.</summary>
    void Write(ScoredRow row);

    /// <summary>Writes what comes after the last row.</summary>
    void Finish();
}

/// <summary>Comma-separated values with a header (RFC 4180), but with line feeds alone.</summary>
internal sealed class CsvScoreWriter : IScoreWriter
{
    private readonly TextWriter _text;

    public CsvScoreWriter(Stream stream)
    {
        _text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        _text.WriteLine("row,name,label,score,pValue,PredictedLabel,problem");
    }

    public void Write(ScoredRow row) => _text.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{row.Number},{CsvCell.Of(row.Name)},{CsvCell.Of(row.Label)},{row.Score:R},{row.PValue:R},{(row.IsAnomaly is { } flag ? flag ? "true" : "false" : "")},{CsvCell.Of(row.Problem)}"));

    public void Finish() => _text.Flush();

    public void Dispose() => _text.Dispose();
}

/// <summary>A JSON object a line; what a row does not have is left out.</summary>
internal sealed class JsonLinesScoreWriter(Stream stream) : IScoreWriter
{
    private static readonly JsonWriterOptions Style = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Utf8JsonWriter _json = new(stream, Style);

    public void Write(ScoredRow row)
    {
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteNumber("row", row.Number);
        _json.WriteString("name", row.Name);
        if (row.Label is { } label) _json.WriteString("label", label);
        if (row.Score is { } score) _json.WriteNumber("score", score);
        if (row.PValue is { } p) _json.WriteNumber("pValue", p);
        if (row.IsAnomaly is { } flag) _json.WriteBoolean("PredictedLabel", flag);
        if (row.Problem is { } problem) _json.WriteString("problem", problem);
        _json.WriteEndObject();
        _json.Flush();
        stream.WriteByte((byte)'\n');
    }

    public void Finish() => stream.Flush();

    public void Dispose() => _json.Dispose();
}
