// Adam, the optimiser: it changes numbers by their gradients, and knows nothing of layers and losses.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Autodiff;

/// <summary>Adam with bias correction, on a vector of parameters, at once or part by part.</summary>
/// <remarks>Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.</remarks>
public sealed class Adam<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // With gradient g at step t = 1, 2, ... and learning rate a:
    //   m <- b1·m + (1 - b1)·g                    running mean of g                                 (9.10)
    //   v <- b2·v + (1 - b2)·g²                   running mean of g²                                (9.10)
    //   p <- p - a·mHat / (sqrt(vHat) + eps)      mHat = m / (1 - b1^t), vHat = v / (1 - b2^t)      (9.12, 9.13)
    // m and v start at 0 and are too small at first by just the factors that the hats divide out. Here the two corrections are taken out of
    // the loop: a / (1 - b1^t) is the step size, and 1 / sqrt(1 - b2^t) a factor of sqrt(v) (9.15).
    //
    // The weights of a unit that a ReLU has switched off for good have no gradient any more. Their m shrinks by b1 in each step until it is
    // a subnormal number (9.16), and would stay one, for b1 times the smallest is rounded to the smallest (12.16). Arithmetic with those
    // takes twice as long on one processor and twenty times on another, so an m below 2^-100 becomes 0. In all steps to come it would have
    // moved its parameter by less than 1e-20 learning rates (9.17), which is rounded away where the parameter is above 1e-13 of them.
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    private const double NegligibleMean = 1.0 / (1L << 50) / (1L << 50);
    private const int ChunkSize = 1024, OperationsPerParameter = 4;

    private readonly double _learningRate;
    private double _beta1Power = 1, _beta2Power = 1;
    private T _stepSize, _rootCorrection;

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

    /// <summary>Makes one step with a gradient that lies in memory.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="parameters">p, <c>[1, parameters]</c>, updated in place.</param>
    /// <param name="gradients">g, same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Update(Engine engine, Matrix<T> parameters, Matrix<T> gradients)
    {
        ArgumentNullException.ThrowIfNull(engine);
        parameters.RequireShape(1, Mean.Columns);
        BeginStep();
        UpdatePart(engine, parameters, 0, gradients);
    }

    /// <summary>Begins a step that is made part by part; each part of the parameters is then updated once.</summary>
    public void BeginStep()
    {
        Advance();
        _stepSize = T.CreateChecked(_learningRate / (1 - _beta1Power));
        _rootCorrection = T.CreateChecked(1 / Math.Sqrt(1 - _beta2Power));
    }

    /// <summary>Updates a part of the parameters with its gradient.</summary>
    /// <param name="engine">The threads to use.</param>
    /// <param name="parameters">The part, contiguous, updated in place.</param>
    /// <param name="offset">Where it begins in the vector of all parameters.</param>
    /// <param name="gradients">Its gradient, same shape, contiguous.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the part reaches outside.</exception>
    public void UpdatePart(Engine engine, Matrix<T> parameters, int offset, Matrix<T> gradients)
    {
        ArgumentNullException.ThrowIfNull(engine);
        gradients.RequireShape(parameters.Rows, parameters.Columns);
        var length = parameters.Rows * parameters.Columns;
        engine.ForRows((length + ChunkSize - 1) / ChunkSize, OperationsPerParameter * ChunkSize,
            new Chunks(new Rule(_stepSize, _rootCorrection), parameters, Part(Mean, offset, length), Part(Variance, offset, length), gradients));
    }

    /// <summary>Updates a part of the parameters with the gradient <c>a·b</c>, row by row as the product is computed.</summary>
    /// <remarks>The gradient never reaches memory: each row is used while it lies in cache. The bits are those of storing it first.</remarks>
    /// <param name="engine">Kernel and threads.</param>
    /// <param name="parameters">The part, <c>[rows, columns]</c>, contiguous, updated in place.</param>
    /// <param name="offset">Where it begins in the vector of all parameters.</param>
    /// <param name="a">Left factor of its gradient, <c>[rows, n]</c>.</param>
    /// <param name="b">Right factor of its gradient, <c>[n, columns]</c>.</param>
    /// <param name="left">Whether many numbers of the left factor may be zero.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, the part reaches outside, or it is not contiguous.</exception>
    public void UpdatePartWithProduct(
        Engine engine, Matrix<T> parameters, int offset, Matrix<T> a, Matrix<T> b, LeftOperand left = LeftOperand.Dense)
    {
        if (!parameters.IsContiguous) throw new ArgumentException($"The parameters are {parameters}, columns of a larger matrix; expected whole rows, one after the other.", nameof(parameters));
        if (a.Rows != parameters.Rows || b.Columns != parameters.Columns) throw new ArgumentException($"{a} times {b} is no gradient of {parameters}.");
        var length = parameters.Rows * parameters.Columns;
        Gemm.MultiplyRows(engine, a, b, new Rows(new Rule(_stepSize, _rootCorrection), parameters,
            Part(Mean, offset, length).Reshape(parameters.Rows, parameters.Columns), Part(Variance, offset, length).Reshape(parameters.Rows, parameters.Columns)),
            left);
    }

    private static Matrix<T> Part(Matrix<T> vector, int offset, int length) => vector.Block(0, 1, offset, length);

    private void Advance()
    {
        Step++;
        _beta1Power *= Beta1;
        _beta2Power *= Beta2;
    }

    private readonly struct Rule(T stepSize, T rootCorrection) : IUpdate<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke(ref Vector256<T> p, ref Vector256<T> m, ref Vector256<T> v, Vector256<T> g)
        {
            m = Fused.MultiplyAdd(Vector256.Create(T.CreateChecked(Beta1)), m, Vector256.Create(T.CreateChecked(1 - Beta1)) * g);
            // A NaN compares as less than no number, and stays to be seen.
            m = Vector256.AndNot(m, Vector256.LessThan(Vector256.Abs(m), Vector256.Create(T.CreateChecked(NegligibleMean))));
            v = Fused.MultiplyAdd(Vector256.Create(T.CreateChecked(Beta2)), v, Vector256.Create(T.CreateChecked(1 - Beta2)) * g * g);
            var denominator = Fused.MultiplyAdd(Vector256.Sqrt(v), Vector256.Create(rootCorrection), Vector256.Create(T.CreateChecked(Epsilon)));
            p = Fused.MultiplyAdd(Vector256.Create(-stepSize), m / denominator, p);
        }
    }

    private readonly struct Chunks(Rule rule, Matrix<T> parameters, Matrix<T> mean, Matrix<T> variance, Matrix<T> gradients) : ILoopBody
    {
        public void Execute(int first, int limit)
        {
            var start = first * ChunkSize;
            var length = Math.Min(limit * ChunkSize, mean.Columns) - start;
            VectorMap.Update(parameters.Flat.Slice(start, length), mean.Flat.Slice(start, length), variance.Flat.Slice(start, length),
                gradients.Flat.Slice(start, length), rule);
        }
    }

    private readonly struct Rows(Rule rule, Matrix<T> parameters, Matrix<T> mean, Matrix<T> variance) : IRowConsumer<T>
    {
        public void Take(int row, ReadOnlySpan<T> gradient) => VectorMap.Update(parameters.Row(row), mean.Row(row), variance.Row(row), gradient, rule);
    }
}
