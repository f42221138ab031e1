using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

[TestFixture]
public sealed class KlRowsTests : KernelFixture
{
    public static IEnumerable<object[]> Cases() => Every(KlRows.Ladder, RowShapes);

    [TestCaseSource(nameof(Cases))]
    public void Sums_in_the_documented_order(Rung<KlRows.Arguments> rung, int b, int d)
    {
        var mu = Matrix.Random(b, d, -3, 3, seed: 1, gap: 2);
        var logVar = Matrix.Random(b, d, -6, 2, seed: 2, offset: 3);
        var kl = new Matrix(b, 1);

        Simulator.Run(rung, new(Simulator[mu], Simulator[logVar], Simulator[kl], b, d));

        SumsMustAgree(kl, d, inOrder: rung != KlRows.Ladder.Rungs[0], (row, i) =>
            KlStandardNormal.Apply(new F32(mu[row, i]), new F32(logVar[row, i])));
    }
}
