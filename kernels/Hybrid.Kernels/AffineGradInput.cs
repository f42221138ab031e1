using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// dx = (dy·wᵀ) ⊙ act′: the adjoint of a layer's input, and of the input of the activation
/// that made it.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes</term><description>
/// dy: [B, N]; w: [K, N]; known, dx: [B, K]
/// </description></item>
/// <item><term>traffic</term><description>
/// 4·(B·N + K·N + B·K) bytes read, 4·B·K written; without an activation, known is not read
/// </description></item>
/// <item><term>work</term><description>
/// 2·B·N·K flop, and B·K products and derivatives
/// </description></item>
/// <item><term>order</term><description>
/// one fused chain in ascending n from +0, then · act′, in every rung
/// </description></item>
/// </list>
/// The rungs are some of <see cref="Affine"/>'s, with the second factor transposed in
/// memory. As in <see cref="ActivateGrad"/>, known is the output of ReLU, tanh and σ, and
/// the input of SiLU and GELU.
/// </remarks>
public static class AffineGradInput
{
    public readonly record struct Arguments(
        Rows DY, Rows W, Activation Activation, Rows Known, Rows DX,
        int B, int Units, int Inputs) : IProduct
    {
        public static bool LeftIsTransposed => false;

        public static bool RightIsTransposed => true;

        public Rows Left => DY;

        public Rows Right => W;

        public int M => B;

        public int N => Inputs;

        public int K => Units;

        public void Store(int m, int n, F32 sum)
        {
            if (Activation != Activation.Identity)
                sum *= ActivationChoice.Derivative(Activation, Known[m, n]);
            DX[m, n] = sum;
        }
    }

    public static readonly Ladder<Arguments> Ladder = new(
        nameof(AffineGradInput), a => Cost(a.Activation, a.B, a.Units, a.Inputs), [
        new("a thread per output", AffineGradInput_V1_ThreadPerOutput,
            a => Grids.Elements(a.M, a.N)),
        new("tiles in shared memory", AffineGradInput_V2_SharedTiles,
            a => Product.SharedTileGrid(a.M, a.N)),
        new("4 × 4 outputs in registers", AffineGradInput_V3_RegisterTiles,
            a => Product.RegisterTileGrid(a.M, a.N)),
        new("8 × 8, the next tiles beside these", AffineGradInput_V4_TwoTiles,
            a => Product.WideTileGrid(a.M, a.N)),
        new("the next three on their way", AffineGradInput_V5_PipelinedTiles,
            a => Product.WideTileGrid(a.M, a.N)),
        new("tiles as memory holds them", AffineGradInput_V6_WholeCopies,
            a => Product.WideTileGrid(a.M, a.N), together: 2),
        new("small tiles, many blocks", AffineGradInput_V7_SmallTiles,
            a => Product.SmallTileGrid(a.M, a.N)),
    ], new(nameof(AffineGradInput_V6_WholeCopies), Product.ForManyOutputs),
        Product.ForFewerOutputs<Arguments>(
            nameof(AffineGradInput_V7_SmallTiles), nameof(AffineGradInput_V3_RegisterTiles)));

    public static Cost Cost(Activation activation, long b, long units, long inputs) =>
        Product.Cost(b, inputs, units) + (activation == Activation.Identity
            ? default
            : b * inputs
                * (ActivationChoice.DerivativeCost(activation) + new Cost(4, 0, 1, 0)));

    #region affine-grad-input-v1
    public static void AffineGradInput_V1_ThreadPerOutput(Arguments a)
    {
        var k = Grid.GlobalIndex.X;
        if (k >= a.Inputs) return;
        for (var b = Grid.GlobalIndex.Y; b < a.B; b += Grid.DimY * Group.DimY)
        {
            var sum = F32.Const(0);
            for (var n = 0; n < a.Units; n++) sum = F32.Fma(a.DY[b, n], a.W[k, n], sum);
            a.Store(b, k, sum);
        }
    }
    #endregion

    // V2: as Affine's V3; w is transposed on its way into its tile.
    public static void AffineGradInput_V2_SharedTiles(Arguments a) =>
        Product.SharedTiles(a);

    // V3: as Affine's V4; a float4 of w is spread over four rows of its tile.
    public static void AffineGradInput_V3_RegisterTiles(Arguments a) =>
        Product.RegisterTiles(a);

    // V4: as Affine's V6; w is transposed on its way into its tile.
    public static void AffineGradInput_V4_TwoTiles(Arguments a) => Product.TwoTiles(a);

    // V5: as Affine's V7; w comes a float a copy, each to its place.
    public static void AffineGradInput_V5_PipelinedTiles(Arguments a) =>
        Product.PipelinedTiles(a);

    // V6: as Affine's V8.
    public static void AffineGradInput_V6_WholeCopies(Arguments a) => Product.WholeCopies(a);

    // V7: as Affine's V9.
    public static void AffineGradInput_V7_SmallTiles(Arguments a) => Product.SmallTiles(a);
}
