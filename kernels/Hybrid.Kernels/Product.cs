using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// A matrix product C[m, n] = Σ_k left(m, k)·right(k, n), and what becomes of each sum.
/// </summary>
/// <remarks>
/// An affine layer and its two gradients differ only in which factor lies transposed in
/// memory and in the end, so they share their tiled kernels. The order is the same in all
/// of them: one chain of fused multiply-adds in ascending k from +0. Padding a tile with
/// zeros would keep it for all sums but −0, so the last tile of a chain is cut, not
/// padded.
/// </remarks>
public interface IProduct
{
    /// <summary>Whether memory holds left(m, k) in row k, not in row m.</summary>
    static abstract bool LeftIsTransposed { get; }

    /// <summary>Whether memory holds right(k, n) in row n, not in row k.</summary>
    static abstract bool RightIsTransposed { get; }

    Rows Left { get; }

    Rows Right { get; }

    int M { get; }

    int N { get; }

    int K { get; }

    /// <summary>What to do with the finished sum.</summary>
    void Store(int m, int n, F32 sum);
}

/// <summary>What the tiled kernels share.</summary>
public static partial class Product
{
    /// <summary>2·M·N·K operations, each factor read once, C written once.</summary>
    public static Cost Cost(long m, long n, long k) =>
        new(4 * (m * k + k * n), 4 * m * n, 2 * m * n * k, 0);
}
