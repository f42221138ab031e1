using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>What operations on images do for one element, and for one channel and group of one pixel.</summary>
public sealed partial class CostTests
{
    static (string Operation, Cost Stated, Action Element)[] Images =>
    [
        ("AddPerImage", AddPerImage.Cost(1, 1, 1), () => _ = Lane + Lane),
        ("SumPerImage", SumPerImage.Cost(1, 1, 1), () => _ = Lane + Lane),
        ("Downsample", Downsample.Cost(new(1, 2, 2, 1)), () => _ = Lane * (Lane + Lane + (Lane + Lane))),
        ("Upsample", Upsample.Cost(new(1, 1, 1, 1)), () => _ = Lane * Lane),
        ("GroupMoments", GroupMoments.Cost(new(1, 1, 1, 1)), () =>
        {
            var deviation = Lane - Lane * (Lane + (Lane + Lane));
            InverseDeviation.Apply(Lane * (Lane + (Lane + deviation * deviation)), Lane);
        }),
        ("GroupNorm", GroupNorm.Cost(Activation.Identity, new(1, 1, 1, 1)), () => Before()),
        ("GroupNorm SiLU", GroupNorm.Cost(Activation.Silu, new(1, 1, 1, 1)), () => Silu.Apply(Before())),
        ("GroupNormSums", GroupNormSums.Cost(Activation.Identity, new(1, 1, 1, 1)),
            () => _ = Lane + (Lane + Lane * Normalized.Apply(Lane, Lane, Lane))),
        ("GroupNormSums SiLU", GroupNormSums.Cost(Activation.Silu, new(1, 1, 1, 1)),
            () => _ = Lane + (Lane + Lane * SiluGrad.Apply(Before()) * Lane)),
        ("GroupNormGrad", GroupNormGrad.Cost(Activation.Identity, new(1, 1, 1, 1)), () =>
        {
            Tally mean = Lane * Dot(), correlation = Lane * Dot();
            _ = Lane * NormalizedAdjoint.Apply(
                Normalized.Apply(Lane, Lane, Lane), Lane * Lane, mean, correlation);
        }),
        ("GroupNormGrad tanh", GroupNormGrad.Cost(Activation.Tanh, new(1, 1, 1, 1)), () =>
        {
            Tally mean = Lane * Dot(), correlation = Lane * Dot();
            var slope = TanhGradFromOutput.Apply(Tanh.Apply(Before()));
            _ = Lane * NormalizedAdjoint.Apply(Lane, Lane * slope * Lane, mean, correlation);
        }),
    ];

    /// <summary>x̂·gain + bias.</summary>
    static Tally Before() => Tally.Fma(Normalized.Apply(Lane, Lane, Lane), Lane, Lane);
}
