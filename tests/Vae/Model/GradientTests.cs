// The gradient of every tensor of the whole model.

using System.Numerics;
using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class GradientTests
{
    private const int Batch = 6;
    private const double Beta = 0.7;

    private static readonly VaeArchitecture Deep = new(9, [7, 5], 3);

    /// <summary>A variant of training: what the loss is made of, and what the encoder sees.</summary>
    public sealed record Variant(Likelihood Likelihood = Likelihood.Bernoulli, double FreeBits = 0, bool Denoises = false);

    public static TheoryData<Variant, string> VariantsAndTensors
    {
        get
        {
            var data = new TheoryData<Variant, string>();
            foreach (var variant in new Variant[] { new(), new(Likelihood.ContinuousBernoulli), new(Likelihood.Gaussian), new(Likelihood.LinearGaussian), new(FreeBits: 0.3), new(Denoises: true) })
                foreach (var tensor in Deep.Tensors) data.Add(variant, tensor.Name);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(VariantsAndTensors))]
    public void The_gradient_of_every_tensor_is_that_of_the_loss(Variant variant, string name)
    {
        var pass = new Pass<double>(variant);
        pass.Run();
        Assert.True(pass.DistanceToKink > 0.005, $"an activation is {pass.DistanceToKink} from the kink of its ReLU: differences are no derivatives there");

        var index = Deep.Tensors.Select(tensor => tensor.Name).ToList().IndexOf(name);
        var (values, analytic) = (pass.Parameters.Tensors[index], pass.Gradients.Tensors[index]);
        var result = GradientCheck.Compare(pass.Loss, values, analytic);
        Assert.True(result.RelativeError < 1e-6, $"{name}: {result}");

        // The check has to see a flipped sign, in every tensor.
        var numbers = analytic.ToArray();
        var (row, column) = Math.DivRem(Enumerable.Range(0, numbers.Length).MaxBy(i => Math.Abs(numbers[i])), analytic.Columns);
        Assert.NotEqual(0, analytic[row, column]);
        analytic[row, column] *= -1;
        Assert.True(GradientCheck.Compare(pass.Loss, values, analytic).RelativeError > 1, $"{name}: a flipped sign went unseen");
    }

    [Fact]
    public void Some_dimensions_of_the_pass_with_free_bits_are_free_and_some_are_not()
    {
        var pass = new Pass<double>(new Variant(FreeBits: 0.3));
        pass.Run();
        var divergences = pass.MeanDivergences();
        Assert.Contains(divergences, kl => kl < 0.29);
        Assert.Contains(divergences, kl => kl > 0.31);
    }

    [Fact]
    public void Single_precision_follows_double_precision_in_every_tensor()
    {
        var (single, exact) = (new Pass<float>(new Variant()), new Pass<double>(new Variant()));
        single.Run();
        exact.Run();
        // A gradient passes through every chain of the forward and the backward pass once; each adds at most its length in roundings,
        // relative to the largest number in it.
        const int lengths = 2 * (9 + 7 + 5 + 3 + 5 + 7 + 9) + Batch;
        const double unitRoundoff = 1.0 / (1 << 24);
        Assert.Equal(exact.Loss(), single.Loss(), exact.Loss() * lengths * unitRoundoff);
        foreach (var ((tensor, ours), theirs) in Deep.Tensors.Zip(single.Gradients.Tensors).Zip(exact.Gradients.Tensors))
        {
            var largest = theirs.ToArray().Max(Math.Abs);
            foreach (var (i, (our, their)) in ours.ToArray().Zip(theirs.ToArray()).Index())
                Assert.True(Math.Abs(our - their) <= lengths * unitRoundoff * largest, $"{tensor.Name}[{i}]: {our} against {their}");
        }
    }

    /// <summary>A forward and backward pass on fixed numbers.</summary>
    private sealed class Pass<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        private static readonly Engine OneThread = new(1);

        private readonly VaeForward<T> _forward;
        private readonly VaeBackward<T> _backward;

        private readonly Variant _variant;

        public Pass(Variant variant)
        {
            _variant = variant;
            Parameters = new VaeParameters<T>(new VaeArchitecture(Deep.Features, Deep.Hidden, Deep.Latent, variant.Likelihood));
            Parameters.Initialize(seed: 1);
            // Larger than the initial weights, so that no gradient is tiny and no activation near its kink.
            foreach (ref var value in Parameters.Vector.Flat) value *= T.CreateChecked(3);
            Gradients = new VaeParameters<T>(Deep);
            // One more than the batch: the pass has to keep to its images.
            _forward = new VaeForward<T>(OneThread, Parameters, Batch + 1, variant.Denoises) { Count = Batch };
            _backward = new VaeBackward<T>(OneThread, Parameters, Batch + 1, T.CreateChecked(variant.FreeBits));
            FillInput();
        }

        public VaeParameters<T> Parameters { get; }

        public VaeParameters<T> Gradients { get; }

        public double DistanceToKink
        {
            get
            {
                var least = double.PositiveInfinity;
                foreach (var (layer, input) in HiddenLayers())
                {
                    var y = new Matrix<T>(Batch, layer.Weight.Columns);
                    Dense.Forward(OneThread, layer.Weight, layer.Bias, input, y);
                    foreach (var value in y.Flat) least = Math.Min(least, Math.Abs(double.CreateChecked(value)));
                }

                return least;
            }
        }

        public void Run()
        {
            _forward.Run();
            _backward.Run(_forward, T.CreateChecked(Beta), new StoredGradients<T>(Gradients));
            _forward.Run();
        }

        public double Loss()
        {
            _forward.Run();
            var sum = 0.0;
            for (var i = 0; i < Batch; i++) sum += double.CreateChecked(_forward.ReconstructionLoss[0, i]) + Beta * double.CreateChecked(_forward.Kl[0, i]);
            if (_variant.FreeBits == 0) return sum / Batch;
            for (var i = 0; i < Batch; i++) sum -= Beta * double.CreateChecked(_forward.Kl[0, i]);
            return sum / Batch + Beta * MeanDivergences().Sum(kl => Math.Max(_variant.FreeBits, kl));
        }

        /// <summary>The mean over the batch of each latent dimension's divergence, by its definition.</summary>
        public double[] MeanDivergences() => [.. Enumerable.Range(0, Deep.Latent).Select(j => Enumerable.Range(0, Batch).Average(i =>
        {
            var (mu, logVar) = (double.CreateChecked(_forward.Mu[i, j]), double.CreateChecked(_forward.LogVar[i, j]));
            return (mu * mu + Math.Exp(logVar) - 1 - logVar) / 2;
        }))];

        private IEnumerable<(DenseParameters<T> Layer, Matrix<T> Input)> HiddenLayers()
        {
            yield return (Parameters.Encoder[0], _forward.EncoderInput);
            yield return (Parameters.Encoder[1], _forward.EncoderHidden(0));
            yield return (Parameters.Decoder[0], _forward.Latent);
            yield return (Parameters.Decoder[1], _forward.DecoderHidden(0));
        }

        private void FillInput()
        {
            var (pixels, noise) = (new float[Deep.Features * Batch], new float[Deep.Latent * Batch]);
            new RandomSequence(5, 1, 0).FillUniform(pixels);
            new RandomSequence(5, 2, 0).FillNormal<float>(noise);
            for (var i = 0; i < Batch; i++)
            {
                for (var p = 0; p < Deep.Features; p++) _forward.Input[i, p] = T.CreateChecked(pixels[p * Batch + i]);
                if (_variant.Denoises)
                    for (var p = 0; p < Deep.Features; p++) _forward.EncoderInput[i, p] = T.CreateChecked(pixels[p * Batch + i] + 0.3f * pixels[(p * 5 + i) % pixels.Length] - 0.15f);
                for (var j = 0; j < Deep.Latent; j++) _forward.Noise[i, j] = T.CreateChecked(noise[j * Batch + i]);
            }
        }
    }
}
