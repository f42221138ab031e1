using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y[r, d] = x[b, d] with r the rank of keys[b, d] in its column: every column by itself.
/// </summary>
/// <remarks>
/// Keys drawn at random make every order of a column as likely as any other, and the
/// columns independent; equal keys keep the order of their rows.
/// <list type="table">
/// <item><term>source</term><description>
/// Kim &amp; Mnih 2018, arXiv:1802.05983, algorithm 1 (permute_dims)
/// </description></item>
/// <item><term>shapes</term><description>x, keys, y: [B, D]</description></item>
/// <item><term>traffic</term><description>
/// 8·B·D bytes read, 4·B·D written
/// </description></item>
/// <item><term>order</term><description>none: a rank is a count, and exact</description>
/// </item>
/// </list>
/// </remarks>
public static class PermuteColumns
{
    public readonly record struct Arguments(Rows X, Rows Keys, Rows Y, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(PermuteColumns), a => Cost(a.B, a.D), [
        new("a thread counts its rank", PermuteColumns_V1_ThreadPerRank,
            a => Grids.Elements(a.B, a.D)),
    ]);

    /// <summary>A comparison and an addition for every pair of rows of a column.</summary>
    public static Cost Cost(long b, long d) =>
        b * b * d * new Cost(0, 0, 2, 0) + b * d * new Cost(8, 4, 0, 0);

    // V1: a thread counts its rank.
    //
    // before   nothing: a sort would need its steps in an order, and a barrier for each.
    // idea     a rank is how many keys are smaller, which everyone can count alone.
    // grid     32 columns × 8 rows per block of 256 threads.
    // still    B² comparisons a column: a batch is small, a data set would be sorted.
    #region permute-columns-v1
    public static void PermuteColumns_V1_ThreadPerRank(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        F32 one = new(1), none = new(0);
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            F32 key = a.Keys[row, d], rank = none;
            for (var i = 0; i < row; i++)             // equal keys: the earlier first
                rank += F32.WhereLess(key, a.Keys[i, d], none, one);
            for (var i = row + 1; i < a.B; i++)
                rank += F32.WhereLess(a.Keys[i, d], key, one, none);
            a.Y[(int)rank.V, d] = a.X[row, d];
        }
    }
    #endregion
}
