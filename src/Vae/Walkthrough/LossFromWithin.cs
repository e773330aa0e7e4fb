// The loss as a function of a number inside the model: what central differences of inner gradients need.

using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>The forward pass as a chain that can be entered anywhere: what comes before the entrance is kept, what comes after it is computed anew.</summary>
/// <remarks>
/// The layers are those of <see cref="VaeForward{T}"/>, which starts at the image and writes each ReLU and the reconstruction over their input;
/// here every quantity has a place of its own, a matrix of one row. For one image and one hidden layer on each side. Each method computes the loss
/// from the quantity that it is named after, as it stands, and writes all that come after it.
/// </remarks>
internal sealed class LossFromWithin(Engine engine, VaeParameters<double> parameters, Matrix<double> image, Matrix<double> noise, double beta)
{
    private readonly Matrix<double> _rawLogVar = Row(parameters.Architecture.Latent);
    private readonly Matrix<double> _kl = Row(1), _reconstructionLoss = Row(1);

    public Matrix<double> Image { get; } = image;

    public Matrix<double> Noise { get; } = noise;

    public Matrix<double> EncoderSum { get; } = Row(parameters.Architecture.Hidden[0]);

    public Matrix<double> EncoderHidden { get; } = Row(parameters.Architecture.Hidden[0]);

    public Matrix<double> Mu { get; } = Row(parameters.Architecture.Latent);

    public Matrix<double> LogVar { get; } = Row(parameters.Architecture.Latent);

    public Matrix<double> Latent { get; } = Row(parameters.Architecture.Latent);

    public Matrix<double> DecoderSum { get; } = Row(parameters.Architecture.Hidden[0]);

    public Matrix<double> DecoderHidden { get; } = Row(parameters.Architecture.Hidden[0]);

    public Matrix<double> Logits { get; } = Row(parameters.Architecture.Features);

    public Matrix<double> Reconstruction { get; } = Row(parameters.Architecture.Features);

    /// <summary>The loss from the image.</summary>
    public double Start()
    {
        Forward(parameters.Encoder[0], Image, EncoderSum);
        return AfterEncoderSum();
    }

    public double AfterEncoderSum()
    {
        Relu.Forward(engine, EncoderSum, EncoderHidden);
        return AfterEncoderHidden();
    }

    public double AfterEncoderHidden()
    {
        Forward(parameters.Mu, EncoderHidden, Mu);
        Forward(parameters.LogVar, EncoderHidden, _rawLogVar);
        LogVarianceClamp.Forward(_rawLogVar, LogVar);
        return AfterHeads();
    }

    public double AfterHeads()
    {
        GaussianKl.Forward(Mu, LogVar, _kl.Flat);
        Reparameterization.Forward(Mu, LogVar, Noise, Latent);
        return AfterSample();
    }

    public double AfterSample()
    {
        Forward(parameters.Decoder[0], Latent, DecoderSum);
        return AfterDecoderSum();
    }

    public double AfterDecoderSum()
    {
        Relu.Forward(engine, DecoderSum, DecoderHidden);
        return AfterDecoderHidden();
    }

    public double AfterDecoderHidden()
    {
        Forward(parameters.Decoder[1], DecoderHidden, Logits);
        return AfterLogits();
    }

    public double AfterLogits()
    {
        BernoulliCrossEntropy.Forward(engine, Logits, Image, Reconstruction, _reconstructionLoss);
        return _reconstructionLoss[0, 0] + beta * _kl[0, 0];
    }

    private void Forward(DenseParameters<double> layer, Matrix<double> x, Matrix<double> y) => Dense.Forward(engine, layer.Weight, layer.Bias, x, y);

    private static Matrix<double> Row(int size) => new(1, size);
}
