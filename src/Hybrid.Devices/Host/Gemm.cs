using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>
/// A matrix product as tasks: (panel of columns, chunk of rows), each independent of the others.
/// </summary>
/// <remarks>
/// A task packs its panel of B into its worker's scratch, block of k by block of k, and runs down its rows;
/// a tile whose sums are complete is finished at once. How the product is cut changes nothing: each element
/// of C is one chain over ascending k.
/// </remarks>
/// <typeparam name="T">The lane.</typeparam>
/// <typeparam name="TEnd">What follows the sums.</typeparam>
readonly unsafe struct Gemm<T, TEnd> : ICountedTasks
    where T : unmanaged, IVectorLane<T>
    where TEnd : unmanaged, IGemmEnd<TEnd>
{
    /// <summary>Words of A that no cache holds beside B and C: 8 MiB.</summary>
    const int FarWords = 1 << 21;

    /// <summary>
    /// Words of A that a task may pass over: they stay near while the task's panels come one after the other.
    /// </summary>
    const int ChunkWords = 1 << 17;

    readonly GemmShape shape;
    readonly TEnd end;
    readonly View columnSums;
    readonly WorkerPanels scratch;
    readonly Panels panels;
    readonly int chunks, chunkRows, groups;

    /// <summary>How many tasks the product falls into.</summary>
    public int Tasks => chunks * groups;

    /// <param name="shape">The product.</param>
    /// <param name="end">What follows the sums.</param>
    /// <param name="columnSums">Where Σ_k B[k, :] goes, one number below the other; or nowhere.</param>
    /// <param name="scratch">Room for a panel per worker.</param>
    /// <param name="threads">How many workers there are.</param>
    public Gemm(in GemmShape shape, TEnd end, View columnSums, WorkerPanels scratch, int threads)
    {
        this.shape = shape;
        this.end = end;
        this.columnSums = columnSums;
        this.scratch = scratch;
        panels = new(shape.N, T.Width, threads);
        var tiles = (shape.M - 1) / GemmTile.Rows<T>() + 1;
        var words = (long)shape.M * shape.K;
        if (words > FarWords && shape.K <= HostScratch.BlockK)
            (chunks, groups) = (Math.Min(tiles, Math.Max((int)(words / ChunkWords), 4 * threads)), 1);
        else if (threads == 1) (chunks, groups) = (1, 1);
        else
        {
            groups = panels.Count;
            chunks = Math.Clamp((4 * threads - 1) / panels.Count + 1, 1, (tiles + 1) / 2);
        }
        chunkRows = ((tiles - 1) / chunks + 1) * GemmTile.Rows<T>();
        chunks = (shape.M + chunkRows - 1) / chunkRows;
    }

    public void Run(int task, int worker)
    {
        int chunk = task / groups, group = task % groups;
        int m0 = chunk * chunkRows, m1 = Math.Min(shape.M, m0 + chunkRows);
        var packed = scratch[worker];
        for (var panel = group * panels.Count / groups; panel < (group + 1) * panels.Count / groups; panel++)
            RunPanel(panel, m0, m1, packed);
    }

    void RunPanel(int panel, int m0, int m1, float* packed)
    {
        int n0 = panels.First(panel), wide = panels.Lanes(panel), cols = panels.Columns(panel);
        for (var k0 = shape.FromK; k0 < shape.ToK; k0 += HostScratch.BlockK)
        {
            var depth = Math.Min(HostScratch.BlockK, shape.ToK - k0);
            var b = Panel(packed, k0, depth, m1 - m0, n0, cols, wide);
            if (wide == 1) Tiles<One>(b, k0, depth, m0, m1, n0, cols);
            else if (wide == 2) Tiles<Two>(b, k0, depth, m0, m1, n0, cols);
            else Tiles<Three>(b, k0, depth, m0, m1, n0, cols);
        }
    }

    /// <summary>Steps [k0, k0 + depth) of a panel: a copy where more than one tile reads it.</summary>
    View Panel(float* packed, int k0, int depth, int rows, int n0, int cols, int wide)
    {
        var width = wide * T.Width;
        if (!shape.BTransposed && rows <= 4 && cols == width) return new(shape.B[k0] + n0, shape.B.Stride);
        if (shape.BTransposed)
            GemmPack.Columns(shape.B[n0] + k0, shape.B.Stride, depth, cols, width, packed);
        else GemmPack.Rows<T>(shape.B[k0] + n0, shape.B.Stride, depth, cols, wide, packed);
        return new(packed, width);
    }

    /// <summary>Continues the sums of a panel's columns by its rows, in ascending order from +0.</summary>
    [MethodImpl(HotLoop.Options)]
    void AddRows<TCols>(View b, int k0, int depth, int n0, int cols) where TCols : ISize
    {
        // A panel's last lane has room for all its places: what lies there is added up and thrown away.
        var sums = stackalloc float[GemmTile.MaxLanes * 16];
        for (var j = 0; j < cols; j++) sums[j] = k0 == 0 ? 0 : *columnSums[n0 + j];
        T s0 = T.Load(sums), s1 = T.Load(sums + T.Width), s2 = T.Load(sums + 2 * T.Width);
        var from = b.At;
        for (var k = 0; k < depth; k++, from += b.Stride)
        {
            s0 += T.Load(from);
            if (TCols.Value > 1) s1 += T.Load(from + T.Width);
            if (TCols.Value > 2) s2 += T.Load(from + 2 * T.Width);
        }
        T.Store(s0, sums);
        T.Store(s1, sums + T.Width);
        T.Store(s2, sums + 2 * T.Width);
        for (var j = 0; j < cols; j++) *columnSums[n0 + j] = sums[j];
    }

    void Tiles<TCols>(View panel, int k0, int depth, int m0, int m1, int n0, int cols) where TCols : ISize
    {
        if (columnSums.At != null && m0 == 0) AddRows<TCols>(panel, k0, depth, n0, cols);
        var last = cols - (TCols.Value - 1) * T.Width;
        var complete = k0 + depth == shape.K;
        for (int m = m0, rows; m < m1; m += rows)
        {
            var a = shape.AAt(m, k0);
            var c = shape.C[m] + n0;
            if (GemmTile.Rows<T>() == 8 && m1 - m >= 8)
            {
                rows = 8;
                GemmTile<T, Eight, TCols>.Run(
                    a, shape.ARow, shape.AK, panel, depth, c, shape.C.Stride, rows, last, k0 == 0);
            }
            else
            {
                rows = Math.Min(4, m1 - m);
                GemmTile<T, Four, TCols>.Run(
                    a, shape.ARow, shape.AK, panel, depth, c, shape.C.Stride, rows, last, k0 == 0);
            }
            if (complete) end.Finish(shape.C, m, rows, n0, cols);
        }
    }
}
