using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// next = Noise·ε + Z·z + Kept·kept + X0·x0 + … + X3·x3: one step of any sampler that is
/// linear in its point, the denoiser's answers and noise.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>order</term><description>
/// the noise's product, then a fused step for each term in the order above; a term of weight
/// 0 is left out and its tensor is not read
/// </description></item>
/// <item><term>source</term><description>
/// Song et al. 2021, arXiv:2010.02502, eq. 12; Lu et al. 2022, arXiv:2211.01095; Zhao et al.
/// 2023, arXiv:2302.04867: each of their steps is one
/// </description></item>
/// <item><term>shapes</term><description>all [B, D]; next may be z</description></item>
/// <item><term>traffic</term><description>
/// 4·B·D bytes read for each term, 4·B·D written
/// </description></item>
/// </list>
/// </remarks>
public static class SamplerStep
{
    public readonly record struct Arguments(
        StepWeights Weights, Rows Z, Rows Kept, Rows X0, Rows X1, Rows X2, Rows X3,
        Noise Noise, Rows Next, int B, int D) : INoiseTaker
    {
        #region sampler-step-take
        public void Take(int row, int d, F32 eps)
        {
            var sum = new F32(Weights.Noise) * eps;
            if (Weights.Z != 0) sum = Add(sum, Weights.Z, Z[row, d]);
            if (Weights.Kept != 0) sum = Add(sum, Weights.Kept, Kept[row, d]);
            if (Weights.X0 != 0) sum = Add(sum, Weights.X0, X0[row, d]);
            if (Weights.X1 != 0) sum = Add(sum, Weights.X1, X1[row, d]);
            if (Weights.X2 != 0) sum = Add(sum, Weights.X2, X2[row, d]);
            if (Weights.X3 != 0) sum = Add(sum, Weights.X3, X3[row, d]);
            Next[row, d] = sum;
        }

        static F32 Add(F32 sum, float weight, F32 term) => F32.Fma(new(weight), term, sum);
        #endregion
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(SamplerStep), a => Cost(a.Weights, a.B, a.D), [
        new("a thread per counter", SamplerStep_V1_ThreadPerCounter,
            a => Grids.Threads(a.B * Draws.Counters(a.D))),
    ]);

    /// <summary>Per element a product, and a fused step and a load for each term.</summary>
    public static Cost Cost(in StepWeights weights, long b, long d)
    {
        var terms = Term(weights.Z) + Term(weights.Kept) + Term(weights.X0)
            + Term(weights.X1) + Term(weights.X2) + Term(weights.X3);
        var sum = b * d * new Cost(4 * terms, 4, 1 + 2 * terms, 0);
        return weights.Noise == 0 ? sum : sum + Draws.NormalsCost(b, d);
    }

    static long Term(float weight) => weight == 0 ? 0 : 1;

    // V1: a thread per counter.
    //
    // before   noise, products and sums by a launch each: every term written and read again.
    // idea     the thread that makes four numbers of noise adds the terms of their elements;
    //          a step without noise makes none.
    // grid     as DiffuseNoise.
    // still    a weight is asked for 0 at each element, though all threads agree.
    #region sampler-step-v1
    public static void SamplerStep_V1_ThreadPerCounter(Arguments a)
    {
        var counters = Draws.Counters(a.D);
        var row = Grid.GlobalIndex.X / counters;
        if (row >= a.B) return;
        var x = Grid.GlobalIndex.X - row * counters;
        var none = F32.Const(0);
        var eps = new Words4<F32>(none, none, none, none);
        if (a.Weights.Noise != 0) eps = Draws.Normals(x, row, a.Noise);
        Draws.Give(a, eps, row, x);
    }
    #endregion
}
