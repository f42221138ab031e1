using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// y = act(x), element by element: [B, D] to [B, D]; 4·B·D bytes read and written.
/// </summary>
public static class Activate
{
    public readonly record struct Arguments(
        Activation Activation, Rows X, Rows Y, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(Activate), a => Cost(a.Activation, a.B, a.D), [
        new("a thread per element", Activate_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(Activation activation, long b, long d) =>
        b * d * (ActivationChoice.Cost(activation) + new Cost(4, 4, 0, 0));

    #region activate-v1
    public static void Activate_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
            a.Y[row, d] = ActivationChoice.Value(a.Activation, a.X[row, d]);
    }
    #endregion
}

/// <summary>
/// dx = dy·act′, element by element; 8·B·D bytes read, 4·B·D written. dx may be dy.
/// </summary>
/// <remarks>
/// ReLU, tanh and σ read the output (<see cref="TanhGradFromOutput"/> …), SiLU and GELU
/// the input.
/// </remarks>
public static class ActivateGrad
{
    public readonly record struct Arguments(
        Activation Activation, Rows Known, Rows DY, Rows DX, int B, int D);

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(ActivateGrad), a => Cost(a.Activation, a.B, a.D), [
        new("a thread per element", ActivateGrad_V1_ThreadPerElement,
            a => Grids.Elements(a.B, a.D)),
    ]);

    public static Cost Cost(Activation activation, long b, long d) =>
        b * d * (ActivationChoice.DerivativeCost(activation) + new Cost(8, 4, 1, 0));

    #region activate-grad-v1
    public static void ActivateGrad_V1_ThreadPerElement(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        for (var row = Grid.GlobalIndex.Y; row < a.B; row += Grid.DimY * Group.DimY)
        {
            var slope = ActivationChoice.Derivative(a.Activation, a.Known[row, d]);
            a.DX[row, d] = a.DY[row, d] * slope;
        }
    }
    #endregion
}
