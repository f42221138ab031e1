using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y[i·M + j] = act(a[i] + b[j]): the first layer of a critic of pairs, whose two halves
/// were multiplied once per row instead of once per pair.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>source</term><description>
/// w·(x, y) = w_x·x + w_y·y; Poole et al. 2019, arXiv:1905.06922, section 4 (the critic)
/// </description></item>
/// <item><term>shapes</term><description>
/// a: [B, D]; b: [M, D]; y: [B·M, D]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B + M)·D bytes read, 4·B·M·D written
/// </description></item>
/// </list>
/// </remarks>
public static class PairSum
{
    public readonly record struct Arguments(
        Rows A, Rows B, Activation Activation, Rows Y, int Lefts, int Rights, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(PairSum), a => Cost(a.Activation, a.Lefts, a.Rights, a.D), [
        new("a thread per element", PairSum_V1_ThreadPerElement,
            a => Grids.Elements(a.Lefts * a.Rights, a.D)),
    ]);

    /// <summary>Per pair and column one addition and the activation.</summary>
    public static Cost Cost(Activation activation, long b, long m, long d) =>
        (b + m) * d * new Cost(4, 0, 0, 0)
        + b * m * d * (ActivationChoice.Cost(activation) + new Cost(0, 4, 1, 0));

    #region pair-sum-v1
    public static void PairSum_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        var pairs = a.Lefts * a.Rights;
        for (var row = Grid.GlobalIndex.Y; row < pairs; row += Grid.DimY * Group.DimY)
        {
            var i = row / a.Rights;
            var sum = a.A[i, d] + a.B[row - i * a.Rights, d];
            a.Y[row, d] = ActivationChoice.Value(a.Activation, sum);
        }
    }
    #endregion
}

/// <summary>
/// da[i] = Σ_j g, db[j] = Σ_i g with g = dy·act′(y), j and i in ascending order.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// y, dy: [B·M, D]; da: [B, D]; db: [M, D]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·M·D bytes read, 4·(B + M)·D written
/// </description></item>
/// <item><term>order</term><description>one by one from +0</description></item>
/// </list>
/// </remarks>
public static class PairSumGrad
{
    public readonly record struct Arguments(
        Activation Activation, Rows Y, Rows DY, Rows DA, Rows DB,
        int Lefts, int Rights, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(PairSumGrad), a => Cost(a.Activation, a.Lefts, a.Rights, a.D), [
        new("a thread per sum", PairSumGrad_V1_ThreadPerSum,
            a => Grids.Elements(a.Lefts + a.Rights, a.D)),
        new("four pairs are on their way at once", PairSumGrad_V2_FourAhead,
            a => Grids.Elements(a.Lefts + a.Rights, a.D)),
    ]);

    /// <summary>Per pair and column the product, and an addition to each sum.</summary>
    public static Cost Cost(Activation activation, long b, long m, long d) =>
        b * m * d * (ActivationChoice.DerivativeCost(activation) + new Cost(8, 0, 3, 0))
        + (b + m) * d * new Cost(0, 4, 0, 0);

    // V1: a thread per sum.
    //
    // before   nothing: this is the definition as a loop, coalesced along the columns.
    // idea     one launch for both: the first B rows of threads walk j, the others i.
    // grid     32 columns × 8 sums per block of 256 threads.
    // still    each product is made twice; what the first reading leaves in L2 serves the
    //          second.
    #region pair-sum-grad-v1
    public static void PairSumGrad_V1_ThreadPerSum(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        var sums = a.Lefts + a.Rights;
        for (var s = Grid.GlobalIndex.Y; s < sums; s += Grid.DimY * Group.DimY)
            if (s < a.Lefts) a.DA[s, d] = Walk(a, d, s * a.Rights, a.Rights, 1);
            else a.DB[s - a.Lefts, d] = Walk(a, d, s - a.Lefts, a.Lefts, a.Rights);
    }

    static F32 Walk(in Arguments a, int d, int row, int count, int step)
    {
        var sum = F32.Const(0);
        for (var n = 0; n < count; n++, row += step)
            sum += a.DY[row, d] * ActivationChoice.Derivative(a.Activation, a.Y[row, d]);
        return sum;
    }
    #endregion

    // V2: four pairs on their way at once.
    //
    // before   V1 asks memory for a pair, waits, adds, asks for the next.
    // idea     as ColumnSums's V2: ask for four pairs, then add them in order.
    // grid     as V1.
    // still    what V1's is: each product is made twice.
    #region pair-sum-grad-v2
    public static void PairSumGrad_V2_FourAhead(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        var sums = a.Lefts + a.Rights;
        for (var s = Grid.GlobalIndex.Y; s < sums; s += Grid.DimY * Group.DimY)
            if (s < a.Lefts) a.DA[s, d] = FourAhead(a, d, s * a.Rights, a.Rights, 1);
            else a.DB[s - a.Lefts, d] = FourAhead(a, d, s - a.Lefts, a.Lefts, a.Rights);
    }

    static F32 FourAhead(in Arguments a, int d, int row, int count, int step)
    {
        var sum = F32.Const(0);
        var n = 0;
        for (; n + 4 <= count; n += 4, row += 4 * step)
        {
            int row1 = row + step, row2 = row1 + step, row3 = row2 + step;
            F32 dy0 = a.DY[row, d], dy1 = a.DY[row1, d], dy2 = a.DY[row2, d], dy3 = a.DY[row3, d];
            F32 y0 = a.Y[row, d], y1 = a.Y[row1, d], y2 = a.Y[row2, d], y3 = a.Y[row3, d];
            sum += dy0 * ActivationChoice.Derivative(a.Activation, y0);
            sum += dy1 * ActivationChoice.Derivative(a.Activation, y1);
            sum += dy2 * ActivationChoice.Derivative(a.Activation, y2);
            sum += dy3 * ActivationChoice.Derivative(a.Activation, y3);
        }
        for (; n < count; n++, row += step)
            sum += a.DY[row, d] * ActivationChoice.Derivative(a.Activation, a.Y[row, d]);
        return sum;
    }
    #endregion
}
