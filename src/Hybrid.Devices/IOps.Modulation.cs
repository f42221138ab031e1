using Hybrid.Formulas;

namespace Hybrid.Devices;

/// <remarks>Where x has R rows and a condition's vectors have C, each condition holds for T = R / C rows.</remarks>
public partial interface IOps
{
    /// <summary>
    /// Every <paramref name="high"/> rows of x are a matrix of blocks of a row and <paramref name="width"/> columns;
    /// y has each matrix transposed.
    /// </summary>
    /// <param name="x">[N·high, P·width].</param>
    /// <param name="high">Rows of a matrix of blocks.</param>
    /// <param name="width">Columns of a block.</param>
    /// <param name="y">[N·P, high·width].</param>
    void TransposeBlocks(Tensor x, int high, int width, Tensor y);

    /// <summary>
    /// y = x̂·(1 + scale) + shift (<see cref="Modulated"/>), x̂ each row normalised (<see cref="Normalized"/>).
    /// </summary>
    /// <remarks>
    /// The mean is Σ x as a row's sum, divided by D; the variance Σ (x − mean)² likewise; ε is
    /// <see cref="InverseDeviation.DefaultEpsilon"/>.
    /// </remarks>
    /// <param name="x">[R, D].</param>
    /// <param name="shift">[C, D].</param>
    /// <param name="scale">[C, D].</param>
    /// <param name="y">[R, D]; may be x.</param>
    /// <param name="statistics">Mean and inverse deviation of each row, [R, 2].</param>
    void ModulatedLayerNorm(Tensor x, Tensor shift, Tensor scale, Tensor y, Tensor statistics);

    /// <summary>dx = r·(g − ḡ − x̂·c) (<see cref="NormalizedAdjoint"/>), g = dy·(1 + scale).</summary>
    /// <remarks>ḡ is Σ g and c is Σ g·x̂, each as a row's sum, divided by D. dx may be dy.</remarks>
    void ModulatedLayerNormGrad(Tensor x, Tensor scale, Tensor statistics, Tensor dy, Tensor dx);

    /// <summary>dShift = Σ dy and dScale = Σ dy·x̂ over the rows of a condition.</summary>
    /// <remarks>Rows ascending, from +0; the second is one chain of fused steps.</remarks>
    void ModulationGrad(Tensor x, Tensor statistics, Tensor dy, Tensor dShift, Tensor dScale);

    /// <summary>y = x + gate·h (<see cref="Gated"/>), gate[C, D]; y may be x or h.</summary>
    void AddGated(Tensor x, Tensor h, Tensor gate, Tensor y);

    /// <summary>
    /// dh = gate·dy, and dGate = Σ dy·h over the rows of a gate: one chain of fused steps, ascending from +0.
    /// </summary>
    void AddGatedGrad(Tensor h, Tensor gate, Tensor dy, Tensor dh, Tensor dGate);
}
