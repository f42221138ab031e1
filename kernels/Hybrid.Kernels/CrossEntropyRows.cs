using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// nll[b] = log Σ_c e^l_bc − Σ_c y_bc l_bc, in nats: −log softmax(l) of the class that y
/// names, or its mean where y spreads over several.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="InfoNceTerm"/>, <see cref="InfoNce"/>: the same game, with classes for
/// partners
/// </description></item>
/// <item><term>source</term><description>Bishop 2006, eq. 4.108</description></item>
/// <item><term>shapes</term><description>
/// logits, y: [B, C], a row of y sums to 1; nll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·C bytes read, 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// the maximum, which has none; then 32 partial sums and a butterfly, twice
/// </description></item>
/// </list>
/// </remarks>
public static class CrossEntropyRows
{
    public readonly record struct Arguments(Rows Logits, Rows Y, Rows Nll, int B, int C);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(CrossEntropyRows), a => Cost(a.B, a.C), [
        new("a warp walks a row", CrossEntropyRows_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>
    /// Per element a comparison, the term, an addition and a fused step; per row the end.
    /// </summary>
    public static Cost Cost(long b, long c) =>
        b * c * (Kernels.Cost.Of<InfoNceTerm>() + new Cost(8, 0, 4, 0))
        + b * (Kernels.Cost.Of<InfoNce>() + new Cost(0, 4, 0, 0));

    // V1: a warp per row.
    //
    // before   nothing: a thread per row would read rows apart, as KlRows's V1 does.
    // idea     two walks over the row, the second out of L1: the maximum, then both sums.
    // grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
    // still    ten classes leave 22 of 32 lanes idle; three rows would fit.
    #region cross-entropy-rows-v1
    public static void CrossEntropyRows_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var max = a.Logits[row, 0];
        for (var c = Group.IdxX; c < a.C; c += Reduce.Partials)
            max = F32.Max(max, a.Logits[row, c]);
        max = Reduce.MaxAcrossWarp(max);

        F32 sum = new(0), positive = new(0);
        for (var c = Group.IdxX; c < a.C; c += Reduce.Partials)
        {
            sum += InfoNceTerm.Apply(a.Logits[row, c], max);
            positive = F32.Fma(a.Y[row, c], a.Logits[row, c], positive);
        }
        sum = Reduce.AcrossWarp(sum);
        positive = Reduce.AcrossWarp(positive);
        if (Group.IdxX == 0) a.Nll[row] = InfoNce.Apply(sum, max, positive);
    }
    #endregion
}

/// <summary>The adjoint of the logits: dNll[b]·(softmax − y).</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="CrossEntropySlope"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// logits, y, dLogits: [B, C]; nll, dNll: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·C + 8·B bytes read, 4·B·C written
/// </description></item>
/// <item><term>order</term><description>
/// Σ_c y_c l_c as in the forward pass: 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class CrossEntropyRowsGrad
{
    public readonly record struct Arguments(
        Rows Logits, Rows Y, Rows Nll, Rows DNll, Rows DLogits, int B, int C);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(CrossEntropyRowsGrad), a => Cost(a.B, a.C), [
        new("a warp walks a row", CrossEntropyRowsGrad_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>Per element a fused step, the slope and a product.</summary>
    public static Cost Cost(long b, long c) =>
        b * c * (Kernels.Cost.Of<CrossEntropySlope>() + new Cost(8, 4, 3, 0))
        + b * new Cost(8, 0, 0, 0);

    // V1: a warp per row.
    //
    // before   nothing.
    // idea     a walk for Σ y·l, and one out of L1 that writes.
    // grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
    // still    as in the forward pass, few classes leave lanes idle.
    #region cross-entropy-rows-grad-v1
    public static void CrossEntropyRowsGrad_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var positive = F32.Const(0);
        for (var c = Group.IdxX; c < a.C; c += Reduce.Partials)
            positive = F32.Fma(a.Y[row, c], a.Logits[row, c], positive);
        positive = Reduce.AcrossWarp(positive);

        F32 nll = a.Nll[row], adjoint = a.DNll[row];
        for (var c = Group.IdxX; c < a.C; c += Reduce.Partials)
            a.DLogits[row, c] = adjoint * CrossEntropySlope.Apply(
                a.Logits[row, c], positive, nll, a.Y[row, c]);
    }
    #endregion
}
