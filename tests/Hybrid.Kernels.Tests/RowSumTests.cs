using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>
/// Every rung that sums rows: the documented order to the bit, V1's own order within its bound.
/// </summary>
public sealed class RowSumTests(Machine machine) : KernelFixture(machine)
{
    public static IEnumerable<object[]> KlRowsCases() => Every(KlRows.Ladder, RowShapes);

    [RungCases(nameof(KlRowsCases))]
    public void Kl(Rung<KlRows.Arguments> rung, int b, int d)
    {
        var mu = Matrix.Random(b, d, -3, 3, seed: 1, gap: 2);
        var logVar = Matrix.Random(b, d, -6, 2, seed: 2, offset: 3);
        var kl = new Matrix(b, 1);

        Simulator.Run(rung, new(Simulator[mu], Simulator[logVar], Simulator[kl], b, d));

        SumsMustAgree(kl, d, inOrder: rung != KlRows.Ladder.Rungs[0],
            (row, i) => KlStandardNormal.Apply(mu.At(row, i), logVar.At(row, i)));
    }

    public static IEnumerable<object[]> BernoulliCases() => Every(BernoulliNllRows.Ladder, RowShapes);

    [RungCases(nameof(BernoulliCases))]
    public void Bernoulli(Rung<BernoulliNllRows.Arguments> rung, int b, int d)
    {
        var logits = Matrix.Random(b, d, -20, 20, seed: 1);
        var x = Matrix.Random(b, d, 0, 1, seed: 2, gap: 1);
        var nll = new Matrix(b, 1, gap: 2);

        Simulator.Run(rung, new(Simulator[logits], Simulator[x], Simulator[nll], b, d));

        SumsMustAgree(nll, d, inOrder: rung != BernoulliNllRows.Ladder.Rungs[0],
            (row, i) => BernoulliNll.Apply(logits.At(row, i), x.At(row, i)));
    }

    public static IEnumerable<object[]> BernoulliWithGradCases() => Every(BernoulliNllRowsWithGrad.Ladder, RowShapes);

    [RungCases(nameof(BernoulliWithGradCases))]
    public void Bernoulli_with_adjoints(Rung<BernoulliNllRowsWithGrad.Arguments> rung, int b, int d)
    {
        var logits = Matrix.Random(b, d, -20, 20, seed: 1, gap: 1);
        Matrix x = Matrix.Random(b, d, 0, 1, seed: 2), dNll = Matrix.Random(b, 1, -1, 1, seed: 3);
        Matrix nll = new(b, 1), dLogits = new(b, d, gap: 2);

        Simulator.Run(rung, new(
            Simulator[logits], Simulator[x], Simulator[dNll], Simulator[nll], Simulator[dLogits], b, d));

        MustBe(nll, (row, _) => Order.Row(d, i => BernoulliNll.Apply(logits.At(row, i), x.At(row, i))));
        MustBe(dLogits,
            (row, i) => dNll.At(row, 0) * BernoulliNllGrad.Apply(logits.At(row, i), x.At(row, i)).A);
    }

    public static IEnumerable<object[]> GaussianCases() => Every(GaussianNllRows.Ladder, RowShapes);

    [RungCases(nameof(GaussianCases))]
    public void Gaussian(Rung<GaussianNllRows.Arguments> rung, int b, int d)
    {
        var x = Matrix.Random(b, d, -3, 3, seed: 1);
        var mean = Matrix.Random(b, d, -3, 3, seed: 2, offset: 1);
        var logVar = Matrix.Random(1, 1, -2, 2, seed: 3);
        var nll = new Matrix(b, 1);

        Simulator.Run(rung,
            new(Simulator[x], Simulator[mean], Simulator[logVar], Simulator[nll], b, d));

        SumsMustAgree(nll, d, inOrder: rung != GaussianNllRows.Ladder.Rungs[0],
            (row, i) => GaussianNll.Apply(x.At(row, i), mean.At(row, i), logVar.At(0, 0)));
    }

    public static IEnumerable<object[]> GaussianGradCases() => Every(GaussianNllRowsGrad.Ladder, RowShapes);

    [RungCases(nameof(GaussianGradCases))]
    public void Gaussian_adjoints(Rung<GaussianNllRowsGrad.Arguments> rung, int b, int d)
    {
        var x = Matrix.Random(b, d, -3, 3, seed: 1);
        var mean = Matrix.Random(b, d, -3, 3, seed: 2);
        var logVar = Matrix.Random(1, 1, -2, 2, seed: 3);
        var dNll = Matrix.Random(b, 1, -1, 1, seed: 4);
        Matrix dMean = new(b, d, gap: 1), dLogVarRows = new(b, 1);

        Simulator.Run(rung, new(
            Simulator[x], Simulator[mean], Simulator[logVar], Simulator[dNll],
            Simulator[dMean], Simulator[dLogVarRows], b, d));

        MustBe(dMean, (row, i) => dNll.At(row, 0) * Gradient(row, i).B);
        MustBe(dLogVarRows, (row, _) => dNll.At(row, 0) * Order.Row(d, i => Gradient(row, i).C));

        (F32 A, F32 B, F32 C) Gradient(int row, int i) =>
            GaussianNllGrad.Apply(x.At(row, i), mean.At(row, i), logVar.At(0, 0));
    }

    public static IEnumerable<object[]> RowSumsCases() => Every(RowSums.Ladder, RowShapes);

    [RungCases(nameof(RowSumsCases))]
    public void Rows_of_anything(Rung<RowSums.Arguments> rung, int b, int d)
    {
        var x = Matrix.Random(b, d, -1, 1, offset: 1, gap: 3);
        var y = new Matrix(b, 1);

        Simulator.Run(rung, new(Simulator[x], Simulator[y], b, d));

        MustBe(y, (row, _) => Order.Row(d, i => x.At(row, i)));
    }

    public static IEnumerable<object[]> SumCases() =>
        from rung in Sum.Ladder.Rungs
        from n in new[] { 1, 31, 32, 33, 1000 }
        select new object[] { rung, n };

    [RungCases(nameof(SumCases))]
    public void A_vector(Rung<Sum.Arguments> rung, int n)
    {
        var x = Matrix.Random(n, 1, -1, 1);
        var y = new Matrix(1, 1);

        Simulator.Run(rung, new(Simulator[x], 1f / n, Simulator[y], n));

        MustBe(y, (_, _) => new F32(1f / n) * Order.Row(n, i => x.At(i, 0)));
    }

    public static IEnumerable<object[]> ColumnCases() =>
        Every(ColumnSums.Ladder, [(1, 1), (7, 31), (8, 32), (9, 33), (33, 3), (64, 4), (205, 36)]);

    [RungCases(nameof(ColumnCases))]
    public void Columns(Rung<ColumnSums.Arguments> rung, int b, int d)
    {
        var x = Matrix.Random(b, d, -1, 1, gap: 1);
        var y = new Matrix(d, 1);

        Simulator.Run(rung, new(Simulator[x], Simulator[y], b, d));

        MustBe(y, (column, _) => Order.Ascending(b, row => x.At(row, column)));
    }

    public static IEnumerable<object[]> KlColumnCases() =>
        Every(KlColumns.Ladder, [(1, 1), (3, 31), (4, 32), (9, 33), (33, 3)]);

    [RungCases(nameof(KlColumnCases))]
    public void Kl_of_columns(Rung<KlColumns.Arguments> rung, int b, int d)
    {
        var mu = Matrix.Random(b, d, -3, 3, seed: 1, gap: 2);
        var logVar = Matrix.Random(b, d, -6, 2, seed: 2, offset: 3);
        var kl = new Matrix(d, 1);

        Simulator.Run(rung, new(Simulator[mu], Simulator[logVar], Simulator[kl], b, d));

        MustBe(kl, (column, _) => Order.Ascending(
            b, row => KlStandardNormal.Apply(mu.At(row, column), logVar.At(row, column))));
    }

    [TestCaseSource(nameof(RowShapes))]
    public void Kl_of_columns_adjoints((int B, int D) shape)
    {
        var (b, d) = shape;
        var mu = Matrix.Random(b, d, -3, 3, seed: 1, gap: 2);
        Matrix logVar = Matrix.Random(b, d, -6, 2, seed: 2), dKl = Matrix.Random(d, 1, -1, 1, seed: 3);
        Matrix dMu = new(b, d, gap: 1), dLogVar = new(b, d);

        Simulator.Run(KlColumnsGrad.Ladder.InUse, new(
            Simulator[mu], Simulator[logVar], Simulator[dKl], Simulator[dMu], Simulator[dLogVar], b, d));

        MustBe(dMu, (row, i) => dKl.At(i, 0) * KlStandardNormalGrad.Apply(mu.At(row, i), logVar.At(row, i)).A);
        MustBe(dLogVar, (row, i) => dKl.At(i, 0) * KlStandardNormalGrad.Apply(mu.At(row, i), logVar.At(row, i)).B);
    }
}
