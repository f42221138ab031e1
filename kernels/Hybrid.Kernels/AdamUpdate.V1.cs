using ILGPU;

namespace Hybrid.Kernels;

// V1: a thread per parameter.
//
// before   one launch per tensor of the model: dozens of launches of a few microseconds
//          each.
// idea     all parameters lie in one vector, so one launch updates them all.
// grid     ⌈n / 256⌉ blocks of 256 threads.
// still    7 accesses of 4 bytes each: more, smaller requests in flight than the bytes
//          need.
public static partial class AdamUpdate
{
    #region adam-update-v1
    public static void AdamUpdate_V1_ThreadPerParameter(Arguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i < a.N) Element(a, i);
    }
    #endregion
}
