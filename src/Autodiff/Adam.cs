// The optimiser.

using System.Numerics;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>Adam with bias correction, on all parameters of a model as one vector.</summary>
/// <remarks>Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.</remarks>
public sealed class Adam<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // With gradient g at step t = 1, 2, ...
    //   m <- b1·m + (1 - b1)·g             running mean of g
    //   v <- b2·v + (1 - b2)·g²            running mean of g²
    //   p <- p - a · mHat / (sqrt(vHat) + eps)    with mHat = m / (1 - b1^t) and vHat = v / (1 - b2^t)
    // m and v start at 0 and are too small at first by just the factors that the hats divide out. Here the two corrections are taken
    // out of the loop: a / (1 - b1^t), and 1 / sqrt(1 - b2^t) as a factor of sqrt(v).
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    // Each chunk is gone over three times, once a formula, while its four rows lie in L1.
    private const int ChunkSize = 1024;

    private readonly double _learningRate;
    private double _beta1Power = 1, _beta2Power = 1;

    /// <summary>An optimiser that has made no step.</summary>
    /// <param name="parameters">Number of parameters.</param>
    /// <param name="learningRate">a, finite and above 0.</param>
    public Adam(int parameters, double learningRate)
    {
        if (!(learningRate > 0) || !double.IsFinite(learningRate))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "The learning rate has to be a finite number above 0.");
        _learningRate = learningRate;
        Mean = new Matrix<T>(1, parameters);
        Variance = new Matrix<T>(1, parameters);
    }

    /// <summary>m, the running mean of the gradient, <c>[1, parameters]</c>.</summary>
    public Matrix<T> Mean { get; }

    /// <summary>v, the running mean of the squared gradient (the uncentred variance), <c>[1, parameters]</c>.</summary>
    public Matrix<T> Variance { get; }

    /// <summary>Steps made.</summary>
    public int Step { get; private set; }

    /// <summary>Sets the step count of a saved optimiser, whose <see cref="Mean"/> and <see cref="Variance"/> the caller restores.</summary>
    public void Restore(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        (Step, _beta1Power, _beta2Power) = (0, 1, 1);
        // By the same multiplications as in training: Math.Pow is another function on every platform.
        while (Step < step) Advance();
    }

    /// <summary>Makes one step.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="parameters">p, <c>[1, parameters]</c>, updated in place.</param>
    /// <param name="gradients">g, same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Update(Engine engine, Matrix<T> parameters, Matrix<T> gradients)
    {
        ArgumentNullException.ThrowIfNull(engine);
        parameters.RequireShape(1, Mean.Columns);
        gradients.RequireShape(1, Mean.Columns);
        Advance();
        var stepSize = T.CreateChecked(_learningRate / (1 - _beta1Power));
        var rootCorrection = T.CreateChecked(1 / Math.Sqrt(1 - _beta2Power));
        const int operationsPerParameter = 4;
        engine.ForRows((Mean.Columns + ChunkSize - 1) / ChunkSize, operationsPerParameter * ChunkSize,
            new Body(parameters, gradients, Mean, Variance, stepSize, rootCorrection));
    }

    private void Advance()
    {
        Step++;
        _beta1Power *= Beta1;
        _beta2Power *= Beta2;
    }

    private readonly struct Body(
        Matrix<T> parameters, Matrix<T> gradients, Matrix<T> mean, Matrix<T> variance, T stepSize, T rootCorrection) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            for (var chunk = first; chunk < limit; chunk++)
            {
                var start = chunk * ChunkSize;
                var length = Math.Min(ChunkSize, parameters.Columns - start);
                Span<T> p = parameters.Flat.Slice(start, length), g = gradients.Flat.Slice(start, length);
                Span<T> m = mean.Flat.Slice(start, length), v = variance.Flat.Slice(start, length);
                VectorMap.Apply<T, MeanMap>(m, g, m, default);
                VectorMap.Apply<T, VarianceMap>(v, g, v, default);
                VectorMap.Apply<T, ParameterMap>(p, m, v, p, new ParameterMap(stepSize, rootCorrection));
            }
        }
    }

    private readonly struct MeanMap : IBinaryMap<T>
    {
        public Vector256<T> Invoke(Vector256<T> m, Vector256<T> g) =>
            Fused.MultiplyAdd(Vector256.Create(T.CreateChecked(Beta1)), m, Vector256.Create(T.CreateChecked(1 - Beta1)) * g);
    }

    private readonly struct VarianceMap : IBinaryMap<T>
    {
        public Vector256<T> Invoke(Vector256<T> v, Vector256<T> g) =>
            Fused.MultiplyAdd(Vector256.Create(T.CreateChecked(Beta2)), v, Vector256.Create(T.CreateChecked(1 - Beta2)) * g * g);
    }

    private readonly struct ParameterMap(T stepSize, T rootCorrection) : ITernaryMap<T>
    {
        public Vector256<T> Invoke(Vector256<T> p, Vector256<T> m, Vector256<T> v)
        {
            var denominator = Fused.MultiplyAdd(Vector256.Sqrt(v), Vector256.Create(rootCorrection), Vector256.Create(T.CreateChecked(Epsilon)));
            return Fused.MultiplyAdd(Vector256.Create(-stepSize), m / denominator, p);
        }
    }
}
