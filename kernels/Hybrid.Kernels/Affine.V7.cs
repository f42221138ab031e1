namespace Hybrid.Kernels;

// V7: copies three steps ahead.
//
// before   V6 moves every float through a register, one step of 8 before it is used.
// idea     cp.async copies from memory to shared memory beside the arithmetic: three of four
//          pairs of tiles are on their way, and no register holds them. 16 bytes a copy
//          along rows of a tile where alignment allows; else, and where a factor has to be
//          transposed, 4 bytes each to its place.
// gain     24 steps of k for memory to answer in instead of 8; the traffic is V5's.
// grid     as V5; 34 KB of shared memory.
// still    a factor that is transposed on the way takes four copies for V6's one load and
//          four stores; fp32 is the end of what the fused units give.
public static partial class Affine
{
    public static void Affine_V7_PipelinedTiles(Arguments a) => Product.PipelinedTiles(a);
}
