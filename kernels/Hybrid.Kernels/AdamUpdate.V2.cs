using ILGPU;

namespace Hybrid.Kernels;

// V2: four parameters per thread.
//
// before   V1 makes 7 requests of 4 bytes per parameter.
// idea     16 bytes per request; the last threads, and vectors that do not start at a
//          multiple of 16 bytes, go one by one.
// grid     ⌈n / 1024⌉ blocks of 256 threads, 4 neighbouring parameters each.
// still    28 bytes per parameter at a dozen operations: memory's speed is the limit.
public static partial class AdamUpdate
{
    #region adam-update-v2
    public static void AdamUpdate_V2_FourPerThread(Arguments a)
    {
        var i = Grid.GlobalIndex.X * 4;
        var aligned = a.Parameters.Fours & a.Gradient.Fours & a.M.Fours & a.V.Fours;
        if (aligned == 1 && i + 3 < a.N)
        {
            Four p = a.Parameters.FourAt(0, i), g = a.Gradient.FourAt(0, i);
            Four m = a.M.FourAt(0, i), v = a.V.FourAt(0, i);
            Update(ref p.X, g.X, ref m.X, ref v.X, a.Step);
            Update(ref p.Y, g.Y, ref m.Y, ref v.Y, a.Step);
            Update(ref p.Z, g.Z, ref m.Z, ref v.Z, a.Step);
            Update(ref p.W, g.W, ref m.W, ref v.W, a.Step);
            a.Parameters.FourAt(0, i) = p;
            a.M.FourAt(0, i) = m;
            a.V.FourAt(0, i) = v;
            return;
        }
        for (var end = i + 4; i < end && i < a.N; i++) Element(a, i);
    }
    #endregion
}
