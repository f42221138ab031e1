using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: four rows on their way at once.
//
// before   V1 asks memory for a row of the picture, waits, adds, asks for the next.
// idea     as KlColumns's V2: ask for four rows, then add them in order.
// grid     as V1.
// still    a row's mean and deviation come with each of its columns, out of a cache.
public static partial class ModulationGrad
{
    #region modulation-grad-v2
    public static void ModulationGrad_V2_FourAhead(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        var conditions = a.R / a.T;
        for (var c = Grid.GlobalIndex.Y; c < conditions; c += Grid.DimY * Group.DimY)
        {
            F32 shift = new(0), scale = new(0);
            int row = c * a.T, end = row + a.T;
            for (; row + 4 <= end; row += 4)
            {
                F32 y0 = a.DY[row, d], y1 = a.DY[row + 1, d];
                F32 y2 = a.DY[row + 2, d], y3 = a.DY[row + 3, d];
                F32 x0 = At(a, row, d), x1 = At(a, row + 1, d);
                F32 x2 = At(a, row + 2, d), x3 = At(a, row + 3, d);
                shift = shift + y0 + y1 + y2 + y3;
                scale = F32.Fma(y1, x1, F32.Fma(y0, x0, scale));
                scale = F32.Fma(y3, x3, F32.Fma(y2, x2, scale));
            }
            for (; row < end; row++)
            {
                shift += a.DY[row, d];
                scale = F32.Fma(a.DY[row, d], At(a, row, d), scale);
            }
            a.DShift[c, d] = shift;
            a.DScale[c, d] = scale;
        }
    }
    #endregion

    /// <summary>x̂.</summary>
    static F32 At(in Arguments a, int row, int d) =>
        Normalized.Apply(a.X[row, d], a.Statistics[row, 0], a.Statistics[row, 1]);
}
