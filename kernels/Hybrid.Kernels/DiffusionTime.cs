using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// logSnr = λ(t) of the cosine schedule, element by element; 4·B·D bytes read and
/// written.
/// </summary>
public static class CosineLogSnr
{
    public readonly record struct Arguments(Rows T, Rows LogSnr, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(CosineLogSnr), a => Cost(a.B, a.D), [
        new("a thread per element", CosineLogSnr_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(long b, long d) =>
        b * d * (Kernels.Cost.Of<Formulas.CosineLogSnr>() + new Cost(4, 4, 0, 0));

    #region cosine-log-snr-v1
    public static void CosineLogSnr_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.LogSnr[row, d] = Formulas.CosineLogSnr.Apply(a.T[row, d]);
    }
    #endregion
}

/// <summary>
/// y[b] = sin and then cos of t_b·f turns: what a network sees of the time.
/// </summary>
/// <remarks>
/// <see cref="TimeFeatures"/>; t: [B]; frequencies: [F]; y: [B, 2F]. 4·(B + F) bytes
/// read, 8·B·F written.
/// </remarks>
public static class TimeEmbedding
{
    public readonly record struct Arguments(
        Rows T, Rows Frequencies, Rows Y, int B, int F);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(TimeEmbedding), a => Cost(a.B, a.F), [
        new("a thread per frequency", TimeEmbedding_V1_ThreadPerFrequency,
            a => Grids.Elements(a.B, a.F)),
    ]);

    public static Cost Cost(long b, long f) =>
        b * f * new Cost(0, 8, 1, 2) + (b + f) * new Cost(4, 0, 0, 0);

    #region time-embedding-v1
    public static void TimeEmbedding_V1_ThreadPerFrequency(Arguments a)
    {
        var f = Grid.GlobalIndex.X;
        if (f >= a.F) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var (sin, cos) = TimeFeatures.At(a.T[row], a.Frequencies[f]);
            a.Y[row, f] = sin;
            a.Y[row, a.F + f] = cos;
        }
    }
    #endregion
}
