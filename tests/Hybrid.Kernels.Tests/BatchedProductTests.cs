using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Products of one launch, in the documented order to the bit.</summary>
public sealed class BatchedProductTests(Machine machine) : KernelFixture(machine)
{
    static readonly (int Count, int M, int N, int K)[] Shapes =
        [(1, 1, 1, 1), (3, 17, 15, 16), (2, 16, 33, 5), (2, 65, 66, 19), (4, 3, 68, 36)];

    public static IEnumerable<object[]> Cases() =>
        from factors in Enum.GetValues<Factors>()
        from rung in BatchedProduct.Ladder(factors).Rungs
        from shape in Shapes
        from gap in new[] { 0, 3 }
        where gap == 0 || shape.M == 17
        select new object[] { factors, rung, shape, gap };

    [RungCases(nameof(Cases))]
    public void Each_is_a_chain(
        Factors factors, Rung<BatchedProduct.Arguments> rung, (int Count, int M, int N, int K) s, int gap)
    {
        bool left = factors == Factors.LeftTransposed, right = factors == Factors.RightTransposed;
        var a = left
            ? Matrix.Random(s.Count * s.K, s.M, -1, 1, seed: 1, offset: gap, gap: gap)
            : Matrix.Random(s.Count * s.M, s.K, -1, 1, seed: 1, offset: gap, gap: gap);
        var b = right
            ? Matrix.Random(s.Count * s.N, s.K, -1, 1, seed: 2, gap: gap)
            : Matrix.Random(s.Count * s.K, s.N, -1, 1, seed: 2, gap: gap);
        var y = new Matrix(s.Count * s.M, s.N, gap: gap);

        Simulator.Run(rung, new(Simulator[a], Simulator[b], Simulator[y], s.Count, s.M, s.N, s.K));

        MustBe(y, (row, n) =>
        {
            int slice = row / s.M, m = row % s.M;
            return Order.Dot(s.K,
                k => left ? a.At(slice * s.K + k, m) : a.At(row, k),
                k => right ? b.At(slice * s.N + n, k) : b.At(slice * s.K + k, n));
        });
    }
}
