using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y[d] = Σ_b x[b, d], rows added in ascending order: the adjoint of a bias.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>x: [B, D]; y: [D]</description></item>
/// <item><term>traffic</term><description>
/// 4·B·D bytes read, 4·D written
/// </description></item>
/// <item><term>order</term><description>
/// one by one from +0, in every rung
/// </description></item>
/// </list>
/// </remarks>
public static partial class ColumnSums
{
    public readonly record struct Arguments(Rows X, Rows Y, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ColumnSums), a => Cost(a.B, a.D), [
        new("a thread walks a column", ColumnSums_V1_ThreadPerColumn,
            a => Grids.Threads(a.D)),
        new("eight rows are on their way at once", ColumnSums_V2_EightRowsAhead,
            a => new(Grids.Ceiling(a.D, Reduce.Partials), Reduce.Partials),
            block: Reduce.Partials),
        new("56 rows are copied while 56 are added", ColumnSums_V3_CopiesAhead,
            a => new(Grids.Ceiling(a.D, Reduce.Partials), Grids.Block)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * new Cost(4, 0, 1, 0) + new Cost(0, 4 * d, 0, 0);
}
