// The fast road and the plain one: using gradients up as they are computed, against storing them first.

using VaeFromScratch.Autodiff;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Vae.Tests;

public class GradientSinkTests
{
    [Theory]
    [InlineData(1, 50, 33)]
    [InlineData(3, 50, 33)]
    // Wide enough for the products that leave out zeros.
    [InlineData(1, 200, 85)]
    [InlineData(3, 200, 85)]
    public void Updating_on_the_spot_gives_the_bits_of_storing_gradients_first(int threads, int features, int hidden)
    {
        using var engine = new Engine(threads);
        var architecture = new VaeArchitecture(features, [hidden, 20], 5);
        var (plain, fast) = (New(architecture), New(architecture));
        var (plainAdam, fastAdam) = (new Adam<float>(architecture.ParameterCount, 0.01), new Adam<float>(architecture.ParameterCount, 0.01));
        var gradients = new VaeParameters<float>(architecture);
        var biasGradient = new Matrix<float>(1, features);
        for (var step = 0u; step < 5; step++)
        {
            Backward(engine, plain, step, new StoredGradients<float>(gradients));
            plainAdam.Update(engine, plain.Vector, gradients.Vector);

            fastAdam.BeginStep();
            Backward(engine, fast, step, new AdamUpdates<float>(fastAdam, biasGradient));
            Assert.Equal(plain.Vector.Flat.ToArray(), fast.Vector.Flat.ToArray());
            Assert.Equal(plainAdam.Mean.Flat.ToArray(), fastAdam.Mean.Flat.ToArray());
            Assert.Equal(plainAdam.Variance.Flat.ToArray(), fastAdam.Variance.Flat.ToArray());
        }

        Assert.NotEqual(New(architecture).Vector.Flat.ToArray(), fast.Vector.Flat.ToArray());
    }

    [Fact]
    public void A_layer_that_is_columns_of_a_larger_matrix_is_refused()
    {
        using var engine = new Engine(1);
        var architecture = new VaeArchitecture(50, [33], 5);
        var (parameters, adam) = (New(architecture), new Adam<float>(architecture.ParameterCount, 0.01));
        var (x, dy) = (new Matrix<float>(33, 4), new Matrix<float>(4, 5));

        void IsRefused<TSink>(TSink sink) where TSink : struct, IGradientSink<float> => Assert.Contains(
            "[33, 5], columns of a larger matrix", Assert.Throws<ArgumentException>(() => sink.Take(engine, parameters.LogVar, x, dy, LeftOperand.Dense)).Message);

        IsRefused(new StoredGradients<float>(new VaeParameters<float>(architecture)));
        IsRefused(new AdamUpdates<float>(adam, new Matrix<float>(1, 50)));
    }

    private static VaeParameters<float> New(VaeArchitecture architecture)
    {
        var parameters = new VaeParameters<float>(architecture);
        parameters.Initialize(seed: 1);
        return parameters;
    }

    private static void Backward<TSink>(Engine engine, VaeParameters<float> parameters, uint step, TSink sink) where TSink : struct, IGradientSink<float>
    {
        const int batch = 19;
        var forward = new VaeForward<float>(engine, parameters, batch) { Count = batch };
        new RandomSequence(3, 1, step).FillUniform(forward.Input.Flat);
        foreach (ref var pixel in forward.Input.Flat)
            if (pixel < 0.4f) pixel = 0;
        new RandomSequence(3, 2, step).FillNormal(forward.Noise.Flat);
        forward.Run();
        new VaeBackward<float>(engine, parameters, batch).Run(forward, 2, sink);
    }
}
