// One training step of the example, run by the model's own code, with every quantity kept.

using System.Collections.Immutable;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>A gradient from the backward pass, and the same by central differences of the loss.</summary>
internal readonly record struct CheckedGradient(Matrix<double> Backward, Matrix<double> Difference);

/// <summary>Forward pass, backward pass and one step of Adam on <see cref="WalkthroughExample"/>, in double precision.</summary>
internal sealed class WalkthroughPass
{
    private readonly Engine _engine;
    private readonly VaeForward<double> _forward;
    private readonly LossFromWithin _within;

    public WalkthroughPass(Engine engine)
    {
        _engine = engine;
        _forward = NewForward(Parameters);
        RunForward();

        var outputs = new Dictionary<int, Matrix<double>>();
        var gradients = new VaeParameters<double>(Parameters.Architecture);
        // In one go, as in training: this also leaves the gradient of the logits, with which the backward pass begins.
        _forward.Run();
        new VaeBackward<double>(engine, Parameters, 1).Run(_forward, WalkthroughExample.Beta, new RecordedGradients(gradients, outputs));

        _within = new LossFromWithin(engine, Parameters, Copy(_forward.Input), Copy(_forward.Noise), WalkthroughExample.Beta);
        var decoder = Parameters.Decoder;
        ByLogits = Check(outputs[decoder[1].WeightOffset], _within.Logits, _within.AfterLogits);
        ByDecoderHidden = Check(InputGradient(decoder[1], ByLogits.Backward), _within.DecoderHidden, _within.AfterDecoderHidden);
        ByDecoderSum = Check(outputs[decoder[0].WeightOffset], _within.DecoderSum, _within.AfterDecoderSum);
        ByLatent = Check(InputGradient(decoder[0], ByDecoderSum.Backward), _within.Latent, _within.AfterSample);
        var (byHeads, latent) = (outputs[Parameters.Heads.WeightOffset], Parameters.Architecture.Latent);
        ByMu = Check(byHeads.FirstColumns(latent), _within.Mu, _within.AfterHeads);
        ByLogVar = Check(byHeads.Block(0, 1, latent, latent), _within.LogVar, _within.AfterHeads);
        ByEncoderHidden = Check(InputGradient(Parameters.Heads, byHeads), _within.EncoderHidden, _within.AfterEncoderHidden);
        ByEncoderSum = Check(outputs[Parameters.Encoder[0].WeightOffset], _within.EncoderSum, _within.AfterEncoderSum);
        ByTensor = [.. Parameters.Tensors.Zip(gradients.Tensors, (values, gradient) => new CheckedGradient(gradient, Differences(values, () => LossOf(_forward))))];

        (Updated, Optimizer) = (WalkthroughExample.Parameters(), new Adam<double>(Parameters.Architecture.ParameterCount, WalkthroughExample.LearningRate));
        Optimizer.Update(engine, Updated.Vector, gradients.Vector);
        LossAfterUpdate = LossOf(NewForward(Updated));
    }

    public VaeParameters<double> Parameters { get; } = WalkthroughExample.Parameters();

    public Matrix<double> Image => _within.Image;

    public Matrix<double> Noise => _within.Noise;

    // The quantities of the forward pass, as VaeForward leaves them; those that it writes over are taken in between.
    public Matrix<double> EncoderSum { get; private set; }

    public Matrix<double> EncoderHidden { get; private set; }

    public Matrix<double> Mu { get; private set; }

    public Matrix<double> LogVar { get; private set; }

    public Matrix<double> Latent { get; private set; }

    public Matrix<double> DecoderSum { get; private set; }

    public Matrix<double> DecoderHidden { get; private set; }

    public Matrix<double> Logits { get; private set; }

    public Matrix<double> Reconstruction { get; private set; }

    public double CrossEntropy { get; private set; }

    public double Kl { get; private set; }

    public double Loss => CrossEntropy + WalkthroughExample.Beta * Kl;

    // The gradients, from the loss backwards.
    public CheckedGradient ByLogits { get; }

    public CheckedGradient ByDecoderHidden { get; }

    public CheckedGradient ByDecoderSum { get; }

    public CheckedGradient ByLatent { get; }

    public CheckedGradient ByMu { get; }

    public CheckedGradient ByLogVar { get; }

    public CheckedGradient ByEncoderHidden { get; }

    public CheckedGradient ByEncoderSum { get; }

    /// <summary>The gradients of the parameters, in the order of <see cref="VaeArchitecture.Tensors"/>.</summary>
    public ImmutableArray<CheckedGradient> ByTensor { get; }

    /// <summary>The optimiser after its first step.</summary>
    public Adam<double> Optimizer { get; }

    /// <summary>The parameters after it.</summary>
    public VaeParameters<double> Updated { get; }

    public double LossAfterUpdate { get; }

    /// <summary>sigma = exp(logVar / 2): the sample of mean 0 with noise 1.</summary>
    public Matrix<double> Sigma()
    {
        var (zero, one, sigma) = (Like(LogVar), Like(LogVar), Like(LogVar));
        one.Flat.Fill(1);
        Reparameterization.Forward(zero, LogVar, one, sigma);
        return sigma;
    }

    /// <summary>The gradients of mu and logVar through the sample alone.</summary>
    public (Matrix<double> Mu, Matrix<double> LogVar) ThroughSample()
    {
        var (dMu, dLogVar) = (Like(Mu), Like(LogVar));
        Reparameterization.Backward(LogVar, Noise, ByLatent.Backward, dMu, dLogVar);
        return (dMu, dLogVar);
    }

    /// <summary>The gradients of mu and logVar through the KL divergence alone.</summary>
    public (Matrix<double> Mu, Matrix<double> LogVar) ThroughKl()
    {
        var (dMu, dLogVar) = (Like(Mu), Like(LogVar));
        GaussianKl.Backward(Mu, LogVar, WalkthroughExample.Beta, dMu, dLogVar);
        return (dMu, dLogVar);
    }

    /// <summary>The cross-entropy of one pixel, counted from 0.</summary>
    public double CrossEntropyOf(int pixel)
    {
        var (r, loss) = (new Matrix<double>(1, 1), new Matrix<double>(1, 1));
        BernoulliCrossEntropy.Forward(_engine, Column(Logits, pixel), Column(Image, pixel), r, loss);
        return loss[0, 0];
    }

    /// <summary>The KL divergence of one latent dimension, counted from 0.</summary>
    public double KlOf(int dimension)
    {
        var kl = new Matrix<double>(1, 1);
        GaussianKl.Forward(Column(Mu, dimension), Column(LogVar, dimension), kl.Flat);
        return kl[0, 0];
    }

    private void RunForward()
    {
        _forward.Encode();
        _forward.Sample();
        _forward.Decode();
        Logits = Copy(_forward.Logits);
        _forward.Reconstruct();
        (EncoderHidden, Mu, LogVar) = (Copy(_forward.EncoderHidden(0)), Copy(_forward.Mu), Copy(_forward.LogVar));
        (Latent, DecoderHidden, Reconstruction) = (Copy(_forward.Latent), Copy(_forward.DecoderHidden(0)), Copy(_forward.Reconstruction));
        (CrossEntropy, Kl) = (_forward.ReconstructionLoss[0, 0], _forward.Kl[0, 0]);
        EncoderSum = Sum(Parameters.Encoder[0], _forward.Input);
        DecoderSum = Sum(Parameters.Decoder[0], _forward.Latent);
    }

    private VaeForward<double> NewForward(VaeParameters<double> parameters)
    {
        var forward = new VaeForward<double>(_engine, parameters, 1);
        WalkthroughExample.Image.CopyTo(forward.Input.Flat);
        WalkthroughExample.Noise.CopyTo(forward.Noise.Flat);
        return forward;
    }

    private static double LossOf(VaeForward<double> forward)
    {
        forward.Run();
        return forward.ReconstructionLoss[0, 0] + WalkthroughExample.Beta * forward.Kl[0, 0];
    }

    private CheckedGradient Check(Matrix<double> backward, Matrix<double> values, Func<double> loss)
    {
        // What comes before the entrance may still stand at another place of the last difference.
        _within.Start();
        return new CheckedGradient(backward, Differences(values, loss));
    }

    private static Matrix<double> Differences(Matrix<double> values, Func<double> loss)
    {
        var differences = Like(values);
        for (var row = 0; row < values.Rows; row++)
            for (var column = 0; column < values.Columns; column++)
                differences[row, column] = GradientCheck.CentralDifference(loss, ref values[row, column]);
        return differences;
    }

    // What a layer hands to its ReLU, which writes over it in the forward pass.
    private Matrix<double> Sum(DenseParameters<double> layer, Matrix<double> x)
    {
        var sum = new Matrix<double>(1, layer.Weight.Columns);
        Dense.Forward(_engine, layer.Weight, layer.Bias, x, sum);
        return sum;
    }

    private Matrix<double> InputGradient(DenseParameters<double> layer, Matrix<double> dy)
    {
        var gradient = new Matrix<double>(1, layer.Weight.Rows);
        Dense.BackwardInput(_engine, layer.Weight, dy, gradient);
        return gradient;
    }

    private static Matrix<double> Column(Matrix<double> row, int column) => row.Block(0, 1, column, 1);

    private static Matrix<double> Like(Matrix<double> matrix) => new(matrix.Rows, matrix.Columns);

    private static Matrix<double> Copy(Matrix<double> matrix)
    {
        var copy = Like(matrix);
        matrix.CopyTo(copy);
        return copy;
    }
}
