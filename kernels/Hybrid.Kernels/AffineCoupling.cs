using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y = x·e^s + t, and logDet[b] = Σ_d s: half of a RealNVP layer, where s and t come from
/// the other half.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="Coupling"/></description></item>
/// <item><term>source</term><description>
/// Dinh, Sohl-Dickstein, Bengio 2017, arXiv:1605.08803, eq. 5 and 6
/// </description></item>
/// <item><term>shapes</term><description>
/// x, s, t, y: [B, D]; logDet: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 12·B·D bytes read, 4·B·D + 4·B written
/// </description></item>
/// <item><term>order</term><description>
/// 32 partial sums and a butterfly
/// </description></item>
/// </list>
/// </remarks>
public static class AffineCoupling
{
    public readonly record struct Arguments(
        Rows X, Rows S, Rows T, Rows Y, Rows LogDet, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AffineCoupling), a => Cost(a.B, a.D), [
        new("a warp walks a row", AffineCoupling_V1_WarpPerRow,
            a => Grids.WarpPerRow(a.B)),
    ]);

    /// <summary>Per element the formula and one addition.</summary>
    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<Coupling>() + new Cost(12, 4, 1, 0))
        + new Cost(0, 4 * b, 0, 0);

    // V1: a warp per row.
    //
    // before   nothing: a thread per row would read rows apart, as KlRows's V1 does.
    // idea     neighbouring lanes read neighbouring floats; sums meet in registers.
    // grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
    // still    a row shorter than 32 leaves lanes idle.
    #region affine-coupling-v1
    public static void AffineCoupling_V1_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var sum = F32.Const(0);
        for (var d = Group.IdxX; d < a.D; d += Reduce.Partials)
        {
            var s = a.S[row, d];
            a.Y[row, d] = Coupling.Apply(a.X[row, d], s, a.T[row, d]);
            sum += s;
        }

        sum = Reduce.AcrossWarp(sum);
        if (Group.IdxX == 0) a.LogDet[row] = sum;
    }
    #endregion
}

/// <summary>dx = dy·e^s and ds = dx·x + dLogDet[b]; t's adjoint is dy.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// x, s, dy, dx, ds: [B, D]; dLogDet: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 12·B·D + 4·B bytes read, 8·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class AffineCouplingGrad
{
    public readonly record struct Arguments(
        Rows X, Rows S, Rows DY, Rows DLogDet, Rows DX, Rows DS, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AffineCouplingGrad), a => Cost(a.B, a.D), [
        new("a thread per element", AffineCouplingGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(12, 8, 3, 1) + new Cost(4 * b, 0, 0, 0);

    #region affine-coupling-grad-v1
    public static void AffineCouplingGrad_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var dx = Coupling.InputGrad(a.S[row, d], a.DY[row, d]);
            a.DX[row, d] = dx;
            a.DS[row, d] = F32.Fma(dx, a.X[row, d], a.DLogDet[row]);
        }
    }
    #endregion
}

/// <summary>x = (y − t)·e^−s: the way back, for samples.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="CouplingInverse"/>
/// </description></item>
/// <item><term>shapes</term><description>y, s, t, x: [B, D]</description></item>
/// <item><term>traffic</term><description>
/// 12·B·D bytes read, 4·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class AffineCouplingInverse
{
    public readonly record struct Arguments(
        Rows Y, Rows S, Rows T, Rows X, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AffineCouplingInverse), a => Cost(a.B, a.D), [
        new("a thread per element", AffineCouplingInverse_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<CouplingInverse>() + new Cost(12, 4, 0, 0));

    #region affine-coupling-inverse-v1
    public static void AffineCouplingInverse_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.X[row, d] =
                CouplingInverse.Apply(a.Y[row, d], a.S[row, d], a.T[row, d]);
    }
    #endregion
}
