namespace Hybrid.Kernels;

// V2: tiles in registers.
//
// before   V1 loads two floats for every fused step.
// idea     for one tap a convolution is a matrix product of pixels and weights: tiles of
//          64 pixels × 64 channels go through shared memory, a thread makes 4 × 4
//          outputs, and the sums stay in its registers from tap to tap. The matrix whose
//          rows would be all taps of a pixel is never stored.
// grid     64 × 64 outputs per block of 256 threads; 17 KB of shared memory.
// still    nothing is loaded ahead; a pixel's place is worked out again for every tile,
//          and its floats come k·k times through the cache; 3 channels fill a fifth of a
//          tile.
public static partial class Conv2d
{
    public static void Conv2d_V2_RegisterTiles(Arguments a) => Product.TapTiles(a);
}
