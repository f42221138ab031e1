using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>
/// A matrix product as tasks: (panel of columns, chunk of rows), each independent of the others.
/// </summary>
/// <remarks>
/// A task packs its panel of B into its worker's scratch, block of k by block of k, and runs down its rows.
/// How the product is cut changes nothing: each element of C is one chain over ascending k.
/// </remarks>
/// <typeparam name="T">The lane.</typeparam>
/// <typeparam name="TActivation">What follows <see cref="bias"/>; not used without one.</typeparam>
readonly unsafe struct Gemm<T, TActivation> : ITasks
    where T : unmanaged, IVectorLane<T>
    where TActivation : IFormula1
{
    readonly GemmShape shape;
    readonly View bias;
    readonly float* scratch;
    readonly nint scratchStride;
    readonly int lanes, panels, chunks, chunkRows;

    /// <summary>How many tasks the product falls into.</summary>
    public int Tasks => panels * chunks;

    public Gemm(in GemmShape shape, View bias, GemmScratch scratch, int threads)
    {
        this.shape = shape;
        this.bias = bias;
        this.scratch = scratch[0];
        scratchStride = (nint)(scratch[1] - scratch[0]);
        lanes = (shape.N + T.Width - 1) / T.Width;
        panels = (lanes - 1) / GemmTile.MaxLanes + 1;
        // Narrower panels rather than workers that wait for one another at the end.
        if (panels > 2 * threads) panels = Math.Min(lanes, (panels - 1) / threads * threads + threads);
        var tiles = (shape.M - 1) / GemmTile.Rows<T>() + 1;
        chunks = threads == 1 ? 1 : Math.Clamp((4 * threads - 1) / panels + 1, 1, (tiles + 1) / 2);
        chunkRows = ((tiles - 1) / chunks + 1) * GemmTile.Rows<T>();
        chunks = (shape.M + chunkRows - 1) / chunkRows;
    }

    public void Run(int task, int worker)
    {
        int panel = task / chunks, m0 = task % chunks * chunkRows, m1 = Math.Min(shape.M, m0 + chunkRows);
        // Lanes are dealt evenly, so that no panel is left with one.
        int first = panel * lanes / panels, wide = (panel + 1) * lanes / panels - first;
        int n0 = first * T.Width, cols = Math.Min(shape.N - n0, wide * T.Width);
        var packed = scratch + worker * scratchStride;
        for (var k0 = 0; k0 < shape.K; k0 += GemmScratch.BlockK)
        {
            var depth = Math.Min(GemmScratch.BlockK, shape.K - k0);
            if (shape.BTransposed)
                GemmPack.Columns(shape.B[n0] + k0, shape.B.Stride, depth, cols, wide * T.Width, packed);
            else GemmPack.Rows<T>(shape.B[k0] + n0, shape.B.Stride, depth, cols, wide, packed);
            if (wide == 1) Tiles<One>(packed, k0, depth, m0, m1, n0, cols);
            else if (wide == 2) Tiles<Two>(packed, k0, depth, m0, m1, n0, cols);
            else Tiles<Three>(packed, k0, depth, m0, m1, n0, cols);
        }
        if (bias.At != null) Finish(packed, m0, m1, n0, cols);
    }

    void Tiles<TCols>(float* packed, int k0, int depth, int m0, int m1, int n0, int cols) where TCols : ISize
    {
        var last = cols - (TCols.Value - 1) * T.Width;
        for (var m = m0; m < m1;)
        {
            var a = shape.AAt(m, k0);
            var c = shape.C[m] + n0;
            if (GemmTile.Rows<T>() == 8 && m1 - m >= 8)
            {
                GemmTile<T, Eight, TCols>.Run(
                    a, shape.ARow, shape.AK, packed, depth, c, shape.C.Stride, 8, last, k0 == 0);
                m += 8;
            }
            else
            {
                var rows = Math.Min(4, m1 - m);
                GemmTile<T, Four, TCols>.Run(
                    a, shape.ARow, shape.AK, packed, depth, c, shape.C.Stride, rows, last, k0 == 0);
                m += rows;
            }
        }
    }

    /// <summary>C = act(C + bias) on rows that are still in the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Finish(float* biases, int m0, int m1, int n0, int cols)
    {
        for (var j = 0; j < cols; j++) biases[j] = *bias[n0 + j];
        for (var m = m0; m < m1; m++)
        {
            var c = shape.C[m] + n0;
            var j = 0;
            for (; j <= cols - T.Width; j += T.Width)
                T.Store(TActivation.Apply(T.Load(c + j) + T.Load(biases + j)), c + j);
            if (j < cols)
                T.StoreFirst(TActivation.Apply(
                    T.LoadFirst(c + j, cols - j) + T.LoadFirst(biases + j, cols - j)), c + j, cols - j);
        }
    }
}
