using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

// V1: a Philox call per element.
//
// before   SquaredErrorRowsWithGrad reads ε, which DiffuseNoise has written for it alone:
//          8·B·D bytes of a step's 24·B·D.
// idea     ε is a function of (b, d): make it again instead. 16·B·D bytes are left, 1.5
//          times fewer.
// grid     as SquaredErrorRows: ⌈B·lanes / 256⌉ blocks of 256 threads.
// still    a call and two Box–Muller pairs give four numbers, of which one is used.
public static partial class NoisePredictionRowsWithGrad
{
    #region noise-prediction-rows-with-grad-v1
    public static void NoisePredictionRowsWithGrad_V1_CallPerElement(Arguments a)
    {
        var log2 = Reduce.LanesLog2(a.D);
        var lanes = 1 << log2;
        var lane = Group.IdxX & (lanes - 1);
        var row = (Grid.IdxX << (8 - log2)) + (Group.IdxX >> log2);

        var sum = F32.Const(0);
        if (row < a.B)                                // all lanes stay for the shuffles
        {
            var dLoss = a.DLoss[row];
            for (var d = lane; d < a.D; d += Reduce.Partials)
                sum += Element(a, row, d, dLoss, Draws.NormalAt(row, d, a.Noise));
        }

        sum = Reduce.AcrossLanes(sum, lanes);
        if (row < a.B && lane == 0) a.Loss[row] = sum;
    }
    #endregion
}
