// The numbers of the walkthrough: few enough, and with few enough decimals, to be followed with a pencil.

using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Walkthrough;

/// <summary>A variational autoencoder 4-3-2-3-4, one image, and the noise of one step, written down instead of drawn.</summary>
/// <remarks>
/// Chosen so that each hidden layer has one unit that its ReLU switches off and two that are far from the kink, one pixel is black, and the two
/// roads to a latent variable's gradient pull in opposite directions.
/// </remarks>
internal static class WalkthroughExample
{
    public const double Beta = 0.5, LearningRate = 0.01;

    public static VaeArchitecture Architecture { get; } = new(4, [3], 2);

    public static double[] Image { get; } = [1.0, 0.5, 0.0, 0.8];

    public static double[] Noise { get; } = [0.5, -1.0];

    // In the order of VaeArchitecture.Tensors, row by row.
    private static readonly double[][] Tensors =
    [
        // encoder.0.weight [4, 3] and encoder.0.bias [1, 3]
        [
            0.5, -0.6, 0.3,
            -0.4, 0.2, 0.6,
            0.7, 0.1, -0.5,
            0.2, -0.5, 0.4,
        ],
        [0.1, 0.2, -0.3],

        // mu.weight [3, 2] and logvar.weight [3, 2]
        [
            0.6, -0.4,
            0.3, 0.5,
            -0.2, 0.8,
        ],
        [
            -0.5, 0.4,
            0.7, -0.3,
            0.3, -0.9,
        ],

        // mu.bias [1, 2] and logvar.bias [1, 2]
        [0.5, -0.6],
        [-0.4, 0.6],

        // decoder.0.weight [2, 3] and decoder.0.bias [1, 3]
        [
            0.8, -0.5, 0.4,
            -0.3, 0.6, -0.5,
        ],
        [-0.2, 0.1, 0.3],

        // decoder.2.weight [3, 4] and decoder.2.bias [1, 4]
        [
            0.9, -0.3, -0.7, 0.4,
            0.2, 0.5, -0.4, -0.6,
            0.6, 0.4, -0.3, -0.8,
        ],
        [0.1, -0.2, 0.3, 0.2],
    ];

    /// <summary>Parameters of their own, to be changed at will.</summary>
    public static VaeParameters<double> Parameters()
    {
        var parameters = new VaeParameters<double>(Architecture);
        foreach (var (values, tensor) in Tensors.Zip(parameters.Tensors))
            for (var row = 0; row < tensor.Rows; row++) values.AsSpan(row * tensor.Columns, tensor.Columns).CopyTo(tensor.Row(row));
        return parameters;
    }
}
