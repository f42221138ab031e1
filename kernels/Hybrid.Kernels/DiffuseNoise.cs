using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// z as <see cref="Diffuse"/>, with ε made in place and, where it is kept, written beside
/// it: a draw from q(z | x).
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Formulas.Diffuse"/>, noise by <see cref="Draws"/>
/// </description></item>
/// <item><term>source</term><description>
/// Ho, Jain, Abbeel 2020, arXiv:2006.11239, eq. 4; Kingma et al. 2021, arXiv:2107.00630,
/// eq. 1 and 2
/// </description></item>
/// <item><term>shapes</term><description>
/// x, z, eps: [B, D]; logSnr: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·B·D + 4·B bytes read, 4·B·D written; 8·B·D where ε is kept
/// </description></item>
/// </list>
/// </remarks>
public static partial class DiffuseNoise
{
    // KeepsEps is 1 where Eps is stored; else it is 0, and Eps may be anything.
    public readonly record struct Arguments(
        Rows X, Rows LogSnr, Noise Noise, Rows Z, Rows Eps, int KeepsEps, int B, int D)
        : INoiseTaker
    {
        #region diffuse-noise-take
        public void Take(int row, int d, F32 eps)
        {
            Z[row, d] = Formulas.Diffuse.Apply(X[row, d], LogSnr[row], eps);
            if (KeepsEps == 1) Eps[row, d] = eps;
        }
        #endregion
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(DiffuseNoise), a => Cost(a.KeepsEps == 1, a.B, a.D), [
        new("a thread per counter", DiffuseNoise_V1_ThreadPerCounter,
            a => Grids.Threads(a.B * Draws.Counters(a.D))),
        new("α and σ once per counter", DiffuseNoise_V2_RatioOncePerCounter,
            a => Grids.Threads(a.B * Draws.Counters(a.D))),
    ]);

    /// <summary>
    /// Per element a normal number and a mixture; per row α and σ, however often they are
    /// made again.
    /// </summary>
    public static Cost Cost(bool keepsEps, long b, long d) =>
        Draws.NormalsCost(b, d) + b * d * new Cost(4, keepsEps ? 8 : 4, 3, 0)
        + b * new Cost(4, 0, 2, 2);
}
