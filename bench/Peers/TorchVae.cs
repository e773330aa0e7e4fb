// Our models in libtorch, as its users would write them: what ours are compared with.

using TorchSharp;
using TorchSharp.Modules;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;
using static TorchSharp.torch;

namespace VaeFromScratch.Peers;

/// <summary>A variational autoencoder, trained by libtorch. Its parameters have the names of our model files.</summary>
internal sealed class TorchVae : nn.Module
{
    // Names count in a state_dict: encoder.0.weight, mu.bias, ...
    private readonly Sequential _encoder, _decoder;
    private readonly Linear _mu, _logVar;

    public TorchVae(int features, int[] hidden, int latent) : base(nameof(TorchVae))
    {
        _encoder = nn.Sequential([.. Layers([features, .. hidden]), (FormattableString.Invariant($"{2 * hidden.Length - 1}"), nn.ReLU())]);
        _mu = nn.Linear(hidden[^1], latent);
        _logVar = nn.Linear(hidden[^1], latent);
        _decoder = nn.Sequential(Layers([latent, .. hidden.Reverse(), features]));
        register_module("encoder", _encoder);
        register_module("mu", _mu);
        register_module("logvar", _logVar);
        register_module("decoder", _decoder);
    }

    /// <summary>A model of the sizes of one of ours.</summary>
    public static TorchVae Like(VaeArchitecture architecture) => new(architecture.Features, [.. architecture.Hidden], architecture.Latent);

    /// <summary>A parameter by the name that our model files give it.</summary>
    public Parameter Named(string name) => get_parameter(name)!;

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
        var h = _encoder.forward(x);
        return (_mu.forward(h), _logVar.forward(h).clamp(-30, 20));
    }

    public Tensor Decode(Tensor z) => _decoder.forward(z);

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

    // Linear layers with a ReLU between them; each has its place in the list for a name.
    private static (string, nn.Module<Tensor, Tensor>)[] Layers(int[] sizes)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (var i = 1; i < sizes.Length; i++)
        {
            if (i > 1) layers.Add((FormattableString.Invariant($"{layers.Count}"), nn.ReLU()));
            layers.Add((FormattableString.Invariant($"{layers.Count}"), nn.Linear(sizes[i - 1], sizes[i])));
        }

        return [.. layers];
    }
}
