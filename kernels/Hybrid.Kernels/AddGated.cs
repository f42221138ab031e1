using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y[r, :] = x[r, :] + gate[r / T, :]·h[r, :]: a residual branch, with a gate for the T
/// rows of a picture.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="Gated"/></description></item>
/// <item><term>source</term><description>
/// Peebles &amp; Xie 2023, arXiv:2212.09748, section 3.2
/// </description></item>
/// <item><term>shapes</term><description>
/// x, h, y: [R, D]; gate: [R / T, D]; y may be x or h
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·R·D + 4·D·R/T bytes read, 4·R·D written
/// </description></item>
/// </list>
/// </remarks>
public static partial class AddGated
{
    public readonly record struct Arguments(
        Rows X, Rows H, Rows Gate, Rows Y, int R, int D, int T);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AddGated), a => Cost(a.R, a.D, a.T), [
        new("a thread per element", AddGated_V1_ThreadPerElement,
            a => Grids.Elements(a.R, a.D)),
        new("four columns per thread", AddGated_V2_FourColumns,
            a => Grids.Fours(a.R, a.D)),
    ], new(nameof(AddGated_V1_ThreadPerElement), Grids.Untimed));

    public static Cost Cost(long r, long d, long t) =>
        r * d * (Kernels.Cost.Of<Gated>() + new Cost(8, 4, 0, 0))
        + r / t * d * new Cost(4, 0, 0, 0);

    // V1: a thread per element.
    //
    // before   two launches, a product and a sum: gate·h goes to memory.
    // idea     one, with a fused multiply-add.
    // grid     32 columns × 8 rows per block of 256 threads.
    // still    4 bytes a load, and a division for every element's gate.
    #region add-gated-v1
    public static void AddGated_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.R; row += Grid.DimY * Group.DimY)
            a.Y[row, d] = Gated.Apply(a.X[row, d], a.H[row, d], a.Gate[row / a.T, d]);
    }
    #endregion
}

/// <summary>
/// The adjoints of a gated branch: dh = gate·dy, dGate = Σ dy·h over a gate's T rows.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="GatedGrad"/></description></item>
/// <item><term>shapes</term><description>
/// h, dy, dh: [R, D]; gate, dGate: [R / T, D]; dh may be h or dy
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·R·D + 4·D·R/T bytes read, 4·R·D + 4·D·R/T written
/// </description></item>
/// <item><term>order</term><description>
/// one chain of fused steps over the rows of a gate, ascending from +0
/// </description></item>
/// </list>
/// </remarks>
public static partial class AddGatedGrad
{
    public readonly record struct Arguments(
        Rows H, Rows Gate, Rows DY, Rows DH, Rows DGate, int R, int D, int T);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AddGatedGrad), a => Cost(a.R, a.D, a.T), [
        new("a thread walks a gate's column", AddGatedGrad_V1_ThreadPerColumn,
            a => Grids.Elements(a.R / a.T, a.D)),
        new("four rows are on their way at once", AddGatedGrad_V2_FourAhead,
            a => Grids.Elements(a.R / a.T, a.D)),
    ]);

    /// <summary>Per element a product and a fused step.</summary>
    public static Cost Cost(long r, long d, long t) =>
        r * d * new Cost(8, 4, 3, 0) + r / t * d * new Cost(4, 4, 0, 0);

    // V1: a thread per column of a gate.
    //
    // before   two launches: dy and gate for dh, dy and h for dGate.
    // idea     whoever adds up a gate's rows has dy in a register, and writes dh too.
    // grid     32 columns × 8 gates per block of 256 threads.
    // still    a row's store may be where the next row's load is, as far as ptxas can
    //          know: each waits for memory alone.
    #region add-gated-grad-v1
    public static void AddGatedGrad_V1_ThreadPerColumn(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        var gates = a.R / a.T;
        for (var b = Grid.GlobalIndex.Y; b < gates; b += Grid.DimY * Group.DimY)
        {
            F32 gate = a.Gate[b, d], sum = new(0);
            for (var row = b * a.T; row < (b + 1) * a.T; row++)
            {
                F32 dy = a.DY[row, d], h = a.H[row, d];
                sum = F32.Fma(dy, h, sum);
                a.DH[row, d] = gate * dy;
            }
            a.DGate[b, d] = sum;
        }
    }
    #endregion
}
