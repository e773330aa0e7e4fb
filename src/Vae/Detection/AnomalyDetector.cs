// The detector: what a program needs to find anomalies in its own data, and nothing else.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;
using VaeFromScratch.Vae.Evaluation;
using VaeFromScratch.Vae.Files;
using VaeFromScratch.Vae.Input;

namespace VaeFromScratch.Vae;

/// <summary>Learns what normal rows look like, and tells how unlike them others are.</summary>
/// <remarks>
/// <para>
/// A variational autoencoder is trained on rows that are taken for normal; a row's score is how unlikely its code, its reconstruction error and its
/// layers' activity are together (chapter 16, <see cref="SummaryMixture"/>). Higher is more anomalous. A tenth of the rows, and as many as the rate
/// needs at least, is kept out of training, and the <see cref="Threshold"/> read from their scores: of normal rows no more than <see cref="Alpha"/> are above it on average, whatever they are.
/// </para>
/// <para>
/// Same rows, same options, same bits, on any machine and any number of threads; the score of a row does not depend on the rows beside it. A
/// detector does not change: any number of threads may score with it at the same time. Scoring allocates nothing once it has been done as often at
/// the same time before; of more calls at the same time than there are processors, the rest takes memory anew.
/// </para>
/// </remarks>
public sealed class AnomalyDetector
{
    private readonly ModelFile _file;
    private readonly DetectorModel _model;
    private readonly Calibration _calibration;
    private readonly string? _instructionSet;
    private readonly DetectorBatch?[] _batches = new DetectorBatch?[Environment.ProcessorCount];

    private AnomalyDetector(ModelFile file, DetectorModel model, Calibration calibration, string? instructionSet)
    {
        (_file, _model, _calibration) = (file, model, calibration);
        // Checked now rather than when the first row is scored.
        _instructionSet = InstructionSets.NameOf(InstructionSets.Choose(instructionSet));
    }

    /// <summary>Numbers of a row.</summary>
    public int Features => _model.Shape.Features;

    /// <summary>What rows are: images of a size, or a table's columns.</summary>
    public InputShape Shape => _model.Shape;

    /// <summary>The share of normal rows that may be called anomalous.</summary>
    public double Alpha => _calibration.Alpha;

    /// <summary>A row with a score above it is called anomalous. (11.23)</summary>
    public float Threshold => _calibration.Threshold;

    /// <summary>SHA-256 of the network's weights: the name of the model's bits.</summary>
    public string WeightsSha256 => _file.WeightsSha256;

    /// <summary>Trains a detector.</summary>
    /// <param name="rows">Normal rows, one after the other, <c>[n, features]</c>: pixels in [0, 1], or a table's numbers in any units.</param>
    /// <param name="features">Numbers of a row.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <exception cref="ArgumentException">The numbers are no whole rows.</exception>
    /// <exception cref="InvalidSettingException">There are too few rows, one of them can't be used, or an option can't; the message says which.</exception>
    /// <exception cref="NonFiniteLossException">The loss has become infinite or NaN.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static AnomalyDetector Fit(
        ReadOnlySpan<float> rows, int features, DetectorOptions? options = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        if (rows.Length % features != 0)
            throw new ArgumentException(FormattableString.Invariant($"There are {rows.Length} numbers; expected a multiple of {features}, whole rows."), nameof(rows));
        options ??= new DetectorOptions();
        var matrix = new Matrix<float>(rows.Length / features, features);
        rows.CopyTo(matrix.Flat);
        var data = DetectorData.Prepare(matrix, options);

        using var engine = new Engine(options.Threads, options.InstructionSet);
        var trainer = new Trainer(engine, data.Settings, data.Rows, data.Split);
        trainer.Run(progress, null, cancellation);
        var (model, calibration) = data.Finish(engine, trainer.Parameters);
        return new AnomalyDetector(
            new ModelFile(trainer.Parameters, data.Settings, ModelFile.Sha256(trainer.Parameters), calibration, model), model, calibration, options.InstructionSet);
    }

    /// <summary>Loads a detector.</summary>
    /// <param name="path">A file that <see cref="Save"/> or <c>vae train --input</c> has written.</param>
    /// <param name="instructionSet">See <see cref="InstructionSets.Choose"/>; null for the best there is. It changes no bit.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or no detector; the message says where.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static AnomalyDetector Load(string path, string? instructionSet = null) => From(ModelFile.Read(path), instructionSet)
        ?? throw new InvalidDataException($"{path}: the model has no detector; expected one that was fitted to data of its own, by 'vae train --input' or AnomalyDetector.Fit.");

    /// <summary>The detector that a model file holds; null if it holds none.</summary>
    /// <param name="file">The content of a model file.</param>
    /// <param name="instructionSet">See <see cref="InstructionSets.Choose"/>; null for the best there is. It changes no bit.</param>
    public static AnomalyDetector? From(ModelFile file, string? instructionSet = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file is { Detector: { } model, Calibration: { } calibration } ? new AnomalyDetector(file, model, calibration, instructionSet) : null;
    }

    /// <summary>Writes the detector, all at once or not at all.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <exception cref="IOException">The file can't be written; an older one is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public void Save(string path) => _file.Write(path);

    /// <summary>Scores rows on the calling thread.</summary>
    /// <param name="rows">Rows as those of <see cref="Fit"/>, one after the other, <c>[n, features]</c>. Pixels are taken as they are, where <see cref="Fit"/>
    /// refuses those that are not in [0, 1]: bytes that are not divided by 255 make every image an anomaly or none.</param>
    /// <param name="scores">Receives the scores, <c>[n]</c>; higher is more anomalous, float.MaxValue where single precision has no number for it. NaN for
    /// a row with a NaN, unless missing values are imputed.</param>
    /// <exception cref="ArgumentException">There are not as many whole rows as scores.</exception>
    public void Score(ReadOnlySpan<float> rows, Span<float> scores)
    {
        Require(rows.Length, scores.Length, nameof(rows));
        var batch = Take();
        for (var start = 0; start < scores.Length; start += DetectorBatch.Capacity)
        {
            var count = Math.Min(DetectorBatch.Capacity, scores.Length - start);
            batch.Score(rows.Slice(start * Features, count * Features), scores.Slice(start, count));
        }

        Return(batch);
    }

    /// <summary>Scores one row.</summary>
    /// <param name="row">Its numbers, <c>[features]</c>.</param>
    /// <exception cref="ArgumentException">It is of another length.</exception>
    public float Score(ReadOnlySpan<float> row)
    {
        var score = 0f;
        Score(row, new Span<float>(ref score));
        return score;
    }

    /// <summary>Whether a score is above the <see cref="Threshold"/>.</summary>
    public bool IsAnomaly(float score) => _calibration.IsAlarm(score);

    /// <summary>How likely a normal row is to score as high: the smaller, the more anomalous. (11.23)</summary>
    /// <exception cref="ArgumentException">The score is NaN.</exception>
    public double PValue(float score) => _calibration.PValue(score);

    /// <summary>What the network takes rows for: where a row differs from it is what the network did not expect.</summary>
    /// <param name="rows">Rows, one after the other, <c>[n, features]</c>.</param>
    /// <param name="reconstructions">Receives as many numbers, in the same units.</param>
    /// <exception cref="ArgumentException">The numbers are no whole rows, or there is another number of reconstructions.</exception>
    public void Reconstruct(ReadOnlySpan<float> rows, Span<float> reconstructions)
    {
        Require(rows.Length, rows.Length / Features, nameof(rows));
        Require(reconstructions.Length, rows.Length / Features, nameof(reconstructions));
        var batch = Take();
        var step = DetectorBatch.Capacity * Features;
        for (var start = 0; start < rows.Length; start += step)
        {
            var count = Math.Min(step, rows.Length - start);
            batch.Reconstruct(rows.Slice(start, count), reconstructions.Slice(start, count));
        }

        Return(batch);
    }

    /// <summary>How many standard deviations each feature of a row differs from its reconstruction; for images, grey values from 0 to 1.</summary>
    /// <param name="row">Its numbers, <c>[features]</c>.</param>
    /// <param name="reconstruction">What <see cref="Reconstruct"/> gave for it.</param>
    /// <param name="differences">Receives the differences, row - reconstruction, <c>[features]</c>.</param>
    /// <exception cref="ArgumentException">A length is another one.</exception>
    public void Explain(ReadOnlySpan<float> row, ReadOnlySpan<float> reconstruction, Span<float> differences)
    {
        Require(row.Length, 1, nameof(row));
        Require(reconstruction.Length, 1, nameof(reconstruction));
        Require(differences.Length, 1, nameof(differences));
        for (var j = 0; j < row.Length; j++)
        {
            var difference = (row[j] - reconstruction[j]) / (_model.Scaling is { } scaling ? scaling.Deviations[j] : 1);
            // A value that is missing tells nothing.
            differences[j] = float.IsNaN(row[j]) ? 0 : difference;
        }
    }

    private void Require(int numbers, int rows, string name)
    {
        if (numbers != (long)rows * Features)
            throw new ArgumentException(FormattableString.Invariant($"{rows} rows of {Features} are {(long)rows * Features} numbers; there are {numbers}."), name);
    }

    // As many as have been needed at the same time, in an array: a stack would allocate.
    private DetectorBatch Take()
    {
        for (var i = 0; i < _batches.Length; i++)
            if (Interlocked.Exchange(ref _batches[i], null) is { } batch) return batch;
        return new DetectorBatch(new Engine(1, _instructionSet), _file.Parameters, _model);
    }

    private void Return(DetectorBatch batch)
    {
        for (var i = 0; i < _batches.Length; i++)
            if (Interlocked.CompareExchange(ref _batches[i], batch, null) is null) return;
    }
}
