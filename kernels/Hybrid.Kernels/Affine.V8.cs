namespace Hybrid.Kernels;

// V8: tiles as memory holds them.
//
// before   V7 transposes x on the way, four copies of 4 bytes where one of 16 would do; its
//          loop cuts the depth of every step, and carries 64 sums round two loops.
// idea     a tile keeps the direction of its factor: along k, a thread reads four k of a row
//          at once, which is as few requests as four rows of a k. The loop is straight; what
//          is left of k comes behind it.
// gain     a quarter of the copies; 256 fused steps of 300 instructions.
// grid     as V5; 36 KB of shared memory, three stages.
// still    128 × 128 outputs a block are few blocks for a layer of a VAE.
public static partial class Affine
{
    public static void Affine_V8_WholeCopies(Arguments a) => Product.WholeCopies(a);
}
