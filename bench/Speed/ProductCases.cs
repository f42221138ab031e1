using Hybrid.Bench.Comparison;
using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>The matrix products of a layer: forward, towards its input, towards its weights.</summary>
static class ProductCases
{
    /// <param name="cube">Side of the large shape.</param>
    public static IEnumerable<OperationCase> All(int cube) =>
        from shape in new[]
        {
            (B: 128, K: 784, N: 400, Reason: "the VAE's largest layer, a training batch"),
            (B: cube, K: cube, N: cube, Reason: "a cube, the usual comparison"),
        }
        from make in new Func<int, int, int, string, OperationCase>[] { Layer, GradInput, GradWeight }
        select make(shape.B, shape.K, shape.N, shape.Reason);

    public static OperationCase Layer(int B, int K, int N, string reason) => new(
        nameof(IOps.Affine), $"{B}×{K}→{N}", reason, Affine.Cost(Activation.Relu, false, B, N, K),
        Affine.Ladder, device =>
        {
            Tensor x = device.Uniform(B, K, -1, 1, 1), w = device.Uniform(K, N, -1, 1, 2);
            Tensor bias = device.Uniform(N, 1, -1, 1, 3), y = device.Arena.Allocate(B, N);
            return new(() => device.Ops.Affine(x, w, bias, Activation.Relu, y), y)
            {
                Rungs = BoundRung.Of(device, Affine.Ladder,
                    on => new(on(x), on(w), on(bias), Activation.Relu, on(y), on(y), 0, B, N, K)),
                TensorRungs = BoundRung.Of(device, Tf32Products.AffineTf32,
                    on => new(on(x), on(w), on(bias), Activation.Relu, on(y), on(y), 0, B, N, K)),
                Product = new(GemmOp.NN, x, w, y) { Bias = bias, Relu = true },
            };
        })
    { TensorLadder = Tf32Products.AffineTf32 };

    public static OperationCase GradInput(int B, int K, int N, string reason) => new(
        nameof(IOps.AffineGradInput), $"{B}×{K}←{N}", reason, AffineGradInput.Cost(Activation.Identity, B, N, K),
        AffineGradInput.Ladder, device =>
        {
            Tensor dy = device.Uniform(B, N, -1, 1, 1), w = device.Uniform(K, N, -1, 1, 2);
            var dx = device.Arena.Allocate(B, K);
            return new(() => device.Ops.AffineGradInput(dy, w, Activation.Identity, dx, dx), dx)
            {
                Rungs = BoundRung.Of(device, AffineGradInput.Ladder,
                    on => new(on(dy), on(w), Activation.Identity, on(dx), on(dx), B, N, K)),
                TensorRungs = BoundRung.Of(device, Tf32Products.AffineGradInputTf32,
                    on => new(on(dy), on(w), Activation.Identity, on(dx), on(dx), B, N, K)),
                Product = new(GemmOp.NT, dy, w, dx),
            };
        })
    { TensorLadder = Tf32Products.AffineGradInputTf32 };

    public static OperationCase GradWeight(int B, int K, int N, string reason) => new(
        nameof(IOps.AffineGradWeight), $"{B}×{K}×{N}", reason, Product.Cost(K, N, B) + ColumnSums.Cost(B, N),
        AffineGradWeight.Ladder, device =>
        {
            Tensor x = device.Uniform(B, K, -1, 1, 1), dy = device.Uniform(B, N, -1, 1, 2);
            Tensor dw = device.Arena.Allocate(K, N), db = device.Arena.Allocate(N, 1);
            return new(() => device.Ops.AffineGradWeight(x, dy, dw, db), dw)
            {
                Rungs = BoundRung.Of(
                    device, AffineGradWeight.Ladder, on => new(on(x), on(dy), on(dw), B, N, K)),
                TensorRungs = BoundRung.Of(
                    device, Tf32Products.AffineGradWeightTf32, on => new(on(x), on(dy), on(dw), B, N, K)),
                Product = new(GemmOp.TN, x, dy, dw),
            };
        })
    { TensorLadder = Tf32Products.AffineGradWeightTf32 };
}
