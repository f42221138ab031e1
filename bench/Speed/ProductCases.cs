using Hybrid.Bench.Comparison;
using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>The matrix products of a layer: forward, towards its input, towards its weights.</summary>
static class ProductCases
{
    /// <param name="cube">Side of the large shape.</param>
    public static IEnumerable<OperationCase> All(int cube) => All(cube, ProductFormat.Fp32);

    /// <summary>On tensor cores, which only a GPU has.</summary>
    /// <param name="cube">Side of the large shape.</param>
    public static IEnumerable<OperationCase> OnTensorCores(int cube) =>
        All(cube, ProductFormat.Tf32).Concat(All(cube, ProductFormat.Bf16));

    static IEnumerable<OperationCase> All(int cube, ProductFormat format) =>
        from shape in new[]
        {
            (B: 128, K: 784, N: 400, Reason: "the VAE's largest layer, a training batch"),
            (B: cube / 2, K: cube / 2, N: cube / 2, Reason: "an eighth of the cube"),
            (B: cube, K: cube, N: cube, Reason: "a cube, the usual comparison"),
        }
        where format == ProductFormat.Fp32 || shape.B != cube / 2
        from make in new Func<int, int, int, string, ProductFormat, OperationCase>[] { Layer, GradInput, GradWeight }
        select make(shape.B, shape.K, shape.N, shape.Reason, format);

    public static OperationCase Layer(int B, int K, int N, string reason, ProductFormat format) => new(
        format.Layer.Operation, $"{B}×{K}→{N}", reason, Affine.Cost(Activation.Relu, false, B, N, K),
        format.Layer, device =>
        {
            Tensor x = device.Uniform(B, K, -1, 1, 1), w = device.Uniform(K, N, -1, 1, 2);
            Tensor bias = device.Uniform(N, 1, -1, 1, 3), y = device.Arena.Allocate(B, N);
            return new(() => device.Ops.Affine(x, w, bias, Activation.Relu, y), y)
            {
                Rungs = BoundRung.Of(device, format.Layer,
                    on => new(on(x), on(w), on(bias), Activation.Relu, on(y), on(y), 0, B, N, K)),
                Product = new(GemmOp.NN, x, w, y) { Bias = bias, Relu = true },
            };
        })
    { Factors = format.Factors };

    public static OperationCase GradInput(int B, int K, int N, string reason, ProductFormat format) => new(
        format.GradInput.Operation, $"{B}×{K}←{N}", reason, AffineGradInput.Cost(Activation.Identity, B, N, K),
        format.GradInput, device =>
        {
            Tensor dy = device.Uniform(B, N, -1, 1, 1), w = device.Uniform(K, N, -1, 1, 2);
            var dx = device.Arena.Allocate(B, K);
            return new(() => device.Ops.AffineGradInput(dy, w, Activation.Identity, dx, dx), dx)
            {
                Rungs = BoundRung.Of(device, format.GradInput,
                    on => new(on(dy), on(w), Activation.Identity, on(dx), on(dx), B, N, K)),
                Product = new(GemmOp.NT, dy, w, dx),
            };
        })
    { Factors = format.Factors };

    public static OperationCase GradWeight(int B, int K, int N, string reason, ProductFormat format) => new(
        format.GradWeight.Operation, $"{B}×{K}×{N}", reason, Product.Cost(K, N, B) + ColumnSums.Cost(B, N),
        format.GradWeight, device =>
        {
            Tensor x = device.Uniform(B, K, -1, 1, 1), dy = device.Uniform(B, N, -1, 1, 2);
            Tensor dw = device.Arena.Allocate(K, N), db = device.Arena.Allocate(N, 1);
            return new(() => device.Ops.AffineGradWeight(x, dy, dw, db), dw)
            {
                Rungs = BoundRung.Of(
                    device, format.GradWeight, on => new(on(x), on(dy), on(dw), B, N, K)),
                Product = new(GemmOp.TN, x, dy, dw),
            };
        })
    { Factors = format.Factors };
}
