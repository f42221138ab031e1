using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Docs.Tests;

/// <summary>Ladders over images: <c>operation=GroupNorm N=2 pixels=196 C=64 groups=8 act=Silu</c>.</summary>
static partial class MachineCounts
{
    static List<Launched>? Images(string operation, BlockArguments arguments)
    {
        GroupShape Groups() => new(
            arguments.Int("N"), arguments.Int("pixels"), arguments.Int("C"), arguments.Int("groups"));

        var act = Enum.Parse<Activation>(arguments.Get("act", nameof(Activation.Identity)));
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
                    act, bed.Rows(s.Rows, s.C), s);
            }),
            "GroupNormSums" => Run(GroupNormSums.Ladder, bed =>
            {
                var s = Groups();
                return new(
                    bed.Rows(s.Rows, s.C), bed.Rows(s.N, 2 * s.Groups), bed.Rows(s.C, 1), bed.Rows(s.C, 1), act,
                    bed.Rows(s.Rows, s.C), bed.Rows(s.N, s.C), bed.Rows(s.N, s.C), s);
            }),
            "GroupNormGrad" => Run(GroupNormGrad.Ladder, bed =>
            {
                var s = Groups();
                return new(
                    bed.Rows(s.Rows, s.C), bed.Rows(s.N, 2 * s.Groups), bed.Rows(s.C, 1), bed.Rows(s.C, 1), act,
                    bed.Rows(s.Rows, s.C), bed.Rows(s.N, s.C), bed.Rows(s.N, s.C), bed.Rows(s.Rows, s.C), s);
            }),
            "Downsample" => Run(Downsample.Ladder, bed =>
            {
                var s = Sizes();
                return new(bed.Rows(s.Rows, s.C), 0.25f, bed.Rows(s.Half.Rows, s.C), s);
            }),
            "Upsample" => Run(Upsample.Ladder, bed =>
            {
                var s = Sizes();
                return new(bed.Rows(s.Half.Rows, s.C), 1, bed.Rows(s.Rows, s.C), s);
            }),
            _ => Modulations(operation, arguments),
        };

        ImageShape Sizes() => new(
            arguments.Int("N"), arguments.Int("H"), arguments.Int("H"), arguments.Int("C"));
    }

    /// <summary>Of R rows of D columns, T under each condition: <c>operation=AddGated R=392 T=49 D=64</c>.</summary>
    static List<Launched>? Modulations(string operation, BlockArguments arguments)
    {
        int R() => arguments.Int("R");
        int T() => arguments.Int("T");
        int D() => arguments.Int("D");
        Rows Each(Bed bed) => bed.Rows(R(), D());
        Rows Condition(Bed bed) => bed.Rows(R() / T(), D());

        return operation switch
        {
            "ModulatedLayerNorm" => Run(ModulatedLayerNorm.Ladder, bed => new(
                Each(bed), Condition(bed), Condition(bed), Each(bed), bed.Rows(R(), 2), R(), D(), T())),
            "ModulationGrad" => Run(ModulationGrad.Ladder, bed => new(
                Each(bed), bed.Rows(R(), 2), Each(bed), Condition(bed), Condition(bed), R(), D(), T())),
            "AddGated" => Run(AddGated.Ladder, bed => new(
                Each(bed), Each(bed), Condition(bed), Each(bed), R(), D(), T())),
            "AddGatedGrad" => Run(AddGatedGrad.Ladder, bed => new(
                Each(bed), Condition(bed), Each(bed), Each(bed), Condition(bed), R(), D(), T())),
            _ => null,
        };
    }
}
