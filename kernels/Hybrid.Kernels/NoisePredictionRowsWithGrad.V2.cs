using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V2: a Philox call per four elements.
//
// before   V1 throws three of four numbers away.
// idea     a lane's elements d, d + 32, d + 64, d + 96 are the four words of one counter:
//          a quarter of V1's calls where rows have 128 columns or more, half where they
//          have 64.
// grid     as V1.
// still    a row of at most 32 columns uses one number of a call, as V1 does. And by chapter
//          6's count the launch now waits for arithmetic, not for memory: the 8 bytes an
//          element are no clear gain, so a plan does this only where it is told to.
public static partial class NoisePredictionRowsWithGrad
{
    #region noise-prediction-rows-with-grad-v2
    public static void NoisePredictionRowsWithGrad_V2_CallPerFour(Arguments a)
    {
        var log2 = Reduce.LanesLog2(a.D);
        var lanes = 1 << log2;
        var lane = Group.IdxX & (lanes - 1);
        var row = (Grid.IdxX << (8 - log2)) + (Group.IdxX >> log2);

        var sum = F32.Const(0);
        if (row < a.B) sum = Partial(a, row, lane);   // all lanes stay for the shuffles

        sum = Reduce.AcrossLanes(sum, lanes);
        if (row < a.B && lane == 0) a.Loss[row] = sum;
    }

    /// <summary>Elements lane, lane + 32, … of a row, four to a call.</summary>
    static F32 Partial(in Arguments a, int row, int lane)
    {
        var dLoss = a.DLoss[row];
        var sum = F32.Const(0);
        for (int d = lane, x = lane; d < a.D; d += 4 * Draws.Apart, x += Draws.Apart)
        {
            var eps = Draws.Normals(x, row, a.Noise);
            int d1 = d + Draws.Apart, d2 = d1 + Draws.Apart, d3 = d2 + Draws.Apart;
            sum += Element(a, row, d, dLoss, eps.W0);
            if (d1 < a.D) sum += Element(a, row, d1, dLoss, eps.W1);
            if (d2 < a.D) sum += Element(a, row, d2, dLoss, eps.W2);
            if (d3 < a.D) sum += Element(a, row, d3, dLoss, eps.W3);
        }
        return sum;
    }
    #endregion
}
