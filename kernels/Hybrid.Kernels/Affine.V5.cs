namespace Hybrid.Kernels;

// V5: wide tiles.
//
// before   V4 asks shared memory once for every 8 fused steps, and memory for a float for
//          every 32.
// idea     a thread makes 8 × 8 outputs: four loads of 16 bytes feed 64 fused steps.
// gain     half the requests to shared memory and half the bytes from memory.
// grid     128 × 128 outputs per block of 256 threads; 17 KB of shared memory.
// still    a quarter of V4's blocks: a layer of [128, 400] outputs has four. Twice the
//          registers a thread, so fewer warps to hide a wait; two barriers for each 8 steps.
public static partial class Affine
{
    public static void Affine_V5_WideTiles(Arguments a) => Product.WideTiles(a);
}
