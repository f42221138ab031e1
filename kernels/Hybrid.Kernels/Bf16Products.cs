namespace Hybrid.Kernels;

/// <summary>The three products of a layer on tensor cores, factors rounded to bf16.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>shapes, traffic, work</term><description>
/// those of <see cref="Affine"/>, <see cref="AffineGradInput"/> and
/// <see cref="AffineGradWeight"/>: tensors and sums stay in float32
/// </description></item>
/// <item><term>order</term><description>
/// the hardware's. An output errs by at most (2⁻⁷ + K·2⁻²³)·Σ|left·right| to first order: a
/// factor by half a unit of seven bits, each of K sums by a truncation
/// </description></item>
/// </list>
/// The tiles are those of <see cref="Tf32Products"/>: a word that holds one tf32 holds two
/// bf16, neighbours along k, so the same words are twice as deep. Nothing of float32's range
/// is lost, which a half (fp16) would need a scaled loss for.
/// </remarks>
public static class Bf16Products
{
    public static readonly Ladder<Affine.Arguments> AffineBf16 = new(
        nameof(AffineBf16), a => Affine.Cost(a.Activation, a.KeepsPre == 1, a.B, a.N, a.K), [
        new("fragments of tensor cores", AffineBf16_V1_TensorTiles,
            a => Product.TensorTileGrid(a.B, a.N)),
        new("fragments by ldmatrix", AffineBf16_V2_FragmentTiles,
            a => Product.TensorTileGrid(a.B, a.N)),
        new("64 × 32 outputs a warp", AffineBf16_V3_WideTensorTiles,
            a => Product.WideTileGrid(a.B, a.N)),
    ]);

    public static readonly Ladder<AffineGradInput.Arguments> AffineGradInputBf16 = new(
        nameof(AffineGradInputBf16),
        a => AffineGradInput.Cost(a.Activation, a.B, a.Units, a.Inputs), [
        new("fragments of tensor cores", AffineGradInputBf16_V1_TensorTiles,
            a => Product.TensorTileGrid(a.M, a.N)),
        new("fragments by ldmatrix", AffineGradInputBf16_V2_FragmentTiles,
            a => Product.TensorTileGrid(a.M, a.N)),
        new("64 × 32 outputs a warp", AffineGradInputBf16_V3_WideTensorTiles,
            a => Product.WideTileGrid(a.M, a.N)),
    ]);

    public static readonly Ladder<AffineGradWeight.Arguments> AffineGradWeightBf16 = new(
        nameof(AffineGradWeightBf16), a => Product.Cost(a.M, a.N, a.K), [
        new("fragments of tensor cores", AffineGradWeightBf16_V1_TensorTiles,
            a => Product.TensorTileGrid(a.M, a.N)),
        new("fragments by ldmatrix", AffineGradWeightBf16_V2_FragmentTiles,
            a => Product.TensorTileGrid(a.M, a.N)),
        new("64 × 32 outputs a warp", AffineGradWeightBf16_V3_WideTensorTiles,
            a => Product.WideTileGrid(a.M, a.N)),
    ]);

    // V1: two numbers in a word.
    //
    // before   AffineTf32's V1 multiplies 16 × 8 by 8 × 8 for three loads of a lane each.
    // idea     rounded to seven bits, a number is half a word: the same loads feed 16 × 16 by
    //          16 × 8.
    // gain     half the instructions, the requests to shared memory and the barriers for the
    //          same product; from memory come as many bytes, in float32.
    // grid     64 × 64 outputs per block of 128 threads; 17 KB of shared memory.
    // still    a fragment is four requests to shared memory, or two, a word a lane.
    public static void AffineBf16_V1_TensorTiles(Affine.Arguments a) =>
        Product.TensorTiles<Affine.Arguments, Bf16>(a);

    public static void AffineGradInputBf16_V1_TensorTiles(AffineGradInput.Arguments a) =>
        Product.TensorTiles<AffineGradInput.Arguments, Bf16>(a);

    public static void AffineGradWeightBf16_V1_TensorTiles(AffineGradWeight.Arguments a) =>
        Product.TensorTiles<AffineGradWeight.Arguments, Bf16>(a);

    // V2: fragments by ldmatrix.
    //
    // before   V1 asks shared memory 16 times for the fragments of eight products.
    // idea     ldmatrix hands four 8 × 8 matrices round the warp, in fragments. It wants k
    //          along rows, so the right factor lies transposed.
    // gain     4 requests of 512 bytes instead of 16 of 128: a quarter of the instructions.
    // grid     as V1.
    // still    a right factor that memory holds in rows of n is stored 20 words apart, where
    //          four lanes share a bank; nothing is on its way while a warp multiplies.
    public static void AffineBf16_V2_FragmentTiles(Affine.Arguments a) =>
        Product.FragmentTiles<Affine.Arguments, Bf16>(a);

    public static void AffineGradInputBf16_V2_FragmentTiles(AffineGradInput.Arguments a) =>
        Product.FragmentTiles<AffineGradInput.Arguments, Bf16>(a);

    public static void AffineGradWeightBf16_V2_FragmentTiles(AffineGradWeight.Arguments a) =>
        Product.FragmentTiles<AffineGradWeight.Arguments, Bf16>(a);

    // V3: wide tiles.
    //
    // before   V2's warp reads four matrices for eight products, and waits twice a step.
    // idea     eight warps make 128 × 128 outputs, 64 × 32 each: 24 words of a lane for 16
    //          products. Tiles keep the direction of their factor, are rounded once, on their
    //          way through registers, and there are two pairs: one barrier a step.
    // grid     128 × 128 outputs per block of 256 threads; 40 KB of shared memory.
    // still    few outputs are few blocks; wgmma, which Hopper needs for all of its speed,
    //          reads shared memory by itself.
    public static void AffineBf16_V3_WideTensorTiles(Affine.Arguments a) =>
        Product.WideTensorTiles<Affine.Arguments, Bf16>(a);

    public static void AffineGradInputBf16_V3_WideTensorTiles(AffineGradInput.Arguments a) =>
        Product.WideTensorTiles<AffineGradInput.Arguments, Bf16>(a);

    public static void AffineGradWeightBf16_V3_WideTensorTiles(AffineGradWeight.Arguments a) =>
        Product.WideTensorTiles<AffineGradWeight.Arguments, Bf16>(a);
}
