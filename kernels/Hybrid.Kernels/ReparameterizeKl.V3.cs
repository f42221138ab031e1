using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V3: short rows share a warp.
//
// before   with D = 8 latents, 24 of V2's 32 lanes only wait for the shuffles.
// idea     a row takes the next power of two lanes, at most 32; a row of at most 16
//          columns is one element per lane. What V2's idle lanes would add is +0, so the
//          bits are V2's.
// grid     ⌈B·lanes / 256⌉ blocks of 256 threads.
// still    of such a lane's four normal numbers one is used.
public static partial class ReparameterizeKl
{
    #region reparameterize-kl-v3
    public static void ReparameterizeKl_V3_ShortRowsShareAWarp(Arguments a)
    {
        var log2 = Reduce.LanesLog2(a.D);
        var lanes = 1 << log2;
        var lane = Group.IdxX & (lanes - 1);
        var row = (Grid.IdxX << (8 - log2)) + (Group.IdxX >> log2);

        var sum = F32.Const(0);
        if (row < a.B) sum = Partial(a, row, lane);   // all lanes stay for the shuffles

        sum = Reduce.AcrossLanes(sum, lanes);
        if (row < a.B && lane == 0) a.Kl[row] = sum;
    }
    #endregion
}
