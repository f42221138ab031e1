using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y[b] = Σ_d x[b, d]: 32 partial sums and a butterfly; 4·B·D bytes read, 4·B written.
/// </summary>
public static class RowSums
{
    public readonly record struct Arguments(Rows X, Rows Y, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(RowSums), a => Cost(a.B, a.D), [
        new("a warp walks a row", RowSums_V1_WarpPerRow, a => Grids.WarpPerRow(a.B)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(4, 0, 1, 0) + new Cost(0, 4 * b, 0, 0);

    #region row-sums-v1
    public static void RowSums_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials) sum += a.X[row, d];

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Y[row] = sum;
    }
    #endregion
}

/// <summary>
/// y = scale·Σ_i x[i]: 32 partial sums and a butterfly; 4·n bytes read.
/// </summary>
/// <remarks>
/// The documented order has 32 partial sums whatever the device, so one warp does it. It
/// sums what row sums have left, a number per example; a large tensor is summed by rows
/// first.
/// </remarks>
public static class Sum
{
    public readonly record struct Arguments(Rows X, float Scale, Rows Y, int N);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Sum), a => Cost(a.N), [
        new("one warp", Sum_V1_OneWarp,
            _ => new(1, Reduce.Partials), block: Reduce.Partials),
    ]);

    public static Cost Cost(long n) => n * new Cost(4, 0, 1, 0) + new Cost(0, 4, 1, 0);

    #region sum-v1
    public static void Sum_V1_OneWarp(Arguments a)
    {
        var sum = F32.Const(0);
        for (var i = Group.IdxX; i < a.N; i += Reduce.Partials) sum += a.X[i];

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.Y[0] = new F32(a.Scale) * sum;
    }
    #endregion
}
