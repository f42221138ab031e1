using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V3: one walk for both sums.
//
// before   V2 reads x and dy for the one sum and again for the other, and makes g, with
//          SiLU an exponential and a division, both times.
// idea     a thread has eight partial sums, four of each: what it makes of a pixel goes
//          into both.
// grid     as V2.
// still    a picture of 7 × 7 pixels has two for a thread, and four barriers.
public static partial class GroupNormSums
{
    /// <summary>g and g·x̂.</summary>
    readonly struct Both(Rows x, Rows dy, NormChannel own) : IPixelPair
    {
        public (F32 First, F32 Second) At(int row, int channel)
        {
            var normalized = own.Normalize(x[row, channel]);
            var g = own.Adjoint(normalized, dy[row, channel]);
            return (g, g * normalized);
        }
    }

    #region group-norm-sums-v3
    public static void GroupNormSums_V3_OneWalk(Arguments a)
    {
        var shared = SharedMemory.Allocate<F32>(Grids.Block);
        var s = a.Shape;
        int n = Grid.IdxX, c = Grid.IdxY * Reduce.Partials + Group.IdxX;
        var at = IntrinsicMath.Min(c, s.C - 1);
        var (sum, product) = PixelSums.BothAcrossBlock(
            new Both(a.X, a.DY, a.ChannelAt(n, at)), shared, n * s.Pixels, s.Pixels, at);
        if (Group.IdxY > 0 || c >= s.C) return;
        a.Sums[n, c] = sum;
        a.Products[n, c] = product;
    }
    #endregion
}
