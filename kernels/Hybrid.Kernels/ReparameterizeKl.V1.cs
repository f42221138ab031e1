using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per row.
//
// before   nothing: this is the loop one writes first, but noise already is a function of
//          (b, d).
// idea     no noise in memory: each element asks Philox for its own number.
// grid     ⌈B / 256⌉ blocks of 256 threads, one row each.
// still    a Philox call and two Box–Muller pairs give four numbers, of which one is
//          used; a warp's load touches 32 rows.
public static partial class ReparameterizeKl
{
    #region reparameterize-kl-v1
    public static void ReparameterizeKl_V1_ThreadPerRow(Arguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.B) return;

        var sum = F32.Const(0);
        for (var d = 0; d < a.D; d++)
            sum += Element(a, row, d, Draws.NormalAt(row, d, a.Noise));
        a.Kl[row] = sum;
    }
    #endregion
}
