using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// Sums across the lanes of a warp, in the one order that every device keeps.
/// </summary>
/// <remarks>
/// A row is summed as 32 partial sums from +0, partial l taking elements l, l + 32, l +
/// 64 …, which then meet as a butterfly: s_l + s_(l xor 16), then 8, 4, 2, 1. The steps
/// are written out because ILGPU does not unroll loops.
/// </remarks>
public static class Reduce
{
    /// <summary>Partial sums of a row; also the lanes of a warp.</summary>
    public const int Partials = 32;

    #region across-warp
    /// <summary>
    /// The sum of 32 partial sums; every lane ends with it. All 32 lanes must call.
    /// </summary>
    public static F32 AcrossWarp(F32 sum)
    {
        sum += Partner(sum, 16);
        sum += Partner(sum, 8);
        sum += Partner(sum, 4);
        sum += Partner(sum, 2);
        return sum + Partner(sum, 1);
    }
    #endregion

    /// <summary>
    /// The greatest of 32 numbers; every lane ends with it. All 32 lanes must call.
    /// </summary>
    public static F32 MaxAcrossWarp(F32 max)
    {
        max = F32.Max(max, Partner(max, 16));
        max = F32.Max(max, Partner(max, 8));
        max = F32.Max(max, Partner(max, 4));
        max = F32.Max(max, Partner(max, 2));
        return F32.Max(max, Partner(max, 1));
    }

    /// <summary>
    /// The same sum where only the first <paramref name="lanes"/> partials hold anything.
    /// </summary>
    /// <remarks>
    /// The steps left out would add +0, and a partial sum from +0 is never −0, so they
    /// would change no bit. A warp so holds 32 / lanes sums at once.
    /// </remarks>
    /// <param name="sum">This lane's partial sum.</param>
    /// <param name="lanes">
    /// 1, 2, 4, 8, 16 or 32; the same in all lanes of the warp.
    /// </param>
    public static F32 AcrossLanes(F32 sum, int lanes)
    {
        if (lanes > 16) sum += Partner(sum, 16);
        if (lanes > 8) sum += Partner(sum, 8);
        if (lanes > 4) sum += Partner(sum, 4);
        if (lanes > 2) sum += Partner(sum, 2);
        if (lanes > 1) sum += Partner(sum, 1);
        return sum;
    }

    /// <summary>
    /// log₂ of the fewest lanes that hold a row of <paramref name="columns"/> at once.
    /// </summary>
    public static int LanesLog2(int columns) =>
        columns > 16 ? 5
        : columns > 8 ? 4
        : columns > 4 ? 3
        : columns > 2 ? 2 : columns - 1;

    /// <summary>
    /// 32 running log-sum-exps become one, in the same order; all 32 lanes must call.
    /// </summary>
    public static void MergeAcrossWarp(ref F32 m, ref F32 s)
    {
        MixtureDensity.Merge(ref m, ref s, Partner(m, 16), Partner(s, 16));
        MixtureDensity.Merge(ref m, ref s, Partner(m, 8), Partner(s, 8));
        MixtureDensity.Merge(ref m, ref s, Partner(m, 4), Partner(s, 4));
        MixtureDensity.Merge(ref m, ref s, Partner(m, 2), Partner(s, 2));
        MixtureDensity.Merge(ref m, ref s, Partner(m, 1), Partner(s, 1));
    }

    static F32 Partner(F32 value, int distance) =>
        new(Warp.ShuffleXor(value.V, distance));
}
