using Hybrid.Formulas;

namespace Hybrid.Kernels;

/// <summary>
/// One AdamW step of all parameters of a model at once: they lie in one dense vector.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description><see cref="Adam"/></description></item>
/// <item><term>source</term><description>
/// Kingma &amp; Ba 2015, arXiv:1412.6980, algorithm 1; Loshchilov &amp; Hutter 2019,
/// algorithm 2
/// </description></item>
/// <item><term>shapes</term><description>
/// parameters, gradient, m, v: [n]
/// </description></item>
/// <item><term>traffic</term><description>
/// 16·n bytes read, 12·n written
/// </description></item>
/// </list>
/// </remarks>
public static partial class AdamUpdate
{
    public readonly record struct Arguments(
        Rows Parameters, Rows Gradient, Rows M, Rows V, AdamStep Step, int N);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AdamUpdate), a => Cost(a.N), [
        new("a thread per parameter", AdamUpdate_V1_ThreadPerParameter,
            a => Grids.Threads(a.N)),
        new("four parameters per thread", AdamUpdate_V2_FourPerThread,
            a => Grids.Threads(Grids.Ceiling(a.N, 4))),
    ], new(nameof(AdamUpdate_V1_ThreadPerParameter), "at 97 % of the copy's rate, twice V2's"));

    /// <summary>
    /// Two averages, g², two corrections, the direction, and two fused steps.
    /// </summary>
    public static Cost Cost(long n) => n * (
        2 * Kernels.Cost.Of<MovingAverage>() + Kernels.Cost.Of<AdamDirection>()
        + new Cost(16, 12, 7, 0));

    /// <summary>One element: p, m and v are updated in place.</summary>
    static void Element(in Arguments a, int i)
    {
        F32 p = a.Parameters[0, i], m = a.M[0, i], v = a.V[0, i];
        Update(ref p, a.Gradient[0, i], ref m, ref v, a.Step);
        a.Parameters[0, i] = p;
        a.M[0, i] = m;
        a.V[0, i] = v;
    }

    static void Update(ref F32 p, F32 g, ref F32 m, ref F32 v, in AdamStep s) =>
        Adam.Apply(
            ref p, g, ref m, ref v, new F32(s.LearningRate),
            new F32(s.OneMinusBeta1), new F32(s.OneMinusBeta2), new F32(s.Epsilon),
            new F32(s.Decay), new F32(s.Correction1), new F32(s.Correction2));
}
