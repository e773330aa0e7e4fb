// What every operation says to arguments that do not fit: nothing is computed of them.

using VaeFromScratch.Tensors;
using static VaeFromScratch.Autodiff.Tests.TestData;
using Operation = System.Action<VaeFromScratch.Tensors.Engine, VaeFromScratch.Tensors.Matrix<float>[]>;

namespace VaeFromScratch.Autodiff.Tests;

public class ArgumentTests
{
    // n images, f features in, o out: all different, so that a transposed matrix never fits.
    private const int N = 3, F = 5, O = 2;
    private static readonly (int, int) Images = (N, F), Outputs = (N, O), Weights = (F, O), OfImages = (1, N), OfFeatures = (1, F), OfOutputs = (1, O);

    private static readonly Dictionary<string, (Operation Run, (int Rows, int Columns)[] Shapes)> Operations = new()
    {
        ["relu"] = ((e, m) => Relu.Forward(e, m[0], m[1]), [Images, Images]),
        ["relu, backward"] = ((e, m) => Relu.Backward(e, m[0], m[1], m[2]), [Images, Images, Images]),
        ["dense"] = ((e, m) => Dense.Forward(e, m[0], m[1], m[2], m[3]), [Weights, OfOutputs, Images, Outputs]),
        ["dense and relu"] = ((e, m) => Dense.ForwardRelu(e, m[0], m[1], m[2], m[3]), [Weights, OfOutputs, Images, Outputs]),
        ["dense, parameters"] = ((e, m) => Dense.BackwardParameters(e, m[0], m[1], m[2], m[3]), [(F, N), Outputs, Weights, OfOutputs]),
        ["dense, bias"] = ((e, m) => Dense.BackwardBias(e, m[0], m[1]), [Outputs, OfOutputs]),
        ["dense, input"] = ((e, m) => Dense.BackwardInput(e, m[0], m[1], m[2]), [Weights, Outputs, Images]),
        ["dense, input and relu"] = ((e, m) => Dense.BackwardInputRelu(e, m[0], m[1], m[2], m[3]), [Weights, Images, Outputs, Images]),
        ["cross-entropy"] = ((e, m) => BernoulliCrossEntropy.Forward(e, m[0], m[1], m[2], m[3]), [Images, Images, Images, OfImages]),
        ["cross-entropy, backward"] = ((e, m) => BernoulliCrossEntropy.Backward(e, m[0], m[1], 1, m[2]), [Images, Images, Images]),
        ["cross-entropy, both"] = ((e, m) => BernoulliCrossEntropy.ForwardAndBackward(e, m[0], m[1], 1, m[2], m[3]), [Images, Images, OfImages, Images]),
        ["continuous bernoulli"] = ((e, m) => ContinuousBernoulli.Forward(e, m[0], m[1], m[2], m[3]), [Images, Images, Images, OfImages]),
        ["continuous bernoulli, backward"] = ((e, m) => ContinuousBernoulli.Backward(e, m[0], m[1], 1, m[2]), [Images, Images, Images]),
        ["continuous bernoulli, both"] = ((e, m) => ContinuousBernoulli.ForwardAndBackward(e, m[0], m[1], 1, m[2], m[3]), [Images, Images, OfImages, Images]),
        ["gaussian"] = ((e, m) => GaussianLikelihood.Forward(e, m[0], m[1], m[2], m[3]), [Images, Images, Images, OfImages]),
        ["gaussian, image by image"] = ((e, m) => GaussianLikelihood.ForwardImageByImage(e, m[0], m[1], m[2], m[3]), [Images, Images, Images, OfImages]),
        ["gaussian, backward"] = ((e, m) => GaussianLikelihood.Backward(e, m[0], m[1], 1, 1, m[2]), [Images, Images, Images]),
        ["gaussian, both"] = ((e, m) => GaussianLikelihood.ForwardAndBackward(e, m[0], m[1], 1, m[2], m[3]), [Images, Images, OfImages, Images]),
        ["adam"] = ((e, m) => new Adam<float>(F, 1).Update(e, m[0], m[1]), [OfFeatures, OfFeatures]),
        ["adam, part"] = ((e, m) => new Adam<float>(N * F, 1).UpdatePart(e, m[0], 0, m[1]), [Images, Images]),
        ["adam, product"] = ((e, m) => new Adam<float>(N * F, 1).UpdatePartWithProduct(e, m[0], 0, m[1], m[2]), [Images, Outputs, (O, F)]),
        ["divergence"] = ((_, m) => GaussianKl.Forward(m[0], m[1], new float[N]), [Images, Images]),
        ["divergence, backward"] = ((_, m) => GaussianKl.Backward(m[0], m[1], 1, m[2], m[3]), [Images, Images, Images, Images]),
        ["free bits"] = ((_, m) => FreeBits.Forward(m[0], m[1], m[2], m[3]), [Images, Images, Images, OfFeatures]),
        ["free bits, backward"] = ((_, m) => FreeBits.Backward(m[0], m[1], m[2], 1, 1, m[3], m[4]), [Images, Images, OfFeatures, Images, Images]),
        ["clamp"] = ((_, m) => LogVarianceClamp.Forward(m[0], m[1]), [Images, Images]),
        ["clamp, backward"] = ((_, m) => LogVarianceClamp.Backward(m[0], m[1], m[2]), [Images, Images, Images]),
        ["sample"] = ((_, m) => Reparameterization.Forward(m[0], m[1], m[2], m[3]), [Images, Images, Images, Images]),
        ["sample, backward"] = ((_, m) => Reparameterization.Backward(m[0], m[1], m[2], m[3], m[4]), [Images, Images, Images, Images, Images]),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    public static TheoryData<string> NamesWithEngine => [.. Operations.Keys.TakeWhile(name => name != "divergence")];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_matrix_of_another_shape_is_refused_whichever_it_is(string name)
    {
        var (run, shapes) = Operations[name];
        run(OneThread, Matrices(shapes));
        for (var i = 0; i < shapes.Length; i++)
        {
            var (rows, columns) = shapes[i];
            // Transposed it holds as many numbers as it should.
            foreach (var other in new[] { (columns, rows), (rows, columns + 1) })
            {
                var matrices = Matrices(shapes);
                matrices[i] = Normal<float>(other.Item1, other.Item2, 1);
                var error = Assert.Throws<ArgumentException>(() => run(OneThread, matrices));
                Assert.Matches(@"expected \[\d+, \d+\]|do not fit|be multiplied by|is no gradient of", error.Message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesWithEngine))]
    public void An_engine_is_needed(string name)
    {
        var (run, shapes) = Operations[name];
        Assert.Equal("engine", Assert.Throws<ArgumentNullException>(() => run(null!, Matrices(shapes))).ParamName);
    }

    [Fact]
    public void Divergences_have_room_or_are_refused()
    {
        var mu = Normal<float>(N, F, 1);
        Assert.Contains("room for 2 divergences of 3 images", Assert.Throws<ArgumentException>(() => GaussianKl.Forward(mu, mu, new float[N - 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_mean_nothing_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearInitialization.Fill(Normal<float>(N, F, 1), 0, new RandomSequence(1, 1, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam<float>(N, 1).Restore(-1));
    }

    private static Matrix<float>[] Matrices((int Rows, int Columns)[] shapes) => [.. shapes.Select((shape, i) => Normal<float>(shape.Rows, shape.Columns, (uint)i))];
}
