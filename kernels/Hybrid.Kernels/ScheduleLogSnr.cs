using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// logSnr = λ(t) of any schedule, element by element; 4·B·D bytes read and written.
/// </summary>
/// <remarks><see cref="NoiseCurve"/> says which formula; t in [0, 1].</remarks>
public static class ScheduleLogSnr
{
    public readonly record struct Arguments(
        NoiseCurve Curve, Rows T, Rows LogSnr, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ScheduleLogSnr), a => Cost(a.Curve.Kind, a.B, a.D), [
        new("a thread per element", ScheduleLogSnr_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(NoiseCurveKind kind, long b, long d) =>
        b * d * (Of(kind) + new Cost(4, 4, 2, 0));

    static Cost Of(NoiseCurveKind kind) => kind switch
    {
        NoiseCurveKind.StraightLine => Kernels.Cost.Of<StraightLine>(),
        NoiseCurveKind.LinearBeta => Kernels.Cost.Of<LinearBetaLogSnr>(),
        NoiseCurveKind.Sigmoid => Kernels.Cost.Of<SigmoidLogSnr>(),
        NoiseCurveKind.Karras => Kernels.Cost.Of<KarrasLogSnr>(),
        _ => Kernels.Cost.Of<Formulas.CosineLogSnr>(),
    };

    // V1: a thread per element.
    //
    // before   λ by the host and a copy to the device: a step that is not the device's own.
    // idea     a thread makes the λ of one time by the formula that all threads have.
    // grid     as element-wise operations.
    // still    each element makes the curve's constants again, such as Karras's two roots.
    #region schedule-log-snr-v1
    public static void ScheduleLogSnr_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.LogSnr[row, d] = NoiseCurve.At<F32>(
                a.Curve.Kind, a.T[row, d], new(a.Curve.Start), new(a.Curve.Length),
                new(a.Curve.First), new(a.Curve.Last), new(a.Curve.Rho));
    }
    #endregion
}
