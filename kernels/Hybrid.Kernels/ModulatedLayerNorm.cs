using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y[r, :] = x̂·(1 + scale[r / T, :]) + shift[r / T, :], x̂ the row less its mean, in
/// standard deviations: adaptive layer norm, with T rows of a picture under one condition.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="InverseDeviation"/> with ε = 10⁻⁵, <see cref="Normalized"/>,
/// <see cref="Modulated"/>
/// </description></item>
/// <item><term>source</term><description>
/// Peebles &amp; Xie 2023, arXiv:2212.09748; Ba et al. 2016, arXiv:1607.06450, eq. 3
/// </description></item>
/// <item><term>shapes</term><description>
/// x, y: [R, D]; shift, scale: [R / T, D]; statistics: [R, 2], mean and inverse deviation
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·R·D + 8·D·R/T bytes read, 4·R·D + 8·R written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly: Σ x, divided by D; then Σ (x − mean)², divided by D
/// </description></item>
/// </list>
/// </remarks>
public static partial class ModulatedLayerNorm
{
    public readonly record struct Arguments(
        Rows X, Rows Shift, Rows Scale, Rows Y, Rows Statistics, int R, int D, int T);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ModulatedLayerNorm), a => Cost(a.R, a.D, a.T), [
        new("a warp walks a row", ModulatedLayerNorm_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.R)),
        new("a warp keeps a row in registers", ModulatedLayerNorm_V2_RowInRegisters,
            a => Grids.WarpPerRow(a.R)),
    ], new(nameof(ModulatedLayerNorm_V1_WarpPerRow), Grids.Untimed));

    /// <summary>
    /// Per element an addition, a square and its addition, both formulas; per row the rest.
    /// </summary>
    public static Cost Cost(long r, long d, long t) =>
        r * d * (Kernels.Cost.Of<Normalized>() + Kernels.Cost.Of<Modulated>()
            + new Cost(4, 4, 4, 0))
        + r / t * d * new Cost(8, 0, 0, 0)
        + r * (Kernels.Cost.Of<InverseDeviation>() + new Cost(0, 8, 2, 0));

    // V1: a warp per row.
    //
    // before   mean, deviation, x̂ and its modulation by a launch each: x̂ goes to memory.
    // idea     three walks over the row, the last two out of L1; the two numbers that
    //          the adjoint needs again are kept, x̂ is not.
    // grid     ⌈R / 8⌉ blocks of 8 warps, a row each; no shared memory.
    // still    shift and scale come out of L2 for each of the T rows that share them.
    #region modulated-layer-norm-v1
    public static void ModulatedLayerNorm_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.R) return;                       // a warp leaves as one

        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials) sum += a.X[row, d];
        F32 count = new(a.D), mean = Reduce.AcrossWarp(sum) / count;

        var squares = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
        {
            var residual = a.X[row, d] - mean;
            squares += residual * residual;
        }
        var inverse = InverseDeviation.Apply(
            Reduce.AcrossWarp(squares) / count, new F32(InverseDeviation.DefaultEpsilon));

        var condition = row / a.T;
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
            a.Y[row, d] = Modulated.Apply(Normalized.Apply(a.X[row, d], mean, inverse),
                a.Shift[condition, d], a.Scale[condition, d]);
        if (Group.IdxX != 0) return;
        a.Statistics[row, 0] = mean;
        a.Statistics[row, 1] = inverse;
    }
    #endregion
}

/// <summary>The adjoint of x: r·(g − ḡ − x̂·c) with g = dy·(1 + scale).</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="ModulatedGrad"/>, <see cref="NormalizedAdjoint"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// x, dy, dx: [R, D]; scale: [R / T, D]; statistics: [R, 2]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·R·D + 4·D·R/T + 8·R bytes read, 4·R·D written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly for Σ g and for Σ g·x̂, each divided by D
/// </description></item>
/// </list>
/// </remarks>
public static class ModulatedLayerNormGrad
{
    public readonly record struct Arguments(
        Rows X, Rows Scale, Rows Statistics, Rows DY, Rows DX, int R, int D, int T);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ModulatedLayerNormGrad), a => Cost(a.R, a.D, a.T), [
        new("a warp walks a row", ModulatedLayerNormGrad_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.R)),
    ]);

    /// <summary>
    /// Per element x̂ and g, two sums, the adjoint and a product; per row two divisions.
    /// </summary>
    public static Cost Cost(long r, long d, long t) =>
        r * d * (Kernels.Cost.Of<Normalized>() + Kernels.Cost.Of<NormalizedAdjoint>()
            + new Cost(8, 4, 6, 0))
        + r / t * d * new Cost(4, 0, 0, 0)
        + r * new Cost(8, 0, 2, 0);

    // V1: a warp per row.
    //
    // before   nothing.
    // idea     a walk for both sums, one out of L1 that writes; x̂ and g are made again.
    // grid     ⌈R / 8⌉ blocks of 8 warps, a row each; no shared memory.
    // still    two butterflies one behind the other.
    #region modulated-layer-norm-grad-v1
    public static void ModulatedLayerNormGrad_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.R) return;                       // a warp leaves as one

        F32 center = a.Statistics[row, 0], inverse = a.Statistics[row, 1];
        var condition = row / a.T;
        F32 sum = new(0), products = new(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
        {
            var normalized = Normalized.Apply(a.X[row, d], center, inverse);
            var g = G(a, row, condition, d, normalized);
            sum += g;
            products += g * normalized;
        }
        var count = new F32(a.D);
        var mean = Reduce.AcrossWarp(sum) / count;
        var correlation = Reduce.AcrossWarp(products) / count;
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
        {
            var normalized = Normalized.Apply(a.X[row, d], center, inverse);
            var g = G(a, row, condition, d, normalized);
            a.DX[row, d] =
                inverse * NormalizedAdjoint.Apply(normalized, g, mean, correlation);
        }
    }

    static F32 G(in Arguments a, int row, int condition, int d, F32 normalized)
    {
        var (slope, _, _) =
            ModulatedGrad.Apply(normalized, F32.Const(0), a.Scale[condition, d]);
        return a.DY[row, d] * slope;
    }
    #endregion
}

/// <summary>
/// The adjoints of shift and scale: Σ dy and Σ dy·x̂ over the T rows of a condition.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="Normalized"/></description></item>
/// <item><term>shapes</term><description>
/// x, dy: [R, D]; statistics: [R, 2]; dShift, dScale: [R / T, D]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·R·D + 8·R bytes read, 8·D·R/T written
/// </description></item>
/// <item><term>order</term><description>
/// rows of a condition ascending, from +0; the second sum is a chain of fused steps
/// </description></item>
/// </list>
/// </remarks>
public static partial class ModulationGrad
{
    public readonly record struct Arguments(
        Rows X, Rows Statistics, Rows DY, Rows DShift, Rows DScale, int R, int D, int T);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ModulationGrad), a => Cost(a.R, a.D, a.T), [
        new("a thread walks a condition's column", ModulationGrad_V1_ThreadPerColumn,
            a => Grids.Elements(a.R / a.T, a.D)),
        new("four rows are on their way at once", ModulationGrad_V2_FourAhead,
            a => Grids.Elements(a.R / a.T, a.D)),
    ]);

    /// <summary>Per element x̂, an addition and a fused step.</summary>
    public static Cost Cost(long r, long d, long t) =>
        r * d * (Kernels.Cost.Of<Normalized>() + new Cost(8, 0, 3, 0))
        + r / t * d * new Cost(0, 8, 0, 0) + new Cost(8 * r, 0, 0, 0);

    // V1: a thread per column of a condition.
    //
    // before   nothing.
    // idea     the T rows of a picture are few; neighbouring threads read neighbours.
    // grid     32 columns × 8 conditions per block of 256 threads.
    // still    a row's load waits for the row before it: T steps in a chain.
    #region modulation-grad-v1
    public static void ModulationGrad_V1_ThreadPerColumn(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        var conditions = a.R / a.T;
        for (var c = Grid.GlobalIndex.Y; c < conditions; c += Grid.DimY * Group.DimY)
        {
            F32 shift = new(0), scale = new(0);
            for (var row = c * a.T; row < (c + 1) * a.T; row++)
            {
                var normalized = Normalized.Apply(
                    a.X[row, d], a.Statistics[row, 0], a.Statistics[row, 1]);
                shift += a.DY[row, d];
                scale = F32.Fma(a.DY[row, d], normalized, scale);
            }
            a.DShift[c, d] = shift;
            a.DScale[c, d] = scale;
        }
    }
    #endregion
}
