using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: four columns per thread.
//
// before   V1 asks for 4 bytes at a time, and divides once for each.
// idea     16 bytes per request, one division for four; what is not aligned goes one by
//          one. A thread does so little that none waits for another's arithmetic.
// grid     32 columns × 32 rows per block of 256 threads.
// still    the gate is read again for each of its T rows.
public static partial class AddGated
{
    #region add-gated-v2
    public static void AddGated_V2_FourColumns(Arguments a)
    {
        var d = Grid.GlobalIndex.X * 4;
        if (d >= a.D) return;
        var whole = (a.X.Fours & a.H.Fours & a.Gate.Fours & a.Y.Fours) == 1 && d + 3 < a.D;
        for (var row = Grid.GlobalIndex.Y; row < a.R; row += Grid.DimY * Group.DimY)
        {
            var of = row / a.T;
            if (whole)
            {
                Four x = a.X.FourAt(row, d), h = a.H.FourAt(row, d);
                var gate = a.Gate.FourAt(of, d);
                a.Y.FourAt(row, d) = new(
                    Gated.Apply(x.X, h.X, gate.X), Gated.Apply(x.Y, h.Y, gate.Y),
                    Gated.Apply(x.Z, h.Z, gate.Z), Gated.Apply(x.W, h.W, gate.W));
            }
            else
                for (var i = d; i < d + 4 && i < a.D; i++)
                    a.Y[row, i] = Gated.Apply(a.X[row, i], a.H[row, i], a.Gate[of, i]);
        }
    }
    #endregion
}

// V2: four rows on their way at once.
//
// before   V1 asks memory for a row, waits, adds and stores, asks for the next.
// idea     as KlColumns's V2: ask for four rows, then add and store them in order.
// grid     as V1.
// still    a picture's column is one thread's: the chain is the definition.
public static partial class AddGatedGrad
{
    #region add-gated-grad-v2
    public static void AddGatedGrad_V2_FourAhead(Arguments a)
    {
        var d = Grid.GlobalIndex.X;
        if (d >= a.D) return;
        var gates = a.R / a.T;
        for (var b = Grid.GlobalIndex.Y; b < gates; b += Grid.DimY * Group.DimY)
        {
            F32 gate = a.Gate[b, d], sum = new(0);
            int row = b * a.T, end = row + a.T;
            for (; row + 4 <= end; row += 4)
            {
                F32 y0 = a.DY[row, d], y1 = a.DY[row + 1, d];
                F32 y2 = a.DY[row + 2, d], y3 = a.DY[row + 3, d];
                F32 h0 = a.H[row, d], h1 = a.H[row + 1, d];
                F32 h2 = a.H[row + 2, d], h3 = a.H[row + 3, d];
                sum = F32.Fma(y1, h1, F32.Fma(y0, h0, sum));
                sum = F32.Fma(y3, h3, F32.Fma(y2, h2, sum));
                a.DH[row, d] = gate * y0;
                a.DH[row + 1, d] = gate * y1;
                a.DH[row + 2, d] = gate * y2;
                a.DH[row + 3, d] = gate * y3;
            }
            for (; row < end; row++)
            {
                var dy = a.DY[row, d];
                sum = F32.Fma(dy, a.H[row, d], sum);
                a.DH[row, d] = gate * dy;
            }
            a.DGate[b, d] = sum;
        }
    }
    #endregion
}
