// Scores a few rows with a detector, in memory that is taken once.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae;

/// <summary>The way from rows to scores with the memory for one batch. One thread at a time may use it.</summary>
internal sealed class DetectorBatch
{
    /// <summary>Most rows at once: the network's layers for them stay in the second cache.</summary>
    public const int Capacity = 64;

    private readonly Engine _engine;
    private readonly DetectorModel _model;
    private readonly int _width, _latent;
    private readonly VaeForward<float> _forward;
    private readonly int _hidden;
    private readonly Matrix<float> _errors, _rows, _working;

    public DetectorBatch(Engine engine, VaeParameters<float> parameters, DetectorModel model)
    {
        (_engine, _model, _width, _latent) = (engine, model, model.Shape.Width ?? 0, parameters.Architecture.Latent);
        _hidden = parameters.Architecture.Hidden.Length;
        _forward = new VaeForward<float>(engine, parameters, Capacity);
        _errors = new Matrix<float>(1, Capacity);
        _rows = new Matrix<float>(Capacity, model.Summary.Dimensions);
        _working = new Matrix<float>(Capacity, model.Summary.WorkingColumns);
    }

    /// <summary>Scores rows in their own units, up to <see cref="Capacity"/>.</summary>
    /// <param name="rows">Row after row, <c>[n, features]</c>.</param>
    /// <param name="scores">Receives the scores, <c>[n]</c>.</param>
    public void Score(ReadOnlySpan<float> rows, Span<float> scores)
    {
        Run(rows, scores.Length);
        var errors = _errors.FirstColumns(scores.Length);
        MeanSquaredError.Compute(_engine, _forward.Input, _forward.Reconstruction, errors);
        var codes = _rows.RowBlock(0, scores.Length);
        for (var i = 0; i < scores.Length; i++)
        {
            var row = codes.Row(i);
            _forward.Mu.Row(i).CopyTo(row);
            var written = _latent;
            written += ImageSummary.WriteOwn(_forward.Input.Row(i), _width, errors[0, i], row[written..]);
            for (var layer = 0; layer < _hidden; layer++) written += ImageSummary.WriteLayer(_forward.EncoderHidden(layer).Row(i), row[written..]);
            for (var layer = 0; layer < _hidden; layer++) written += ImageSummary.WriteLayer(_forward.DecoderHidden(layer).Row(i), row[written..]);
        }

        _model.Summary.Compute(_engine, codes, _working.RowBlock(0, scores.Length), scores);
        for (var i = 0; i < scores.Length; i++)
            if (!float.IsFinite(scores[i]) && !HasMissing(_forward.Input.Row(i))) scores[i] = DetectorModel.Bounded(scores[i]);
    }

    private static bool HasMissing(ReadOnlySpan<float> row)
    {
        foreach (var value in row)
            if (float.IsNaN(value)) return true;
        return false;
    }

    /// <summary>Reconstructs rows in their own units.</summary>
    /// <param name="rows">Row after row, <c>[n, features]</c>, n up to <see cref="Capacity"/>.</param>
    /// <param name="reconstructions">Receives the reconstructions, as many numbers.</param>
    public void Reconstruct(ReadOnlySpan<float> rows, Span<float> reconstructions)
    {
        var features = _model.Shape.Features;
        Run(rows, rows.Length / features);
        for (var i = 0; i < _forward.Count; i++)
        {
            var from = _forward.Reconstruction.Row(i);
            var to = reconstructions.Slice(i * features, features);
            if (_model.Scaling is { } scaling) scaling.Undo(from, to);
            else from.CopyTo(to);
        }
    }

    private void Run(ReadOnlySpan<float> rows, int count)
    {
        _forward.Count = count;
        if (_model.Scaling is { } scaling)
        {
            var features = _model.Shape.Features;
            for (var i = 0; i < count; i++) scaling.Apply(rows.Slice(i * features, features), _forward.Input.Row(i));
        }
        else
        {
            rows.CopyTo(_forward.Input.Flat);
        }

        _forward.Encode();
        _forward.TakeMean();
        _forward.Decode();
        _forward.Reconstruct();
    }
}
