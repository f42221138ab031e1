using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>The kernels of critics, in the documented order to the bit.</summary>
public sealed class CriticTests(Machine machine) : KernelFixture(machine)
{
    static readonly (int B, int N, int K)[] Products =
        [(1, 1, 1), (17, 15, 16), (16, 33, 5), (65, 66, 19), (3, 68, 36)];

    public static IEnumerable<object[]> ProductCases() =>
        from rung in MatrixProduct.Ladder.Rungs
        from shape in Products
        from gap in new[] { 0, 3 }
        where gap == 0 || shape.B == 17
        select new object[] { rung, shape.B, shape.N, shape.K, gap };

    [RungCases(nameof(ProductCases))]
    public void A_layer_without_bias(Rung<MatrixProduct.Arguments> rung, int b, int n, int k, int gap)
    {
        var x = Matrix.Random(b, k, -1, 1, seed: 1, offset: gap, gap: gap);
        var w = Matrix.Random(k, n, -1, 1, seed: 2, gap: gap);
        var y = new Matrix(b, n, gap: gap);

        Simulator.Run(rung, new(Simulator[x], Simulator[w], Simulator[y], b, n, k));

        MustBe(y, (row, unit) => Order.Dot(k, i => x.At(row, i), i => w.At(i, unit)));
    }

    static readonly (int Lefts, int Rights, int D)[] PairShapes = [(1, 1, 1), (3, 5, 33), (5, 2, 31), (7, 4, 2)];

    [TestCaseSource(nameof(PairShapes))]
    public void Every_row_with_every_row((int Lefts, int Rights, int D) s)
    {
        var a = Matrix.Random(s.Lefts, s.D, -2, 2, seed: 1, gap: 1);
        var b = Matrix.Random(s.Rights, s.D, -2, 2, seed: 2, offset: 1);
        var y = new Matrix(s.Lefts * s.Rights, s.D, gap: 2);

        Simulator.Run(PairSum.Ladder.InUse, new(
            Simulator[a], Simulator[b], Activation.Tanh, Simulator[y], s.Lefts, s.Rights, s.D));

        MustBe(y, (row, d) => Tanh.Apply(a.At(row / s.Rights, d) + b.At(row % s.Rights, d)));
    }

    static IEnumerable<object[]> AdjointCases() =>
        from rung in PairSumGrad.Ladder.Rungs
        from shape in PairShapes
        select new object[] { rung, shape };

    [RungCases(nameof(AdjointCases))]
    public void Their_adjoints(Rung<PairSumGrad.Arguments> rung, (int Lefts, int Rights, int D) s)
    {
        var pairs = s.Lefts * s.Rights;
        var y = Matrix.Random(pairs, s.D, -1, 1, seed: 1, gap: 1);
        var dy = Matrix.Random(pairs, s.D, -1, 1, seed: 2);
        Matrix da = new(s.Lefts, s.D, gap: 1), db = new(s.Rights, s.D, offset: 1);

        Simulator.Run(rung, new(
            Activation.Tanh, Simulator[y], Simulator[dy], Simulator[da], Simulator[db],
            s.Lefts, s.Rights, s.D));

        MustBe(da, (i, d) => Order.Ascending(s.Rights, j => Term(i, j, d)));
        MustBe(db, (j, d) => Order.Ascending(s.Lefts, i => Term(i, j, d)));

        F32 Term(int i, int j, int d)
        {
            var row = i * s.Rights + j;
            return dy.At(row, d) * TanhGradFromOutput.Apply(y.At(row, d));
        }
    }

    static readonly (int B, int M)[] Scores = [(1, 1), (2, 31), (3, 32), (9, 33), (5, 130)];

    public static IEnumerable<object[]> InfoNceCases() => Every(InfoNceRows.Ladder, Scores);

    [RungCases(nameof(InfoNceCases))]
    public void Info_nce(Rung<InfoNceRows.Arguments> rung, int b, int m)
    {
        var scores = Matrix.Random(b, m, -9, 9, seed: 1, gap: 1);
        var nll = new Matrix(b, 1, gap: 1);

        Simulator.Run(rung, new(Simulator[scores], Simulator[nll], b, m));

        MustBe(nll, (row, _) =>
        {
            var max = new F32(Enumerable.Range(0, m).Max(j => scores[row, j]));
            var sum = Order.Row(m, j => InfoNceTerm.Apply(scores.At(row, j), max));
            return InfoNce.Apply(sum, max, scores.At(row, row));
        });
    }

    [TestCaseSource(nameof(Scores))]
    public void Info_nce_adjoints((int B, int M) s)
    {
        var scores = Matrix.Random(s.B, s.M, -9, 9, seed: 1);
        var nll = Matrix.Random(s.B, 1, 0, 18, seed: 2, gap: 1);
        var dNll = Matrix.Random(s.B, 1, -1, 1, seed: 3);
        var dScores = new Matrix(s.B, s.M, gap: 3);

        Simulator.Run(InfoNceRowsGrad.Ladder.InUse, new(
            Simulator[scores], Simulator[nll], Simulator[dNll], Simulator[dScores], s.B, s.M));

        MustBe(dScores, (row, j) => dNll.At(row, 0) * (row == j
            ? InfoNcePositiveWeight.Apply(nll.At(row, 0))
            : InfoNceWeight.Apply(scores.At(row, j), scores.At(row, row), nll.At(row, 0))));
    }
}
