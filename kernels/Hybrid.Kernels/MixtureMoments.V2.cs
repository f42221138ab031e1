using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a warp per component and four columns.
//
// before   in V1 a responsibility, D steps and an exponential, serves one column.
// idea     it serves four: eight sums stay in registers. A column that does not exist is the
//          last one once more, and is written once more with the same bits.
// grid     ⌈K·⌈D / 4⌉ / 8⌉ blocks of 8 warps; no shared memory.
// still    ⌈D / 4⌉ times the exponentials; neighbouring lanes read x a row apart; few
//          components make few warps.
public static partial class MixtureMoments
{
    const int ColumnsPerWarp = 4;

    #region mixture-moments-v2
    public static void MixtureMoments_V2_FourColumns(Arguments a)
    {
        var groups = (a.D + ColumnsPerWarp - 1) / ColumnsPerWarp;
        var warp = Grid.IdxX * Grids.Warps + Group.IdxY;
        if (warp >= a.K * groups) return;             // a warp leaves as one
        int k = warp / groups, d = warp % groups * ColumnsPerWarp, last = a.D - 1;
        int d1 = d + 1 < last ? d + 1 : last, d2 = d + 2 < last ? d + 2 : last;
        var d3 = d + 3 < last ? d + 3 : last;

        F32 count = new(0), first0 = count, first1 = count, first2 = count, first3 = count;
        F32 second0 = count, second1 = count, second2 = count, second3 = count;
        for (var b = Group.IdxX; b < a.B; b += Reduce.Partials)
        {
            var r = Share(a, b, k);
            count += r;
            MixtureDensity.AddMoments(
                ref first0, ref second0, r, a.X[b, d], a.Mu[k, d]);
            MixtureDensity.AddMoments(
                ref first1, ref second1, r, a.X[b, d1], a.Mu[k, d1]);
            MixtureDensity.AddMoments(
                ref first2, ref second2, r, a.X[b, d2], a.Mu[k, d2]);
            MixtureDensity.AddMoments(
                ref first3, ref second3, r, a.X[b, d3], a.Mu[k, d3]);
        }

        count = Reduce.AcrossWarp(count);
        if (Group.IdxX == 0 && d == 0) a.Count[k] = count;
        Meet(a, k, d, first0, second0);
        Meet(a, k, d1, first1, second1);
        Meet(a, k, d2, first2, second2);
        Meet(a, k, d3, first3, second3);
    }
    #endregion

    /// <summary>
    /// A column's two sums become one each. What is written twice is written with the
    /// same bits.
    /// </summary>
    static void Meet(in Arguments a, int k, int d, F32 first, F32 second)
    {
        first = Reduce.AcrossWarp(first);
        second = Reduce.AcrossWarp(second);
        if (Group.IdxX > 0) return;
        a.First[k, d] = first;
        a.Second[k, d] = second;
    }
}
