using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>The kernels of importance-weighted bounds, in the documented order to the bit.</summary>
public sealed class ImportanceTests(Machine machine) : KernelFixture(machine)
{
    sealed record Draws(Matrix Z, Matrix Mu, Matrix LogVar)
    {
        public static Draws Of(int b, int d) => new(
            Matrix.Random(b, d, -3, 3, seed: 1, gap: 2), Matrix.Random(b, d, -3, 3, seed: 2, offset: 3),
            Matrix.Random(b, d, -4, 2, seed: 3));

        public (F32 A, F32 B, F32 C) Gradient(int row, int d) =>
            LogRatioGrad.Apply(Z.At(row, d), Mu.At(row, d), LogVar.At(row, d));
    }

    public static IEnumerable<object[]> LogRatioCases() => Every(LogRatioRows.Ladder, RowShapes);

    [RungCases(nameof(LogRatioCases))]
    public void Log_ratio(Rung<LogRatioRows.Arguments> rung, int b, int d)
    {
        var draws = Draws.Of(b, d);
        var ratio = new Matrix(b, 1, gap: 1);

        Simulator.Run(rung, new(
            Simulator[draws.Z], Simulator[draws.Mu], Simulator[draws.LogVar], Simulator[ratio], b, d));

        MustBe(ratio, (row, _) => Order.Row(
            d, i => LogRatio.Apply(draws.Z.At(row, i), draws.Mu.At(row, i), draws.LogVar.At(row, i))));
    }

    [TestCaseSource(nameof(RowShapes))]
    public void Log_ratio_adjoints((int B, int D) shape)
    {
        var (b, d) = shape;
        var draws = Draws.Of(b, d);
        var dRatio = Matrix.Random(b, 1, -1, 1, seed: 4, gap: 1);
        Matrix dZ = new(b, d, gap: 1), dMu = new(b, d), dLogVar = new(b, d, offset: 2);

        Simulator.Run(LogRatioRowsGradDraw.Ladder.InUse, new(
            Simulator[draws.Z], Simulator[draws.Mu], Simulator[draws.LogVar], Simulator[dRatio], Simulator[dZ], b, d));
        Simulator.Run(LogRatioRowsGrad.Ladder.InUse, new(
            Simulator[draws.Z], Simulator[draws.Mu], Simulator[draws.LogVar], Simulator[dRatio], Simulator[dMu],
            Simulator[dLogVar], b, d));

        MustBe(dZ, (row, i) => dRatio.At(row, 0) * draws.Gradient(row, i).A);
        MustBe(dMu, (row, i) => dRatio.At(row, 0) * draws.Gradient(row, i).B);
        MustBe(dLogVar, (row, i) => dRatio.At(row, 0) * draws.Gradient(row, i).C);
    }

    public static IEnumerable<object[]> ImportanceCases() => Every(ImportanceNllRows.Ladder, RowShapes);

    [RungCases(nameof(ImportanceCases))]
    public void Importance(Rung<ImportanceNllRows.Arguments> rung, int b, int k)
    {
        var surprise = Matrix.Random(b, k, 90, 110, seed: 1, gap: 1);
        Matrix nll = new(b, 1, gap: 1), share = new(b, k, gap: 2);
        var logCount = new F32(MixtureDensity.LogCount(k));

        Simulator.Run(rung, new(
            Simulator[surprise], logCount.V, Simulator[nll], Simulator[share], b, k));

        MustBe(nll, (row, _) => ImportanceNll.Apply(Sum(row), Least(row), logCount));
        MustBe(share, (row, i) => ImportanceShare.Apply(surprise.At(row, i), Least(row), Sum(row)));

        F32 Least(int row) => new(Enumerable.Range(0, k).Min(i => surprise[row, i]));

        F32 Sum(int row) => Order.Row(k, i => InfoNceTerm.Apply(Least(row), surprise.At(row, i)));
    }

    [TestCaseSource(nameof(RowShapes))]
    public void Scaled_rows((int B, int D) shape)
    {
        var (b, d) = shape;
        Matrix x = Matrix.Random(b, d, -1, 1, seed: 1, gap: 1), s = Matrix.Random(b, 1, -1, 1, seed: 2, gap: 1);
        var y = new Matrix(b, d, gap: 3);

        Simulator.Run(ScaleRows.Ladder.InUse, new(Simulator[x], Simulator[s], Simulator[y], b, d));

        MustBe(y, (row, i) => s.At(row, 0) * x.At(row, i));
    }
}
