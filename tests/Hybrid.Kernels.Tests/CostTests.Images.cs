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
        ("GroupNorm", GroupNorm.Cost(new(1, 1, 1, 1)),
            () => Tally.Fma(Normalized.Apply(Lane, Lane, Lane), Lane, Lane)),
        ("GroupNormSums", GroupNormSums.Cost(new(1, 1, 1, 1)),
            () => _ = Lane + (Lane + Lane * Normalized.Apply(Lane, Lane, Lane))),
        ("GroupNormGrad", GroupNormGrad.Cost(new(1, 1, 1, 1)), () =>
        {
            Tally mean = Lane * Dot(), correlation = Lane * Dot();
            _ = Lane * NormalizedAdjoint.Apply(
                Normalized.Apply(Lane, Lane, Lane), Lane * Lane, mean, correlation);
        }),
    ];
}
