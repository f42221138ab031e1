using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// Independent matrix products of one size in one launch: y_i = a_i·b_i, a_i·b_iᵀ or
/// a_iᵀ·b_i.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// one below the other: a: [C·M, K], b: [C·K, N], y: [C·M, N]; a transposed factor has its
/// rows and columns exchanged
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·C·(M·K + K·N) bytes read, 4·C·M·N written
/// </description></item>
/// <item><term>work</term><description>2·C·M·N·K flop</description></item>
/// <item><term>order</term><description>
/// one fused chain in ascending k from +0, in every rung
/// </description></item>
/// </list>
/// The adjoints of each kind are products of the other kinds.
/// </remarks>
public static class BatchedProduct
{
    public readonly record struct Arguments(
        Rows A, Rows B, Rows Y, int Count, int M, int N, int K);

    public static readonly Ladder<Arguments> Plain = new(
        nameof(BatchedProduct), Cost, [
        new("a thread per output", BatchedProduct_V1_ThreadPerOutput, PerOutput),
        new("tiles in registers, a slice per product", BatchedProduct_V2_RegisterTiles,
            PerSlice),
    ]);

    public static readonly Ladder<Arguments> RightTransposed = new(
        "BatchedProductRightTransposed", Cost, [
        new("a thread per output", BatchedProductRightTransposed_V1_ThreadPerOutput,
            PerOutput),
        new("tiles in registers, a slice per product",
            BatchedProductRightTransposed_V2_RegisterTiles, PerSlice),
    ]);

    public static readonly Ladder<Arguments> LeftTransposed = new(
        "BatchedProductLeftTransposed", Cost, [
        new("a thread per output", BatchedProductLeftTransposed_V1_ThreadPerOutput,
            PerOutput),
        new("tiles in registers, a slice per product",
            BatchedProductLeftTransposed_V2_RegisterTiles, PerSlice),
    ]);

    public static Ladder<Arguments> Ladder(Factors factors) => factors switch
    {
        Factors.Plain => Plain,
        Factors.RightTransposed => RightTransposed,
        Factors.LeftTransposed => LeftTransposed,
        _ => throw new ArgumentOutOfRangeException(nameof(factors)),
    };

    static Cost Cost(Arguments a) => a.Count * Product.Cost(a.M, a.N, a.K);

    static KernelConfig PerOutput(Arguments a) => Grids.Elements(a.Count * a.M, a.N);

    static KernelConfig PerSlice(Arguments a) => Product.TapGrid(a.M, a.N, a.Count);

    public static void BatchedProduct_V1_ThreadPerOutput(Arguments a) =>
        ThreadPerOutput(new Slices<NoneTransposed>(a));

    public static void BatchedProductRightTransposed_V1_ThreadPerOutput(Arguments a) =>
        ThreadPerOutput(new Slices<SecondTransposed>(a));

    public static void BatchedProductLeftTransposed_V1_ThreadPerOutput(Arguments a) =>
        ThreadPerOutput(new Slices<FirstTransposed>(a));

    // V2: the tiles of a convolution with a single run; a slice of the grid is a product.
    public static void BatchedProduct_V2_RegisterTiles(Arguments a) =>
        Product.TapTiles(new Slices<NoneTransposed>(a));

    public static void BatchedProductRightTransposed_V2_RegisterTiles(Arguments a) =>
        Product.TapTiles(new Slices<SecondTransposed>(a));

    public static void BatchedProductLeftTransposed_V2_RegisterTiles(Arguments a) =>
        Product.TapTiles(new Slices<FirstTransposed>(a));

    #region batched-product-v1
    static void ThreadPerOutput<T>(Slices<T> product) where T : struct, IFactors
    {
        var n = Grid.GlobalIndex.X;
        if (n >= product.N) return;
        var step = Grid.DimY * Group.DimY;
        for (var row = Grid.GlobalIndex.Y; row < product.Rows; row += step)
        {
            int slice = row / product.M, m = row % product.M;
            var sum = F32.Const(0);
            for (var k = 0; k < product.Depth(slice); k++)
                sum = F32.Fma(product.LeftAt(slice, m, k), product.RightAt(slice, k, n), sum);
            product.Store(slice, m, n, sum);
        }
    }
    #endregion

    interface IFactors
    {
        static abstract bool LeftIsTransposed { get; }

        static abstract bool RightIsTransposed { get; }
    }

    readonly struct NoneTransposed : IFactors
    {
        public static bool LeftIsTransposed => false;

        public static bool RightIsTransposed => false;
    }

    readonly struct FirstTransposed : IFactors
    {
        public static bool LeftIsTransposed => true;

        public static bool RightIsTransposed => false;
    }

    readonly struct SecondTransposed : IFactors
    {
        public static bool LeftIsTransposed => false;

        public static bool RightIsTransposed => true;
    }

    readonly struct Slices<T>(Arguments a) : ITapProduct where T : struct, IFactors
    {
        readonly Arguments a = a;

        public static bool LeftIsTransposed => T.LeftIsTransposed;

        public static bool RightIsTransposed => T.RightIsTransposed;

        public int Rows => a.Count * a.M;

        public int M => a.M;

        public int N => a.N;

        public int Runs => 1;

        public int Depth(int slice) => a.K;

        public bool Takes(int slice, int run) => true;

        public F32 LeftAt(int slice, int m, int k) =>
            T.LeftIsTransposed ? a.A[slice * a.K + k, m] : a.A[slice * a.M + m, k];

        public F32 RightAt(int slice, int k, int n) =>
            T.RightIsTransposed ? a.B[slice * a.N + n, k] : a.B[slice * a.K + k, n];

        public Four Left(int slice, int run, int m, int k) => T.LeftIsTransposed
            ? Product.FourOf(a.A, slice * a.K + k, m, a.M, k < a.K)
            : Product.FourOf(a.A, slice * a.M + m, k, a.K, m < a.M);

        public Four Right(int slice, int run, int k, int n) => T.RightIsTransposed
            ? Product.FourOf(a.B, slice * a.N + n, k, a.K, n < a.N)
            : Product.FourOf(a.B, slice * a.K + k, n, a.N, k < a.K);

        public void Store(int slice, int m, int n, F32 sum) => a.Y[slice * a.M + m, n] = sum;
    }
}
