using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>The aggregated posterior's density: V2 in the documented order, V1 within its bound.</summary>
public sealed class MixtureTests(Machine machine) : KernelFixture(machine)
{
    static readonly (int B, int N, int D)[] Shapes = [(1, 1, 1), (3, 31, 2), (9, 33, 33), (8, 70, 5)];

    /// <summary>What a component's scale is more at the point of its number.</summary>
    const float Own = -1.7f;

    static F32 At(int point, int component, F32 scale) => point == component ? scale + new F32(Own) : scale;

    public static IEnumerable<object[]> Cases() =>
        from rung in MixtureLogDensity.Ladder.Rungs
        from s in Shapes
        select new object[] { rung, s.B, s.N, s.D };

    public static IEnumerable<object[]> MarginalCases() =>
        from rung in MixtureLogMarginals.Ladder.Rungs
        from s in Shapes
        select new object[] { rung, s.B, s.N, s.D };

    /// <summary>Each column as a mixture of one dimension: V2 to the bit, V1 in its own order.</summary>
    [RungCases(nameof(MarginalCases))]
    public void Log_marginals(Rung<MixtureLogMarginals.Arguments> rung, int b, int n, int d)
    {
        Matrix z = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1), mu = Matrix.Random(n, d, -2, 2, seed: 2);
        Matrix precision = Matrix.Random(n, d, 0.1, 4, seed: 3, gap: 2), y = new(b, d, gap: 1);
        var logVar = Matrix.Random(n, d, -3, 3, seed: 4, gap: 3);
        var logCount = MixtureDensity.LogCount(n);

        Simulator.Run(rung, new(
            Simulator[z], Simulator[mu], Simulator[logVar], Simulator[precision], logCount, Own, Simulator[y],
            b, n, d));

        var inOrder = rung == MixtureLogMarginals.Ladder.InUse;
        MustBe(y, (row, column) =>
        {
            Func<int, F32> pair = i => MixtureDensity.Marginal(
                z.At(row, column), mu.At(i, column), precision.At(i, column),
                At(row, i, MixtureDensity.ScaleTerm(logVar.At(i, column))));
            if (inOrder) return Documented(n, pair, new F32(logCount));
            F32 m = new(float.MinValue), s = new(0);
            for (var i = 0; i < n; i++) MixtureDensity.Merge(ref m, ref s, pair(i), new F32(1));
            return MixtureDensity.Result(m, s, new F32(logCount));
        });
    }

    [RungCases(nameof(Cases))]
    public void Log_density(Rung<MixtureLogDensity.Arguments> rung, int b, int n, int d)
    {
        var z = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1);
        Matrix mu = Matrix.Random(n, d, -2, 2, seed: 2), precision = Matrix.Random(n, d, 0.1, 4, seed: 3, gap: 2);
        Matrix scale = Matrix.Random(n, 1, -3, 3, seed: 4), y = new(b, 1, gap: 1);
        var logCount = MixtureDensity.LogCount(n);

        Simulator.Run(rung, new(
            Simulator[z], Simulator[mu], Simulator[precision], Simulator[scale], logCount, Own, Simulator[y],
            b, n, d));

        if (rung == MixtureLogDensity.Ladder.InUse)
        {
            MustBe(y, (row, _) => Documented(n, i => Pair(row, i), new F32(logCount)));
            return;
        }
        // In any order: a step of the sum rounds a factor e^−δ (its own error, and δ's rounding, at most
        // 1/e units), a fused step and the terms' sum; the logarithm and two additions follow.
        var step = 2 * LaneMath.MaxUlp.Exp + 2;
        for (var row = 0; row < b; row++)
        {
            double largest = Enumerable.Range(0, n).Max(i => (double)Pair(row, i).V);
            var sum = Enumerable.Range(0, n).Sum(i => Math.Exp(Pair(row, i).V - largest));
            var exact = largest + Math.Log(sum / n);
            var error = n * step
                + (2 * LaneMath.MaxUlp.Log + 2) * (Math.Log(n) + Math.Log(sum)) + Math.Abs(exact) + Math.Abs(largest);
            Assert.That((double)y[row, 0], Is.EqualTo(exact).Within(error * Math.ScaleB(1, -24) * 1.01));
        }

        F32 Pair(int row, int i)
        {
            var square = F32.Const(0);
            for (var k = 0; k < d; k++)
                square = MixtureDensity.AddSquare(square, z.At(row, k), mu.At(i, k), precision.At(i, k));
            return At(row, i, scale.At(i, 0)) - square;
        }
    }

    /// <summary>32 running log-sum-exps, then a butterfly.</summary>
    static F32 Documented(int count, Func<int, F32> term, F32 logCount)
    {
        var m = Enumerable.Repeat(new F32(float.MinValue), 32).ToArray();
        var s = new F32[32];
        for (var i = 0; i < count; i++)
            MixtureDensity.Merge(ref m[i % 32], ref s[i % 32], term(i), new F32(1));
        for (var distance = 16; distance > 0; distance /= 2)
        {
            F32[] ms = [.. m], ss = [.. s];
            for (var lane = 0; lane < 32; lane++)
                MixtureDensity.Merge(ref m[lane], ref s[lane], ms[lane ^ distance], ss[lane ^ distance]);
        }
        return MixtureDensity.Result(m[0], s[0], logCount);
    }

    public static IEnumerable<object[]> ScalesCases() => Every(GaussianScales.Ladder, RowShapes);

    [RungCases(nameof(ScalesCases))]
    public void Scales(Rung<GaussianScales.Arguments> rung, int n, int d)
    {
        var logVar = Matrix.Random(n, d, -4, 2, gap: 1);
        Matrix precision = new(n, d, gap: 2), scale = new(n, 1);

        Simulator.Run(rung, new(
            Simulator[logVar], Simulator[precision], Simulator[scale], n, d));

        MustBe(precision, (row, i) => MixtureDensity.HalfPrecision(logVar.At(row, i)));
        MustBe(scale, (row, _) => Order.Row(d, i => MixtureDensity.ScaleTerm(logVar.At(row, i))));
    }
}
