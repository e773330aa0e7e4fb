// The seed model in libtorch, as its users would write it: what ours is compared with.

using TorchSharp;
using TorchSharp.Modules;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using static TorchSharp.torch;

namespace VaeFromScratch.Peers;

/// <summary>A variational autoencoder with one hidden layer on each side, trained by libtorch.</summary>
internal sealed class TorchVae : nn.Module
{
    private readonly Linear _encoder, _mu, _logVar, _decoder, _output;

    public TorchVae(int features, int hidden, int latent) : base(nameof(TorchVae))
    {
        _encoder = nn.Linear(features, hidden);
        _mu = nn.Linear(hidden, latent);
        _logVar = nn.Linear(hidden, latent);
        _decoder = nn.Linear(latent, hidden);
        _output = nn.Linear(hidden, features);
        RegisterComponents();
    }

    /// <summary>A parameter by the name that our model files give it.</summary>
    public Parameter Named(string name)
    {
        var layer = name[..name.LastIndexOf('.')] switch
        {
            "encoder.0" => _encoder,
            "mu" => _mu,
            "logvar" => _logVar,
            "decoder.0" => _decoder,
            "decoder.2" => _output,
            _ => throw new ArgumentException($"There is no layer of the parameter {name}.", nameof(name)),
        };
        return name.EndsWith(".weight", StringComparison.Ordinal) ? layer.weight! : layer.bias!;
    }

    /// <summary>Takes over the parameters of a model of ours.</summary>
    public void Load(VaeParameters<float> parameters)
    {
        using var noGradient = no_grad();
        foreach (var (description, values) in parameters.Architecture.Tensors.Zip(parameters.Tensors))
        {
            using var scope = NewDisposeScope();
            var own = Named(description.Name);
            // Theirs are [out, in], ours [in, out].
            own.copy_(TorchTensors.Of(values).t().reshape(own.shape));
        }
    }

    public (Tensor Mu, Tensor LogVar) Encode(Tensor x)
    {
        var h = nn.functional.relu(_encoder.forward(x));
        return (_mu.forward(h), _logVar.forward(h).clamp(-30, 20));
    }

    public Tensor Decode(Tensor z) => _output.forward(nn.functional.relu(_decoder.forward(z)));

    /// <summary>The mean loss of a batch; the noise is drawn unless it is given.</summary>
    public Tensor Loss(Tensor x, double beta, Tensor? noise = null)
    {
        var (mu, logVar) = Encode(x);
        var logits = Decode(mu + (logVar / 2).exp() * (noise ?? randn_like(mu)));
        var n = x.shape[0];
        var reconstruction = nn.functional.binary_cross_entropy_with_logits(logits, x, reduction: nn.Reduction.Sum) / n;
        var kl = -0.5 * (1 + logVar - mu.pow(2) - logVar.exp()).sum() / n;
        return reconstruction + beta * kl;
    }

    /// <summary>One step on the chosen images; returns the sum of their losses.</summary>
    public double Step(optim.Optimizer optimizer, Tensor images, Tensor chosen, double beta)
    {
        using var scope = NewDisposeScope();
        var x = images[chosen].to(ScalarType.Float32).div(255);
        var loss = Loss(x, beta);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>() * x.shape[0];
    }

    /// <summary>One epoch; returns the mean loss per image.</summary>
    public double TrainEpoch(optim.Optimizer optimizer, Tensor images, int batch, double beta)
    {
        var count = images.shape[0];
        using var order = randperm(count);
        var sum = 0.0;
        for (var start = 0L; start < count; start += batch)
        {
            using var chosen = order[TensorIndex.Slice(start, Math.Min(start + batch, count))];
            sum += Step(optimizer, images, chosen, beta);
        }

        return sum / count;
    }

    /// <summary>The mean squared error of each image at z = mu.</summary>
    public float[] Score(ImageDataset images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = ToTensor(images, _ => true).to(ScalarType.Float32).div(255);
        var r = Decode(Encode(x).Mu).sigmoid();
        return (x - r).pow(2).mean([1]).data<float>().ToArray();
    }

    public static Tensor ToTensor(ImageDataset images, Func<byte, bool> keep)
    {
        var indices = Enumerable.Range(0, images.Count).Where(i => keep(images.Label(i))).ToArray();
        var pixels = new byte[(long)indices.Length * images.Features];
        for (var i = 0; i < indices.Length; i++) images.Image(indices[i]).CopyTo(pixels.AsSpan(i * images.Features));
        return tensor(pixels, [indices.Length, images.Features], ScalarType.Byte);
    }
}
