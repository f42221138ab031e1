using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a row in registers.
//
// before   V1 reads its row three times, the second and third out of L1.
// idea     a row of at most 128 columns is four numbers a lane: read once, kept. Columns
//          that a row lacks are +0 in the sum, where they change no bit, and are left out
//          of the squares. Longer rows are walked as in V1.
// grid     as V1.
// still    shift and scale come out of L2 for each of the T rows that share them; a row
//          of 64 columns leaves two of a lane's four numbers out.
public static partial class ModulatedLayerNorm
{
    /// <summary>Columns of a row that fits.</summary>
    const int InRegisters = 4 * Reduce.Partials;

    #region modulated-layer-norm-v2
    public static void ModulatedLayerNorm_V2_RowInRegisters(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.R) return;                       // a warp leaves as one

        int d0 = Group.IdxX, d1 = d0 + 32, d2 = d0 + 64, d3 = d0 + 96;
        F32 x0 = At(a, row, d0), x1 = At(a, row, d1);
        F32 x2 = At(a, row, d2), x3 = At(a, row, d3);
        var sum = F32.Const(0) + x0 + x1 + x2 + x3;
        for (var d = d0 + InRegisters; d < a.D; d += Reduce.Partials) sum += a.X[row, d];
        F32 count = new(a.D), mean = Reduce.AcrossWarp(sum) / count;

        var squares = F32.Const(0);
        if (d0 < a.D) squares += Square(x0 - mean);
        if (d1 < a.D) squares += Square(x1 - mean);
        if (d2 < a.D) squares += Square(x2 - mean);
        if (d3 < a.D) squares += Square(x3 - mean);
        for (var d = d0 + InRegisters; d < a.D; d += Reduce.Partials)
            squares += Square(a.X[row, d] - mean);
        var inverse = InverseDeviation.Apply(
            Reduce.AcrossWarp(squares) / count, new F32(InverseDeviation.DefaultEpsilon));

        if (d0 < a.D) Store(a, row, d0, x0, mean, inverse);
        if (d1 < a.D) Store(a, row, d1, x1, mean, inverse);
        if (d2 < a.D) Store(a, row, d2, x2, mean, inverse);
        if (d3 < a.D) Store(a, row, d3, x3, mean, inverse);
        for (var d = d0 + InRegisters; d < a.D; d += Reduce.Partials)
            Store(a, row, d, a.X[row, d], mean, inverse);
        if (Group.IdxX != 0) return;
        a.Statistics[row, 0] = mean;
        a.Statistics[row, 1] = inverse;
    }
    #endregion

    static F32 At(in Arguments a, int row, int d)
    {
        var x = F32.Const(0);
        if (d < a.D) x = a.X[row, d];
        return x;
    }

    static F32 Square(F32 residual) => residual * residual;

    static void Store(in Arguments a, int row, int d, F32 x, F32 mean, F32 inverse) =>
        a.Y[row, d] = Modulated.Apply(
            Normalized.Apply(x, mean, inverse),
            a.Shift[row / a.T, d], a.Scale[row / a.T, d]);
}
