// Matrix products: ours against the ceiling, libtorch's matmul and MathNet's managed provider.

using System.Diagnostics;
using MathNet.Numerics;
using TorchSharp;
using VaeFromScratch.Tensors;
using DenseMatrix = MathNet.Numerics.LinearAlgebra.Single.DenseMatrix;

namespace VaeFromScratch.Peers;

/// <summary>Times the large products of a training step, and squares.</summary>
/// <remarks>All write into a result that exists: libtorch through <c>addmm_</c> with beta 0, the in-place form of its matmul.</remarks>
internal sealed class MatmulPeers(Report report, int rounds)
{
    private const string Ours = "ours", MathNetManaged = "MathNet managed", CeilingName = "ceiling";

    // About this much work is timed in one go: some 100 ms on the machines this was tried on.
    private const double OperationsAtOnce = 2e10;

    /// <summary>The products of 2·784·400·128 operations that make up a step of the seed model on a batch of 128.</summary>
    public void StepProducts()
    {
        const int features = 784, hidden = 400, batch = 128;
        MatrixProduct[] products =
        [
            MatrixProduct.Random("forward, first layer", batch, features, hidden),
            MatrixProduct.Random("forward, output layer", batch, hidden, features),
            MatrixProduct.Random("gradient by the output layer's input", batch, features, hidden, transposedB: true),
            MatrixProduct.Random("gradient by the first layer's weights", features, batch, hidden),
            MatrixProduct.Random("gradient by the output layer's weights", hidden, batch, features),
        ];
        using var engine = new Engine();
        foreach (var product in products)
        {
            using var scope = torch.NewDisposeScope();
            var timings = Interleaved.Run(rounds, true,
                [new(CeilingName, () => CeilingTime.Seconds(engine, product.Operations)), OurContender(engine, product), .. TorchContenders(product)]);
            var theirs = timings.Fastest("libtorch");
            var name = FormattableString.Invariant($"{product.Name}, {product.A} by {product.B}");
            report.Settings(name, timings);
            report.Share(name + ": share of the ceiling", Rate(product, timings, Ours), Rate(product, timings, CeilingName),
                timings.Ratio(CeilingName, Ours), 0.85, 0.95);
            report.Ratio(name, Rate(product, timings, Ours), $"{Rate(product, timings, theirs)} ({theirs})", timings.Ratio(theirs, Ours), 1.15, 1.3);
        }
    }

    public void Squares()
    {
        // The managed provider needs ten seconds for the largest.
        var fewRounds = Math.Max(2, rounds / 5);
        Control.UseManaged();
        using var engine = new Engine();
        foreach (var size in new[] { 512, 1024, 2048 })
        {
            using var scope = torch.NewDisposeScope();
            var product = MatrixProduct.Random(FormattableString.Invariant($"square of {size}"), size, size, size);
            var ours = OurContender(engine, product);
            var timings = Interleaved.Run(rounds, true, [ours, .. TorchContenders(product)]);
            var theirs = timings.Fastest("libtorch");
            report.Settings(product.Name, timings);
            report.Ratio(product.Name, Rate(product, timings, Ours), $"{Rate(product, timings, theirs)} ({theirs})",
                timings.Ratio(theirs, Ours), 1, 1.25);

            timings = Interleaved.Run(fewRounds, false, [ours, MathNetContender(product)]);
            report.Ratio(product.Name, Rate(product, timings, Ours), $"{Rate(product, timings, MathNetManaged)} ({MathNetManaged})",
                timings.Ratio(MathNetManaged, Ours), 20, null);
        }
    }

    private static string Rate(MatrixProduct product, Timings timings, string name) =>
        FormattableString.Invariant($"{product.Operations / timings.Median(name) / 1e9:0} GFLOP/s");

    private Contender OurContender(Engine engine, MatrixProduct product)
    {
        var c = new Matrix<float>(product.A.Rows, product.B.Columns);
        Gemm.Multiply(engine, product.A, product.B, c);
        Check(product, Ours, c);
        return new(Ours, () => SecondsPerCall(product, () => Gemm.Multiply(engine, product.A, product.B, c)));
    }

    private IEnumerable<Contender> TorchContenders(MatrixProduct product)
    {
        var (a, b) = (TorchTensors.Of(product.A), TorchTensors.Of(product.B));
        var c = torch.zeros(product.A.Rows, product.B.Columns);
        c.addmm_(a, b, 0, 1);
        Check(product, "libtorch", TorchTensors.ToMatrix(c));
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            yield return new($"libtorch, {threads} thread{(threads == 1 ? "" : "s")}", () =>
            {
                torch.set_num_threads(threads);
                return SecondsPerCall(product, () => c.addmm_(a, b, 0, 1));
            });
        }
    }

    private Contender MathNetContender(MatrixProduct product)
    {
        // Its matrices lie column by column: the transposes, row by row.
        static DenseMatrix Dense(Matrix<float> matrix)
        {
            var columns = new float[matrix.Rows * matrix.Columns];
            for (var j = 0; j < matrix.Columns; j++)
                for (var i = 0; i < matrix.Rows; i++)
                    columns[j * matrix.Rows + i] = matrix[i, j];
            return new DenseMatrix(matrix.Rows, matrix.Columns, columns);
        }

        var (a, b, c) = (Dense(product.A), Dense(product.B), new DenseMatrix(product.A.Rows, product.B.Columns));
        a.Multiply(b, c);
        Check(product, MathNetManaged, Rows(c));
        return new(MathNetManaged, () =>
        {
            var start = Stopwatch.GetTimestamp();
            a.Multiply(b, c);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        });
    }

    private static Matrix<float> Rows(DenseMatrix c)
    {
        var matrix = new Matrix<float>(c.RowCount, c.ColumnCount);
        c.ToRowMajorArray().CopyTo(matrix.Flat);
        return matrix;
    }

    private void Check(MatrixProduct product, string who, Matrix<float> c) =>
        report.Checked($"{product.Name}, {who}: largest error against double precision, in units of the rounding bound", product.WorstError(c), 1);

    private static double SecondsPerCall(MatrixProduct product, Action multiply)
    {
        var calls = Math.Max(1, (int)(OperationsAtOnce / product.Operations));
        for (var call = 0; call < calls / 10 + 1; call++) multiply();
        var start = Stopwatch.GetTimestamp();
        for (var call = 0; call < calls; call++) multiply();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }
}
