using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: four channels per thread.
//
// before   V1 asks for 4 bytes at a time, and divides twice for each output.
// idea     16 bytes per request, two divisions for four outputs; what is not aligned goes
//          one by one.
// grid     32 channels × 32 pixels per block of 256 threads.
// still    a group norm or a convolution behind it reads back what this writes.
public static partial class Downsample
{
    #region downsample-v2
    public static void Downsample_V2_FourChannels(Arguments a)
    {
        var c = Grid.GlobalIndex.X * 4;
        var s = a.Shape;
        if (c >= s.C) return;
        var whole = (a.X.Fours & a.Y.Fours) == 1 && c + 3 < s.C;
        var rows = s.Rows / 4;
        for (var row = Grid.GlobalIndex.Y; row < rows; row += Grid.DimY * Group.DimY)
        {
            int above = s.FirstOf(row), below = above + s.W;
            if (whole)
                a.Y.FourAt(row, c) = Four.Of(new(a.Factor))
                    * (a.X.FourAt(above, c) + a.X.FourAt(above + 1, c)
                        + (a.X.FourAt(below, c) + a.X.FourAt(below + 1, c)));
            else
                for (var i = c; i < c + 4 && i < s.C; i++)
                    a.Y[row, i] = new F32(a.Factor)
                        * (a.X[above, i] + a.X[above + 1, i]
                            + (a.X[below, i] + a.X[below + 1, i]));
        }
    }
    #endregion
}

// V2: a thread per input of four channels.
//
// before   V1 reads and looks up every pixel four times.
// idea     a thread has a pixel, reads it once, 16 bytes of it, multiplies and stores it
//          four times.
// grid     32 channels × 32 pixels of the smaller picture per block of 256 threads.
// still    16 stored numbers for 4 that are read: memory's speed is the limit.
public static partial class Upsample
{
    #region upsample-v2
    public static void Upsample_V2_FourOutputsPerInput(Arguments a)
    {
        var c = Grid.GlobalIndex.X * 4;
        var s = a.Shape;
        if (c >= s.C) return;
        var whole = (a.X.Fours & a.Y.Fours) == 1 && c + 3 < s.C;
        var rows = s.Rows / 4;
        for (var row = Grid.GlobalIndex.Y; row < rows; row += Grid.DimY * Group.DimY)
        {
            int above = s.FirstOf(row), below = above + s.W;
            if (whole)
            {
                var value = Four.Of(new(a.Factor)) * a.X.FourAt(row, c);
                a.Y.FourAt(above, c) = value;
                a.Y.FourAt(above + 1, c) = value;
                a.Y.FourAt(below, c) = value;
                a.Y.FourAt(below + 1, c) = value;
            }
            else
                for (var i = c; i < c + 4 && i < s.C; i++)
                {
                    var value = new F32(a.Factor) * a.X[row, i];
                    a.Y[above, i] = value;
                    a.Y[above + 1, i] = value;
                    a.Y[below, i] = value;
                    a.Y[below + 1, i] = value;
                }
        }
    }
    #endregion
}
