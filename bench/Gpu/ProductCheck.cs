using Hybrid.Bench.Comparison;
using Hybrid.Devices;

namespace Hybrid.Bench;

/// <summary>Factors and output of a product on a device: C[M, N] = act(A·B + bias).</summary>
/// <param name="Op">Which factor lies transposed.</param>
/// <param name="A">The left factor.</param>
/// <param name="B">The right factor.</param>
/// <param name="C">The output.</param>
public sealed record BoundProduct(GemmOp Op, Tensor A, Tensor B, Tensor C)
{
    public int M => C.Rows;

    public int N => C.Cols;

    public int K => Op == GemmOp.TN ? A.Rows : A.Cols;

    /// <summary>Added to every row; null for none.</summary>
    public Tensor? Bias { get; init; }

    /// <summary>Whether negative numbers become 0 at the end.</summary>
    public bool Relu { get; init; }
}

/// <summary>Outputs of a product in fewer bits, or in an order of their own, beside double arithmetic.</summary>
static class ProductCheck
{
    const int Samples = 500;

    /// <summary>Whether a product's outputs are within their error.</summary>
    public static Func<Outputs, bool> Of(Device device, BoundProduct product, Factors factors) =>
        outputs => Largest(device, product, factors, outputs.Tensors[0]) <= 1;

    /// <summary>
    /// The largest error of sampled outputs over what is allowed; above 1 is wrong. Infinite where one is NaN.
    /// </summary>
    /// <remarks>
    /// A sum of K float32 products and a bias errs by at most γ_{K+1}·Σ|a·b| in any order (Higham 2002, section 3.1).
    /// Tensor cores cut instead of rounding, which doubles the unit; tf32 factors are rounded or cut to ten bits
    /// behind the point, so a product errs by 2·2⁻¹⁰ + 2⁻²⁰. A bfloat16 factor is rounded here too, so it adds nothing.
    /// </remarks>
    public static double Largest(Device device, BoundProduct product, Factors factors, float[] outputs)
    {
        var (M, N, K) = (product.M, product.N, product.K);
        float[] a = device.ToArray(product.A), b = device.ToArray(product.B);
        var bias = product.Bias is { } tensor ? device.ToArray(tensor) : new float[N];
        if (factors == Factors.Bf16) (a, b) = ([.. a.Select(Bits.Bf16)], [.. b.Select(Bits.Bf16)]);
        var allowed = Allowed(factors, K);
        var random = new Random(1);
        var largest = 0.0;
        for (var sample = 0; sample < Samples; sample++)
        {
            var (i, j) = (random.Next(M), random.Next(N));
            double exact = bias[j], size = Math.Abs(exact);
            for (var k = 0; k < K; k++)
            {
                var term = (double)a[product.Op == GemmOp.TN ? k * M + i : i * K + k]
                    * b[product.Op == GemmOp.NT ? j * K + k : k * N + j];
                exact += term;
                size += Math.Abs(term);
            }
            // max(0, ·) brings no two numbers further apart.
            if (product.Relu) exact = Math.Max(0, exact);
            largest = Checks.Worse(largest, Math.Abs(outputs[i * N + j] - exact) / (allowed * size));
        }
        return largest;
    }

    static double Allowed(Factors factors, int K) => factors switch
    {
        Factors.Fp32 => Checks.Gamma(K + 1),
        Factors.Tf32 => Math.ScaleB(1, -9) + Math.ScaleB(1, -20) + 2 * Checks.Gamma(K + 1),
        _ => 2 * Checks.Gamma(K + 1),
    };
}
