// The layers of a network as spaces in which images have distances.

using System.Collections.Immutable;
using VaeFromScratch.Tensors;
using VaeFromScratch.Vae.Statistics;

namespace VaeFromScratch.Vae;

/// <summary>A layer of a network, prepared so that its Euclidean distances mean something. (15.13)</summary>
/// <remarks>
/// Each kind of layer has its own preparation. Pixels are compared as they are. An encoder's hidden layer counts by direction, each row scaled to length
/// 1: its length follows how much light there is in the image. A code counts in units of each dimension's spread, since the encoder is free to give them any.
/// A decoder's hidden layer counts by the fourth root, which lies between its numbers and the mere pattern of which units are on: the pattern says on
/// which linear piece of the decoder an image is drawn.
/// </remarks>
internal sealed class NetworkSpace
{
    private readonly Func<Engine, Activations, Matrix<float>> _prepare;

    private NetworkSpace(Func<Engine, Activations, Matrix<float>> prepare) => _prepare = prepare;

    /// <summary>All layers of a network, from the image to the decoder's last hidden layer.</summary>
    /// <param name="reference">Normal images, from which the spread of each dimension of the code is taken.</param>
    public static ImmutableArray<NetworkSpace> All(Activations reference)
    {
        float[] spread = [.. ColumnSpread.Of(reference.Mu, Covariance.Means(reference.Mu)).Select(spread => (float)spread)];
        return
        [
            new((_, images) => images.Pixels),
            .. reference.EncoderHidden.Select((_, layer) => new NetworkSpace((engine, images) => UnitRows.Of(engine, images.EncoderHidden[layer]))),
            new((_, images) => Divided(images.Mu, spread)),
            .. reference.DecoderHidden.Select((_, layer) => new NetworkSpace((engine, images) => FourthRoot(engine, images.DecoderHidden[layer]))),
        ];
    }

    /// <summary>A space beside the network's own: the directions of an image's edges, by <see cref="OrientedGradients"/>, each row scaled to length 1. (15.15)</summary>
    /// <param name="cells">Cells along each side of the grid, 1 or more.</param>
    public static NetworkSpace Edges(int cells) =>
        new((engine, images) => UnitRows.Of(engine, OrientedGradients.Of(engine, images.Pixels, images.Width, cells)));

    /// <summary>The layer of some images, <c>[n, columns]</c>.</summary>
    public Matrix<float> Of(Engine engine, Activations images) => _prepare(engine, images);

    private static Matrix<float> Divided(Matrix<float> mu, float[] spread)
    {
        var result = new Matrix<float>(mu.Rows, mu.Columns);
        for (var i = 0; i < mu.Rows; i++)
            for (var j = 0; j < mu.Columns; j++) result[i, j] = mu[i, j] / spread[j];
        return result;
    }

    private static Matrix<float> FourthRoot(Engine engine, Matrix<float> hidden)
    {
        var result = new Matrix<float>(hidden.Rows, hidden.Columns);
        engine.ForRows(hidden.Rows, 8 * hidden.Columns, new RootBody(hidden, result));
        return result;
    }

    // A square root is exactly rounded on every machine.
    private readonly struct RootBody(Matrix<float> from, Matrix<float> to) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var row = first; row < limit; row++)
            {
                var source = from.Row(row);
                var target = to.Row(row);
                for (var j = 0; j < source.Length; j++) target[j] = MathF.Sqrt(MathF.Sqrt(source[j]));
            }
        }
    }
}
