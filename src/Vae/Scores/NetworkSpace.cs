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
    private readonly Func<Activations, Matrix<float>> _layer;
    private readonly Func<Engine, Matrix<float>, Matrix<float>> _prepare;

    private NetworkSpace(Func<Activations, Matrix<float>> layer, Func<Engine, Matrix<float>, Matrix<float>> prepare) => (_layer, _prepare) = (layer, prepare);

    /// <summary>All layers of a network, from the image to the decoder's last hidden layer.</summary>
    /// <param name="reference">Normal images, from which the spread of each dimension of the code is taken.</param>
    public static ImmutableArray<NetworkSpace> All(Activations reference)
    {
        float[] spread = [.. ColumnSpread.Of(reference.Mu, Covariance.Means(reference.Mu)).Select(spread => (float)spread)];
        return
        [
            new(images => images.Pixels, (_, pixels) => pixels),
            .. reference.EncoderHidden.Select((_, layer) => new NetworkSpace(images => images.EncoderHidden[layer], UnitRows.Of)),
            new(images => images.Mu, (_, mu) => Divided(mu, spread)),
            .. reference.DecoderHidden.Select((_, layer) => new NetworkSpace(images => images.DecoderHidden[layer], FourthRoot)),
        ];
    }

    /// <summary>A space beside the network's own: the directions of an image's edges, by <see cref="OrientedGradients"/>, each row scaled to length 1. (15.15)</summary>
    /// <param name="width">Pixels of a row of an image.</param>
    /// <param name="cells">Cells along each side of the grid, 1 or more.</param>
    public static NetworkSpace Edges(int width, int cells) =>
        new(images => images.Pixels, (engine, pixels) => UnitRows.Of(engine, OrientedGradients.Of(engine, pixels, width, cells)));

    /// <summary>The layer of some images, <c>[n, columns]</c>.</summary>
    public Matrix<float> Of(Engine engine, Activations images) => _prepare(engine, _layer(images));

    /// <summary>The layer of those of some images that are chosen.</summary>
    public Matrix<float> Of(Engine engine, Activations images, ReadOnlySpan<int> chosen) => _prepare(engine, NeighbourSettings.Rows(_layer(images), chosen));

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
