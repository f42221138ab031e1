namespace Hybrid.Kernels;

// V6: two tiles of each factor.
//
// before   V5's warps wait for each other twice a step: until all have read the tiles, then
//          until all have written the next.
// idea     the next tiles go into the other half of shared memory while slower warps still
//          read this one.
// gain     one barrier for 8 steps of k instead of two; the traffic is V5's.
// grid     as V5; the two pairs of tiles fit where its outputs are handed round.
// still    what is on its way waits in 8 registers a thread, and is one step ahead.
public static partial class Affine
{
    public static void Affine_V6_TwoTiles(Arguments a) => Product.TwoTiles(a);
}
