// Numbers to libtorch and back.

using TorchSharp;
using VaeFromScratch.Tensors;

namespace VaeFromScratch.Peers;

/// <summary>Copies matrices to tensors of the same memory layout, and tensors to matrices.</summary>
internal static class TorchTensors
{
    public static torch.Tensor Of(Matrix<float> matrix) => matrix.Transposed.IsContiguous
        ? torch.tensor(matrix.Transposed.ToArray(), [matrix.Columns, matrix.Rows]).t()
        : torch.tensor(matrix.ToArray(), [matrix.Rows, matrix.Columns]);

    public static Matrix<float> ToMatrix(torch.Tensor tensor)
    {
        var matrix = new Matrix<float>(tensor.dim() == 1 ? 1 : (int)tensor.shape[0], (int)tensor.shape[^1]);
        using var rows = tensor.detach().contiguous();
        rows.data<float>().ToArray().CopyTo(matrix.Flat);
        return matrix;
    }
}
