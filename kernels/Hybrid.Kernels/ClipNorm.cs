using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y[c] = Σ x² of the c-th 1,024 numbers of a vector: what a gradient's norm is made of.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>x: [n]; y: [⌈n / 1024⌉]</description></item>
/// <item><term>traffic</term><description>
/// 4·n bytes read, 4·⌈n / 1024⌉ written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums of a chunk and a butterfly; <see cref="Sum"/> adds the chunks
/// </description></item>
/// </list>
/// </remarks>
public static class SquareSums
{
    public readonly record struct Arguments(Rows X, Rows Y, int N);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(SquareSums), a => Cost(a.N), [
        new("a warp per chunk", SquareSums_V1_WarpPerChunk,
            a => Grids.WarpPerRow(Grids.Ceiling(a.N, GradientClip.Chunk))),
    ]);

    /// <summary>A square and an addition each.</summary>
    public static Cost Cost(long n) =>
        n * new Cost(4, 0, 2, 0)
        + (n + GradientClip.Chunk - 1) / GradientClip.Chunk * new Cost(0, 4, 0, 0);

    // V1: a warp per chunk.
    //
    // before   nothing: one warp for the whole vector would have the GPU to itself.
    // idea     chunks of 1,024 are 32 loads a lane, side by side, and a warp each.
    // grid     ⌈n / 8192⌉ blocks of 8 warps; no shared memory.
    // still    loads of 4 bytes; a second launch adds the chunks.
    #region square-sums-v1
    public static void SquareSums_V1_WarpPerChunk(Arguments a)
    {
        var chunk = Grid.IdxX * Grids.Warps + Group.IdxY;
        var first = chunk * GradientClip.Chunk;
        if (first >= a.N) return;                     // a warp leaves as one
        var end = first + GradientClip.Chunk < a.N ? first + GradientClip.Chunk : a.N;

        var sum = F32.Const(0);
        for (var i = first + Group.IdxX; i < end; i += Reduce.Partials)
        {
            F32 x = a.X[0, i];
            sum += x * x;
        }

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Y[chunk] = sum;
    }
    #endregion
}

/// <summary>x·min(1, limit/√squares), in place: a gradient no longer than a limit.</summary>
/// <remarks>
/// The norm never leaves the device, so that a step stays one graph.
/// <list type="table">
/// <item><term>formula</term><description><see cref="GradientClip"/></description></item>
/// <item><term>source</term><description>
/// Pascanu et al. 2013, arXiv:1211.5063, algorithm 1
/// </description></item>
/// <item><term>shapes</term><description>x: [n]; squares: [1]</description></item>
/// <item><term>traffic</term><description>4·n bytes read, 4·n written</description></item>
/// </list>
/// </remarks>
public static partial class ClipNorm
{
    public readonly record struct Arguments(Rows X, Rows Squares, float Limit, int N);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ClipNorm), a => Cost(a.N), [
        new("a thread per number", ClipNorm_V1_ThreadPerNumber, a => Grids.Threads(a.N)),
        new("four numbers per thread", ClipNorm_V2_FourPerThread,
            a => Grids.Threads(Grids.Ceiling(a.N, 4))),
    ], new(nameof(ClipNorm_V1_ThreadPerNumber), Grids.Untimed));

    public static Cost Cost(long n) => n * new Cost(4, 4, 1, 0);

    // V1: a thread per number.
    //
    // before   nothing: the host would wait for the norm to choose a factor.
    // idea     every thread makes the factor from the same number.
    // grid     ⌈n / 256⌉ blocks of 256 threads; no shared memory.
    // still    a root and a division each; Adam could multiply as it reads.
    #region clip-norm-v1
    public static void ClipNorm_V1_ThreadPerNumber(Arguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.N) return;
        a.X[0, i] = GradientClip.Apply(a.Squares[0], new F32(a.Limit)) * a.X[0, i];
    }
    #endregion
}
