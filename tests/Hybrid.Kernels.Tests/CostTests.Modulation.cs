using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>What a transformer's operations do for one element, and their rows for one row.</summary>
public sealed partial class CostTests
{
    static (string Operation, Cost Stated, Action Element)[] Modulations =>
    [
        ("ModulatedLayerNorm", ModulatedLayerNorm.Cost(1, 1, 1), () =>
        {
            Tally mean = (Lane + Lane) / Lane, residual = Lane - mean;
            var inverse = InverseDeviation.Apply((Lane + residual * residual) / Lane, Lane);
            Modulated.Apply(Normalized.Apply(Lane, mean, inverse), Lane, Lane);
        }),
        ("ModulatedLayerNormGrad", ModulatedLayerNormGrad.Cost(1, 1, 1), () =>
        {
            var normalized = Normalized.Apply(Lane, Lane, Lane);
            var g = Lane * ModulatedGrad.Apply(normalized, Lane, Lane).A;
            Tally mean = (Lane + g) / Lane, correlation = (Lane + g * normalized) / Lane;
            _ = Lane * NormalizedAdjoint.Apply(normalized, g, mean, correlation);
        }),
        ("ModulationGrad", ModulationGrad.Cost(1, 1, 1), () =>
        {
            _ = Lane + Lane;
            Tally.Fma(Lane, Normalized.Apply(Lane, Lane, Lane), Lane);
        }),
        ("AddGated", AddGated.Cost(1, 1, 1), () => Gated.Apply(Lane, Lane, Lane)),
        ("AddGatedGrad", AddGatedGrad.Cost(1, 1, 1), () =>
        {
            _ = Lane * Lane;
            Tally.Fma(Lane, Lane, Lane);
        }),
    ];
}
