using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per element.
//
// before   nothing: every element is a loop over the components.
// idea     columns lie side by side, so a warp's loads of a component are one request.
// grid     32 columns × 8 rows per block of 256 threads.
// still    a latent space of ten columns leaves 22 of 32 lanes idle; every thread loads
//          three numbers for one step of its sum; its own order over n.
public static partial class MixtureLogMarginals
{
    #region mixture-log-marginals-v1
    public static void MixtureLogMarginals_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            F32 m = new(float.MinValue), s = new(0);
            for (var n = 0; n < a.N; n++)
            {
                var scale = MixtureTiles.Scale(
                    MixtureDensity.ScaleTerm(a.LogVar[n, d]), n, row, new(a.LogOwn));
                MixtureDensity.Merge(
                    ref m, ref s,
                    MixtureDensity.Marginal(
                        a.Z[row, d], a.Mu[n, d], a.HalfPrecision[n, d], scale),
                    new F32(1));
            }
            a.Y[row, d] = MixtureDensity.Result(m, s, new F32(a.LogCount));
        }
    }
    #endregion
}
