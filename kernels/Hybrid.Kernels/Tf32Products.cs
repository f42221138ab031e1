namespace Hybrid.Kernels;

/// <summary>The three products of a layer on tensor cores, factors rounded to tf32.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes, traffic, work</term><description>
/// those of <see cref="Affine"/>, <see cref="AffineGradInput"/> and
/// <see cref="AffineGradWeight"/>
/// </description></item>
/// <item><term>order</term><description>
/// the hardware's. An output errs by at most (2⁻¹⁰ + K·2⁻²³)·Σ|left·right| to first order: a
/// factor by half a unit of ten bits, each of K sums by a truncation
/// </description></item>
/// </list>
/// Ladders of their own: what is not the same bits is never used unasked.
/// </remarks>
public static class Tf32Products
{
    public static readonly Ladder<Affine.Arguments> AffineTf32 = new(
        nameof(AffineTf32), a => Affine.Cost(a.Activation, a.KeepsPre == 1, a.B, a.N, a.K), [
        new("fragments of tensor cores", AffineTf32_V1_TensorTiles,
            a => Product.TensorTileGrid(a.B, a.N)),
        new("the next tiles on their way", AffineTf32_V2_AsyncTiles,
            a => Product.TensorTileGrid(a.B, a.N)),
        new("64 × 32 outputs a warp", AffineTf32_V3_WideTensorTiles,
            a => Product.WideTileGrid(a.B, a.N)),
    ]);

    public static readonly Ladder<AffineGradInput.Arguments> AffineGradInputTf32 = new(
        nameof(AffineGradInputTf32),
        a => AffineGradInput.Cost(a.Activation, a.B, a.Units, a.Inputs), [
        new("fragments of tensor cores", AffineGradInputTf32_V1_TensorTiles,
            a => Product.TensorTileGrid(a.M, a.N)),
        new("the next tiles on their way", AffineGradInputTf32_V2_AsyncTiles,
            a => Product.TensorTileGrid(a.M, a.N)),
        new("64 × 32 outputs a warp", AffineGradInputTf32_V3_WideTensorTiles,
            a => Product.WideTileGrid(a.M, a.N)),
    ]);

    public static readonly Ladder<AffineGradWeight.Arguments> AffineGradWeightTf32 = new(
        nameof(AffineGradWeightTf32), a => Product.Cost(a.M, a.N, a.K), [
        new("fragments of tensor cores", AffineGradWeightTf32_V1_TensorTiles,
            a => Product.TensorTileGrid(a.M, a.N)),
        new("the next tiles on their way", AffineGradWeightTf32_V2_AsyncTiles,
            a => Product.TensorTileGrid(a.M, a.N)),
        new("64 × 32 outputs a warp", AffineGradWeightTf32_V3_WideTensorTiles,
            a => Product.WideTileGrid(a.M, a.N)),
    ]);

    // V1: a warp multiplies tiles.
    //
    // before   Affine's V4 makes 16 fused steps for two loads from shared memory.
    // idea     one instruction multiplies 16 × 8 by 8 × 8: 1024 fused steps of a warp for three
    //          loads of a lane each, factors in ten bits of mantissa.
    // grid     64 × 64 outputs per block of 128 threads; 17 KB of shared memory.
    // still    nothing is on its way from memory while the warp multiplies; larger tiles would
    //          load less for each product.
    public static void AffineTf32_V1_TensorTiles(Affine.Arguments a) =>
        Product.TensorTiles<Affine.Arguments, Tf32>(a);

    public static void AffineGradInputTf32_V1_TensorTiles(AffineGradInput.Arguments a) =>
        Product.TensorTiles<AffineGradInput.Arguments, Tf32>(a);

    public static void AffineGradWeightTf32_V1_TensorTiles(AffineGradWeight.Arguments a) =>
        Product.TensorTiles<AffineGradWeight.Arguments, Tf32>(a);

    // V2: the next tiles on their way.
    //
    // before   V1 waits for memory before each step of 16, and for its own rounding.
    // idea     cp.async brings the next tiles into the other half of shared memory while the
    //          warp multiplies, 16 bytes a copy, without a register; factors are rounded when
    //          a fragment reads them.
    // grid     as V1; 20 KB of shared memory.
    // still    one step ahead hides one step's time; ldmatrix would read a fragment at once.
    public static void AffineTf32_V2_AsyncTiles(Affine.Arguments a) => Product.AsyncTiles(a);

    public static void AffineGradInputTf32_V2_AsyncTiles(AffineGradInput.Arguments a) =>
        Product.AsyncTiles(a);

    public static void AffineGradWeightTf32_V2_AsyncTiles(AffineGradWeight.Arguments a) =>
        Product.AsyncTiles(a);

    // V3: wide tiles.
    //
    // before   V2's warp reads 16 words of a lane for eight products, and waits twice a step.
    // idea     eight warps make 128 × 128 outputs, 64 × 32 each: 24 words of a lane for 16
    //          products. Tiles keep the direction of their factor, are rounded once, on their
    //          way through registers, and there are two pairs: one barrier a step.
    // grid     128 × 128 outputs per block of 256 threads; 40 KB of shared memory.
    // still    few outputs are few blocks; wgmma, which Hopper needs for all of its speed,
    //          reads shared memory by itself.
    public static void AffineTf32_V3_WideTensorTiles(Affine.Arguments a) =>
        Product.WideTensorTiles<Affine.Arguments, Tf32>(a);

    public static void AffineGradInputTf32_V3_WideTensorTiles(AffineGradInput.Arguments a) =>
        Product.WideTensorTiles<AffineGradInput.Arguments, Tf32>(a);

    public static void AffineGradWeightTf32_V3_WideTensorTiles(AffineGradWeight.Arguments a) =>
        Product.WideTensorTiles<AffineGradWeight.Arguments, Tf32>(a);
}
