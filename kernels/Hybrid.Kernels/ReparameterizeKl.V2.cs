using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a warp per row, a Philox call per four elements.
//
// before   V1 throws three of four numbers away, and its loads are a row apart.
// idea     the layout of noise is a warp's stride: a lane's elements d, d + 32, d + 64, d
//          + 96 are the four words of one counter. The KL's partial sums come out in
//          order too.
// grid     ⌈B / 8⌉ blocks of 8 warps, a row each; no shared memory.
// still    a row shorter than 32 leaves lanes idle.
public static partial class ReparameterizeKl
{
    #region reparameterize-kl-v2
    public static void ReparameterizeKl_V2_WarpPerRow(Arguments a)
    {
        var row = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (row >= a.B) return;                       // a warp leaves as one

        var sum = Reduce.AcrossWarp(Partial(a, row, Group.IdxX));
        if (Group.IdxX == 0) a.Kl[row] = sum;
    }

    /// <summary>
    /// Elements lane, lane + 32, … of a row: z written, their KL summed.
    /// </summary>
    static F32 Partial(in Arguments a, int row, int lane)
    {
        var sum = F32.Const(0);
        for (int d = lane, x = lane; d < a.D; d += 4 * Draws.Apart, x += Draws.Apart)
        {
            var eps = Draws.Normals(x, row, a.Noise);
            int d1 = d + Draws.Apart, d2 = d1 + Draws.Apart, d3 = d2 + Draws.Apart;
            sum += Element(a, row, d, eps.W0);
            if (d1 < a.D) sum += Element(a, row, d1, eps.W1);
            if (d2 < a.D) sum += Element(a, row, d2, eps.W2);
            if (d3 < a.D) sum += Element(a, row, d3, eps.W3);
        }
        return sum;
    }
    #endregion
}
