// The training loop. It knows nothing of files and terminals.

using System.Diagnostics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Data;

namespace VaeFromScratch.Vae;

/// <summary>Trains a variational autoencoder on normal images, or rows of numbers of another kind.</summary>
/// <remarks>
/// Everything random is a function of the seed and of where the run is: the order of the images of the epoch's number, the noise of the
/// step's number. So a run is fully described by its settings, its <see cref="Position"/>, the parameters and the optimiser's two
/// vectors, and continues from them to the same bits.
/// </remarks>
public sealed class Trainer
{
    private readonly Engine _engine;
    private readonly IDataRows _data;
    // Indices of the rows of training: images of all classes but the held-out one, without those kept back.
    private readonly int[] _normalImages;
    private readonly int[] _order;
    private readonly VaeForward<float> _forward;
    private readonly VaeBackward<float> _backward;
    private readonly Matrix<float> _biasGradient;
    private readonly StepNoise _noise;
    private int _orderedEpoch = -1;

    /// <summary>A new run: initial weights, no step made.</summary>
    /// <param name="engine">Kernel and threads; they change no bit of the outcome.</param>
    /// <param name="settings">What to train.</param>
    /// <param name="images">Training images of all classes; those of the held-out class are left out here.</param>
    /// <param name="classes">Number of classes of the data set.</param>
    /// <exception cref="InvalidSettingException">A setting can't be used, or no image is left.</exception>
    public Trainer(Engine engine, TrainingSettings settings, ImageDataset images, int classes)
        : this(engine, Validated(settings, classes), images, CalibrationSplit.Of(settings, images))
    {
    }

    /// <summary>A new run on rows of any kind.</summary>
    /// <param name="engine">Kernel and threads; they change no bit of the outcome.</param>
    /// <param name="settings">What to train.</param>
    /// <param name="data">The rows.</param>
    /// <param name="split">Which of them are trained on.</param>
    /// <exception cref="InvalidSettingException">The model would be too large.</exception>
    public Trainer(Engine engine, TrainingSettings settings, IDataRows data, CalibrationSplit split)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(split);
        (_engine, Settings, _data) = (engine, settings, data);
        (_normalImages, CalibrationImages) = ([.. split.Training], split.Calibration);
        _order = new int[_normalImages.Length];

        var architecture = MakeArchitecture(data, settings);
        var capacity = Math.Min(settings.Batch, _normalImages.Length);
        Parameters = new VaeParameters<float>(architecture);
        Parameters.Initialize(settings.Seed);
        Optimizer = new Adam<float>(architecture.ParameterCount, settings.LearningRate);
        _biasGradient = new Matrix<float>(1, Math.Max(data.Features, Math.Max(settings.Hidden.Max(), 2 * settings.Latent)));
        _forward = new VaeForward<float>(engine, Parameters, capacity, denoises: settings.Denoise > 0);
        _backward = new VaeBackward<float>(engine, Parameters, capacity, (float)settings.FreeBits);
        _noise = new StepNoise(engine, settings, capacity);
    }

    /// <summary>What is trained.</summary>
    public TrainingSettings Settings { get; }

    /// <summary>The model's parameters.</summary>
    public VaeParameters<float> Parameters { get; }

    /// <summary>The optimiser.</summary>
    public Adam<float> Optimizer { get; }

    private int StepsPerEpoch => (_normalImages.Length + Settings.Batch - 1) / Settings.Batch;

    /// <summary>Where the run is.</summary>
    public TrainingPosition Position { get; private set; }

    /// <summary>Whether all epochs are done.</summary>
    public bool IsFinished => Position.Epoch >= Settings.Epochs;

    /// <summary>Normal training images kept out of training, their indices ascending; see <see cref="CalibrationSplit"/>.</summary>
    public IReadOnlyList<int> CalibrationImages { get; }

    /// <summary>Training images: those of the normal classes, without <see cref="CalibrationImages"/>.</summary>
    public int ImagesPerEpoch => _normalImages.Length;

    /// <summary>Whether a run of these settings can be at a position.</summary>
    public bool IsReachable(TrainingPosition position) =>
        position is { Epoch: >= 0, Images: >= 0 } && position.Epoch < Settings.Epochs && position.Images <= _normalImages.Length
        && (position.Images % Settings.Batch == 0 || position.Images == _normalImages.Length)
        && double.IsFinite(position.ReconstructionSum) && double.IsFinite(position.KlSum);

    /// <summary>Continues from a saved position; the caller has restored <see cref="Parameters"/> and the optimiser's two vectors.</summary>
    public void Restore(TrainingPosition position)
    {
        Position = position;
        Optimizer.Restore(checked(position.Epoch * StepsPerEpoch + (position.Images + Settings.Batch - 1) / Settings.Batch));
    }

    /// <summary>Trains to the end.</summary>
    /// <param name="progress">Told after every step, and at the end of each epoch with its figures.</param>
    /// <param name="epochFinished">Called at the end of each epoch, before the next begins: the moment for a checkpoint.</param>
    /// <param name="cancellation">Stops the run between two steps, at a position from which it can be resumed.</param>
    /// <exception cref="NonFiniteLossException">The loss has become infinite or NaN.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void Run(IProgress<TrainingProgress>? progress, Action<EpochMetrics>? epochFinished, CancellationToken cancellation)
    {
        while (!IsFinished)
        {
            var (start, startImages) = (Stopwatch.GetTimestamp(), Position.Images);
            while (Position.Images < _normalImages.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                Step();
                progress?.Report(Progress(Stopwatch.GetElapsedTime(start), startImages, null));
            }

            var elapsed = Stopwatch.GetElapsedTime(start);
            var metrics = new EpochMetrics(Position.Epoch + 1, Position.MeanLoss(Settings.Beta), Position.ReconstructionSum / Position.Images,
                Position.KlSum / Position.Images, elapsed.TotalSeconds);
            progress?.Report(Progress(elapsed, startImages, metrics));
            BeginNextEpoch();
            epochFinished?.Invoke(metrics);
        }
    }

    /// <summary>Makes one step: the next batch forward and backward, and one update of the parameters.</summary>
    /// <exception cref="NonFiniteLossException">The loss has become infinite or NaN; the parameters are those before the step.</exception>
    public void Step()
    {
        if (Position.Images == _normalImages.Length) BeginNextEpoch();
        if (IsFinished) throw new InvalidOperationException("The run is finished.");
        OrderImages();
        var count = Math.Min(Settings.Batch, _normalImages.Length - Position.Images);
        _forward.Count = count;
        RowBatch.Gather(_engine, _data, _order.AsMemory(Position.Images, count), _forward.Input);
        if (Settings.Denoise > 0) _noise.Corrupt(Optimizer.Step, _forward.Input, _forward.EncoderInput);
        _noise.Draw(Optimizer.Step, _forward.Noise);

        _forward.Run();
        var (reconstruction, kl) = (Sum(_forward.ReconstructionLoss.Flat), Sum(_forward.Kl.Flat));
        RequireFinite(reconstruction, kl);
        var beta = (float)BetaAt(Optimizer.Step);
        Optimizer.BeginStep();
        _backward.Run(_forward, beta, new AdamUpdates<float>(Optimizer, _biasGradient));
        Position = new TrainingPosition(
            Position.Epoch, Position.Images + count, Position.ReconstructionSum + reconstruction, Position.KlSum + kl);
    }

    /// <summary>The weight of the divergence in the step after so many (18.1).</summary>
    internal double BetaAt(int steps) =>
        Settings.WarmUp == 0 ? Settings.Beta : Settings.Beta * Math.Min(1, steps / ((double)Settings.WarmUp * StepsPerEpoch));

    private void BeginNextEpoch() => Position = new TrainingPosition(Position.Epoch + 1, 0, 0, 0);

    private static TrainingSettings Validated(TrainingSettings settings, int classes)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate(classes);
        return settings;
    }

    // Each size has passed its own check by now; what is left to refuse is a model that is too large as a whole.
    internal static VaeArchitecture MakeArchitecture(IDataRows data, TrainingSettings settings)
    {
        try
        {
            return new VaeArchitecture(data.Features, settings.Hidden, settings.Latent, settings.Likelihood);
        }
        catch (ArgumentException e)
        {
            throw new InvalidSettingException(e.Message, e);
        }
    }

    private void OrderImages()
    {
        if (_orderedEpoch == Position.Epoch) return;
        _normalImages.CopyTo(_order, 0);
        new RandomSequence(Settings.Seed, RandomPurpose.Shuffles, (uint)Position.Epoch).Shuffle(_order);
        _orderedEpoch = Position.Epoch;
    }

    private void RequireFinite(double reconstruction, double kl)
    {
        if (double.IsFinite(reconstruction) && double.IsFinite(kl)) return;
        var part = double.IsFinite(reconstruction) ? "KL divergence" : "reconstruction loss";
        throw new NonFiniteLossException(FormattableString.Invariant(
            $"The {part} is no longer finite in epoch {Position.Epoch + 1}, step {Optimizer.Step + 1}: try a smaller learning rate than {Settings.LearningRate}."));
    }

    private TrainingProgress Progress(TimeSpan elapsed, int startImages, EpochMetrics? finished)
    {
        var perSecond = (Position.Images - startImages) / Math.Max(elapsed.TotalSeconds, 1e-9);
        var imagesLeft = (double)(Settings.Epochs - Position.Epoch) * _normalImages.Length - Position.Images;
        return new TrainingProgress(Position.Epoch + 1, Settings.Epochs, Position.Images, _normalImages.Length, Position.MeanLoss(Settings.Beta), perSecond,
            perSecond > 0 ? TimeSpan.FromSeconds(Math.Min(imagesLeft / perSecond, TimeSpan.MaxValue.TotalSeconds / 2)) : TimeSpan.Zero, finished);
    }

    // In double precision and in the order of the batch: for reporting, and to see a NaN.
    private static double Sum(ReadOnlySpan<float> losses)
    {
        var sum = 0.0;
        foreach (var loss in losses) sum += loss;
        return sum;
    }
}

/// <summary>Where a run is: all that changes during training besides the parameters and the optimiser.</summary>
/// <param name="Epoch">Epochs finished.</param>
/// <param name="Images">Images seen in the epoch under way.</param>
/// <param name="ReconstructionSum">Sum of their reconstruction losses.</param>
/// <param name="KlSum">Sum of their KL divergences.</param>
public readonly record struct TrainingPosition(int Epoch, int Images, double ReconstructionSum, double KlSum)
{
    /// <summary>Mean loss per image of the epoch under way; NaN before its first image. (2.11)</summary>
    public double MeanLoss(double beta) => (ReconstructionSum + beta * KlSum) / Images;
}
