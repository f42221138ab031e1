using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per counter.
//
// before   noise by a launch of its own, written and read again: 8·B·D bytes.
// idea     ε is a function of its counter; the thread that makes four numbers of a row
//          mixes them into that row's data.
// grid     ⌈B·counters / 256⌉ blocks of 256 threads, ⌈D / 128⌉·32 counters a row, fewer
//          where it is short.
// still    each of the four elements makes the row's α and σ again: two sigmoids, two
//          roots.
public static partial class DiffuseNoise
{
    #region diffuse-noise-v1
    public static void DiffuseNoise_V1_ThreadPerCounter(Arguments a)
    {
        var counters = Draws.Counters(a.D);
        var row = Grid.GlobalIndex.X / counters;
        if (row >= a.B) return;
        var x = Grid.GlobalIndex.X - row * counters;
        Draws.Give(a, Draws.Normals(x, row, a.Noise), row, x);
    }
    #endregion
}
