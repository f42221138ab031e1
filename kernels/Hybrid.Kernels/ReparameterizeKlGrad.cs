using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// The adjoints of μ and ℓ through z and through the KL; ε is made again, not stored.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="ReparameterizeKlAdjoint"/>
/// </description></item>
/// <item><term>shapes</term><description>
/// mu, logVar, dz, dMu, dLogVar: [B, D]; dKl: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 12·B·D + 4·B bytes read, 8·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class ReparameterizeKlGrad
{
    public readonly record struct Arguments(
        Rows Mu, Rows LogVar, Noise Noise, Rows DZ, Rows DKl, Rows DMu, Rows DLogVar,
        int B, int D) : INoiseTaker
    {
        public void Take(int row, int d, F32 eps)
        {
            var (dMu, dLogVar) = ReparameterizeKlAdjoint.Apply(
                Mu[row, d], LogVar[row, d], eps, DZ[row, d], DKl[row]);
            DMu[row, d] = dMu;
            DLogVar[row, d] = dLogVar;
        }
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ReparameterizeKlGrad), a => Cost(a.B, a.D), [
        new("a thread per counter", ReparameterizeKlGrad_V1_ThreadPerCounter,
            a => Grids.Threads(a.B * Draws.Counters(a.D))),
    ]);

    public static Cost Cost(long b, long d) =>
        Draws.NormalsCost(b, d) + b * d * new Cost(12, 8, 9, 2)
        + new Cost(4 * b, 0, 0, 0);

    #region reparameterize-kl-grad-v1
    public static void ReparameterizeKlGrad_V1_ThreadPerCounter(Arguments a)
    {
        var counters = Draws.Counters(a.D);
        var row = Grid.GlobalIndex.X / counters;
        if (row >= a.B) return;
        var x = Grid.GlobalIndex.X - row * counters;
        Draws.Give(a, Draws.Normals(x, row, a.Noise), row, x);
    }
    #endregion
}
