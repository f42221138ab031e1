namespace Hybrid.Kernels;

// V3: tiles in registers.
//
// before   V2 loads two floats from shared memory for every fused step.
// idea     a thread makes 4 × 4 outputs: two loads of 16 bytes feed 16 fused steps, and
//          the next tiles come from memory meanwhile, 16 bytes per request where
//          alignment allows.
// grid     64 × 64 outputs per block of 256 threads; 17 KB of shared memory.
// still    8 × 8 outputs per thread would halve the loads again, and starve small layers
//          of blocks; tensor cores would give up the order of the sum.
public static partial class Affine
{
    public static void Affine_V3_RegisterTiles(Arguments a) => Product.RegisterTiles(a);
}
