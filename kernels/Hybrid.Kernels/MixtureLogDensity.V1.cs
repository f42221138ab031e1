using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per row.
//
// before   nothing: this is the loop one writes first.
// idea     every thread of a warp reads the same component, so a load serves 32 rows.
// grid     ⌈B / 256⌉ blocks of 256 threads, one row each.
// still    B threads only; z is read again for every component; its own order over n.
public static partial class MixtureLogDensity
{
    #region mixture-log-density-v1
    public static void MixtureLogDensity_V1_ThreadPerRow(Arguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.B) return;

        F32 m = new(float.MinValue), s = new(0);
        for (var n = 0; n < a.N; n++)
        {
            var square = F32.Const(0);
            for (var d = 0; d < a.D; d++)
                square = MixtureDensity.AddSquare(
                    square, a.Z[row, d], a.Mu[n, d], a.HalfPrecision[n, d]);
            var scale = MixtureTiles.Scale(a.LogScale[n], n, row, new(a.LogOwn));
            MixtureDensity.Merge(ref m, ref s, scale - square, new F32(1));
        }
        a.Y[row] = MixtureDensity.Result(m, s, new F32(a.LogCount));
    }
    #endregion
}
