namespace Hybrid.Kernels;

// V4: tiles in registers.
//
// before   V3 loads two floats from shared memory for every fused step.
// idea     a thread makes 4 × 4 outputs: two loads of 16 bytes feed 16 fused steps, and the
//          next tiles come from memory meanwhile, 16 bytes per request where alignment
//          allows.
// gain     a 16th of the requests to shared memory; from memory an eighth of a byte for
//          every fused step instead of a half.
// grid     64 × 64 outputs per block of 256 threads; 17 KB of shared memory.
// still    a request to shared memory for every 8 fused steps; two barriers for each 16
//          steps of k.
public static partial class Affine
{
    public static void Affine_V4_RegisterTiles(Arguments a) => Product.RegisterTiles(a);
}
