using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: α and σ once per counter.
//
// before   V1 makes α and σ of a row four times in a thread.
// idea     a thread's four elements lie in one row; λ is read once, α and σ are made once.
//          The same operations on the same numbers: V1's bits, 1.4 times fewer
//          instructions where a row has 128 columns or more (chapter 6 counts), the same
//          where it has 32 or fewer.
// grid     as V1.
// still    a row of 128 columns and more has α and σ made by each of its 32 threads and
//          more; they could be a column in memory, for 8·B bytes and a launch.
public static partial class DiffuseNoise
{
    #region diffuse-noise-v2
    public static void DiffuseNoise_V2_RatioOncePerCounter(Arguments a)
    {
        var counters = Draws.Counters(a.D);
        var row = Grid.GlobalIndex.X / counters;
        if (row >= a.B) return;
        var x = Grid.GlobalIndex.X - row * counters;
        var logSnr = a.LogSnr[row];
        var mixer = new Mixer(
            a, Formulas.Diffuse.Alpha(logSnr), Formulas.Diffuse.Sigma(logSnr));
        Draws.Give(mixer, Draws.Normals(x, row, a.Noise), row, x);
    }

    /// <summary>A row's α and σ, beside what they are for.</summary>
    readonly struct Mixer(Arguments a, F32 alpha, F32 sigma) : INoiseTaker
    {
        public int D => a.D;

        public void Take(int row, int d, F32 eps)
        {
            a.Z[row, d] = Formulas.Diffuse.Mix(a.X[row, d], alpha, sigma, eps);
            if (a.KeepsEps == 1) a.Eps[row, d] = eps;
        }
    }
    #endregion
}
