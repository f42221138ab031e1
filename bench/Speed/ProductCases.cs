using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Bench;

/// <summary>The matrix products of a layer: forward, towards its input, towards its weights.</summary>
static class ProductCases
{
    public static IEnumerable<OperationCase> All() =>
        from shape in new[]
        {
            (B: 128, K: 784, N: 400, Reason: "the VAE's largest layer, a training batch"),
            (B: 512, K: 512, N: 512, Reason: "a cube: the usual comparison"),
        }
        from make in new Func<int, int, int, string, OperationCase>[] { Affine, GradInput, GradWeight }
        select make(shape.B, shape.K, shape.N, shape.Reason);

    static OperationCase Affine(int B, int K, int N, string reason) => new(
        nameof(IOps.Affine), $"{B}×{K}→{N}", reason, RowCosts.Affine(B, N, K), device =>
        {
            Tensor x = device.Uniform(B, K, -1, 1, 1), w = device.Uniform(K, N, -1, 1, 2);
            Tensor bias = device.Uniform(N, 1, -1, 1, 3), y = device.Arena.Allocate(B, N);
            return new(() => device.Ops.Affine(x, w, bias, Activation.Relu, y), y);
        });

    static OperationCase GradInput(int B, int K, int N, string reason) => new(
        nameof(IOps.AffineGradInput), $"{B}×{K}←{N}", reason, RowCosts.Product(B, K, N), device =>
        {
            Tensor dy = device.Uniform(B, N, -1, 1, 1), w = device.Uniform(K, N, -1, 1, 2);
            var dx = device.Arena.Allocate(B, K);
            return new(() => device.Ops.AffineGradInput(dy, w, dx), dx);
        });

    static OperationCase GradWeight(int B, int K, int N, string reason) => new(
        nameof(IOps.AffineGradWeight), $"{B}×{K}×{N}", reason, RowCosts.Product(K, N, B), device =>
        {
            Tensor x = device.Uniform(B, K, -1, 1, 1), dy = device.Uniform(B, N, -1, 1, 2);
            var dw = device.Arena.Allocate(K, N);
            return new(() => device.Ops.AffineGradWeight(x, dy, dw), dw);
        });
}
