using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Attention and its adjoints in the documented order; V1 within its bound.</summary>
[TestFixtureSource(typeof(Machines), nameof(Machines.WithWarps))]
public sealed class AttentionTests(Machine machine) : KernelFixture(machine)
{
    /// <summary>
    /// One key; less than a block; both sides of a block's queries and keys; both sides of the tiles' 64 columns,
    /// where a block makes some, all or none of an output's.
    /// </summary>
    static readonly AttentionShape[] Shapes =
    [
        new(2, 3, 1, 5, 2), new(3, 5, 31, 3, 33), new(1, 33, 34, 8, 7), new(1, 2, 70, 64, 65),
        new(2, 1, 33, 130, 64),
    ];

    public static IEnumerable<object[]> Cases() =>
        from rung in Attention.Ladder.Rungs from shape in Shapes select new object[] { rung, shape };

    Matrix q = null!, k = null!, v = null!, dy = null!, logSum = null!, delta = null!;

    /// <summary>Scores of a few units in either direction, so that the maximum rises on the way.</summary>
    void Prepare(AttentionShape s)
    {
        q = Matrix.Random(s.Queries, s.D, -2, 2, seed: 1, gap: 1);
        k = Matrix.Random(s.Keys, s.D, -2, 2, seed: 2, gap: 2);
        v = Matrix.Random(s.Keys, s.Dv, -1, 1, seed: 3, offset: 1, gap: 3);
        dy = Matrix.Random(s.Queries, s.Dv, -1, 1, seed: 4, gap: 1);
        logSum = Matrix.Random(s.Queries, 1, 0, 3, seed: 5, gap: 1);
        delta = Matrix.Random(s.Queries, 1, -1, 1, seed: 6);
    }

    [TestCaseSource(nameof(Cases))]
    public void Forward(Rung<Attention.Arguments> rung, AttentionShape s)
    {
        Prepare(s);
        Matrix y = new(s.Queries, s.Dv, gap: 2), sums = new(s.Queries, 1, gap: 1);
        var order = new AttentionOrder(s, q, k, v);

        Simulator.Run(rung, new(Simulator[q], Simulator[k], Simulator[v], Simulator[y], Simulator[sums], s));

        if (rung == Attention.Ladder.Rungs[0])
        {
            for (var query = 0; query < s.Queries; query++) InAnyOrder(order, s, query, y, sums);
            return;
        }
        F32[][] rows = [.. Enumerable.Range(0, s.Queries).Select(order.Forward)];
        MustBe(y, (query, d) => rows[query][d]);
        MustBe(sums, (query, _) => rows[query][s.Dv]);
    }

    /// <summary>Against the same float32 scores in double.</summary>
    /// <remarks>
    /// A weight is e^(score − m): the function's own error, and the difference's rounding moves it by as many
    /// units as the difference is large, as it does in the sum below; the sum rounds S times, a quotient once,
    /// a chain S times. L has the sum's relative error, its logarithm's and the last addition's.
    /// </remarks>
    static void InAnyOrder(AttentionOrder order, AttentionShape s, int query, Matrix y, Matrix sums)
    {
        double[] scores = [.. Enumerable.Range(0, s.S).Select(key => (double)order.Score(query, key).V)];
        double largest = scores.Max(), spread = largest - scores.Min();
        double[] weights = [.. scores.Select(score => Math.Exp(score - largest))];
        double sum = weights.Sum(), weightError = 2 * LaneMath.MaxUlp.Exp + spread;
        for (var d = 0; d < s.Dv; d++)
        {
            double exact = 0, size = 0;
            for (var key = 0; key < s.S; key++)
            {
                exact += weights[key] / sum * order.Value(query, key, d).V;
                size += weights[key] / sum * Math.Abs(order.Value(query, key, d).V);
            }
            Assert.That((double)y[query, d], Is.EqualTo(exact).Within(Units(2 * weightError + 2 * s.S + 1) * size));
        }
        var log = largest + Math.Log(sum);
        Assert.That((double)sums[query, 0], Is.EqualTo(log).Within(
            Units(weightError + s.S + 2 * LaneMath.MaxUlp.Log * Math.Log(sum) + Math.Abs(log))));

        static double Units(double count) => 1.01 * count * Math.ScaleB(1, -24);
    }

    [TestCaseSource(nameof(Shapes))]
    public void Delta(AttentionShape s)
    {
        Prepare(s);
        Matrix y = Matrix.Random(s.Queries, s.Dv, -1, 1, seed: 7), result = new(s.Queries, 1, gap: 1);

        Simulator.Run(AttentionDelta.Ladder.InUse, new(
            Simulator[y], Simulator[dy], Simulator[logSum], Simulator[result], s.Queries, s.Dv));

        MustBe(result, (query, _) =>
            Order.Row(s.Dv, d => dy.At(query, d) * y.At(query, d)) - logSum.At(query, 0));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Towards_the_queries(AttentionShape s)
    {
        Prepare(s);
        var dq = new Matrix(s.Queries, s.D, gap: 2);

        Simulator.Run(AttentionGradQuery.Ladder.InUse, new(
            Simulator[q], Simulator[k], Simulator[v], Simulator[dy], Simulator[logSum], Simulator[delta],
            Simulator[dq], s));

        var pairs = Pairs(s);
        MustBe(dq, (query, d) => new F32(s.Scale) * Order.Dot(
            s.S, key => pairs[query, key].DScore, key => k.At(query / s.T * s.S + key, d)));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Towards_keys_and_values(AttentionShape s)
    {
        Prepare(s);
        Matrix dk = new(s.Keys, s.D, gap: 2), dv = new(s.Keys, s.Dv, gap: 1);

        Simulator.Run(AttentionGradKeyValue.Ladder.InUse, new(
            Simulator[q], Simulator[k], Simulator[v], Simulator[dy], Simulator[logSum], Simulator[delta],
            Simulator[dk], Simulator[dv], s));

        var pairs = Pairs(s);
        MustBe(dk, (row, d) => new F32(s.Scale) * Order.Dot(
            s.T, i => pairs[row / s.S * s.T + i, row % s.S].DScore, i => q.At(row / s.S * s.T + i, d)), "dk");
        MustBe(dv, (row, d) => Order.Dot(
            s.T, i => pairs[row / s.S * s.T + i, row % s.S].Weight, i => dy.At(row / s.S * s.T + i, d)), "dv");
    }

    (F32 Weight, F32 DScore)[,] Pairs(AttentionShape s)
    {
        var order = new AttentionOrder(s, q, k, v);
        var pairs = new (F32, F32)[s.Queries, s.S];
        for (var query = 0; query < s.Queries; query++)
            for (var key = 0; key < s.S; key++) pairs[query, key] = order.Pair(query, key, dy, logSum, delta);
        return pairs;
    }
}
