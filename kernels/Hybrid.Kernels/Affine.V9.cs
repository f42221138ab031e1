namespace Hybrid.Kernels;

// V9: small tiles.
//
// before   a batch of 128 through 400 units is 4 blocks of V8's, and a GPU has 132 places.
// idea     16 × 32 outputs a block, two a thread, from tiles 32 deep: 104 blocks. Shared memory
//          is asked ten times as often for a step, by multiprocessors that had nothing to do.
// grid     ⌈N / 32⌉ × ⌈B / 16⌉ blocks of 256 threads; 28 KB of shared memory, four stages.
// still    where there are outputs enough, V8 reads each factor less often; a long chain of few
//          outputs is as long as before.
public static partial class Affine
{
    public static void Affine_V9_SmallTiles(Arguments a) => Product.SmallTiles(a);
}
