using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Docs.Tests;

/// <summary>Ladders over images: <c>operation=GroupMoments N=2 pixels=196 C=64 groups=8</c>.</summary>
static partial class MachineCounts
{
    static List<Launched>? Images(string operation, BlockArguments arguments)
    {
        GroupShape Groups() => new(
            arguments.Int("N"), arguments.Int("pixels"), arguments.Int("C"), arguments.Int("groups"));

        return operation switch
        {
            "GroupMoments" => Run(GroupMoments.Ladder, bed =>
            {
                var s = Groups();
                return new(bed.Rows(s.Rows, s.C), bed.Rows(s.N, 2 * s.Groups), s);
            }),
            "GroupNorm" => Run(GroupNorm.Ladder, bed =>
            {
                var s = Groups();
                return new(
                    bed.Rows(s.Rows, s.C), bed.Rows(s.N, 2 * s.Groups), bed.Rows(s.C, 1), bed.Rows(s.C, 1),
                    bed.Rows(s.Rows, s.C), s);
            }),
            "GroupNormSums" => Run(GroupNormSums.Ladder, bed =>
            {
                var s = Groups();
                return new(
                    bed.Rows(s.Rows, s.C), bed.Rows(s.N, 2 * s.Groups), bed.Rows(s.Rows, s.C), bed.Rows(s.N, s.C),
                    bed.Rows(s.N, s.C), s);
            }),
            "GroupNormGrad" => Run(GroupNormGrad.Ladder, bed =>
            {
                var s = Groups();
                return new(
                    bed.Rows(s.Rows, s.C), bed.Rows(s.N, 2 * s.Groups), bed.Rows(s.C, 1), bed.Rows(s.Rows, s.C),
                    bed.Rows(s.N, s.C), bed.Rows(s.N, s.C), bed.Rows(s.Rows, s.C), s);
            }),
            _ => null,
        };
    }
}
