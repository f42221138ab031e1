using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// z = α·x + σ·ε at each row's log-SNR, with ε given: the forward process.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>formula</term><description>
/// <see cref="Formulas.Diffuse"/>
/// </description></item>
/// <item><term>source</term><description>
/// Kingma et al. 2021, arXiv:2107.00630, eq. 1 and 2
/// </description></item>
/// <item><term>shapes</term><description>
/// x, eps, z: [B, D]; logSnr: [B]
/// </description></item>
/// <item><term>traffic</term><description>
/// 8·B·D + 4·B bytes read, 4·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class Diffuse
{
    public readonly record struct Arguments(
        Rows X, Rows LogSnr, Rows Eps, Rows Z, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Diffuse), a => Cost(a.B, a.D), [
        new("a thread per element", Diffuse_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<Formulas.Diffuse>() + new Cost(8, 4, 0, 0))
        + new Cost(4 * b, 0, 0, 0);

    #region diffuse-v1
    public static void Diffuse_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.Z[row, d] =
                Formulas.Diffuse.Apply(a.X[row, d], a.LogSnr[row], a.Eps[row, d]);
    }
    #endregion
}

/// <summary>
/// z as <see cref="Diffuse"/>, with ε made in place and written beside it.
/// </summary>
/// <remarks>
/// Noise by <see cref="Draws"/>, a thread per counter; 4·B·D + 4·B bytes read, 8·B·D
/// written: the loss needs ε, but no pass reads it only to form z.
/// </remarks>
public static class DiffuseNoise
{
    public readonly record struct Arguments(
        Rows X, Rows LogSnr, Noise Noise, Rows Z, Rows Eps, int B, int D)
        : INoiseTaker
    {
        #region diffuse-noise-take
        public void Take(int row, int d, F32 eps)
        {
            Z[row, d] = Formulas.Diffuse.Apply(X[row, d], LogSnr[row], eps);
            Eps[row, d] = eps;
        }
        #endregion
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(DiffuseNoise), a => Cost(a.B, a.D), [
        new("a thread per counter", DiffuseNoise_V1_ThreadPerCounter,
            a => Grids.Threads(a.B * Draws.Counters(a.D))),
    ]);

    public static Cost Cost(long b, long d) =>
        Draws.NormalsCost(b, d)
        + b * d * (Kernels.Cost.Of<Formulas.Diffuse>() + new Cost(4, 8, 0, 0))
        + new Cost(4 * b, 0, 0, 0);

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
