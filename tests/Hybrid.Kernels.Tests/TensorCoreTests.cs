using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Products on tensor cores: exact where tf32 holds the factors, else within the stated error.</summary>
/// <remarks>
/// On the PTX machine and a GPU; on ILGPU's simulator, where a fragment's product is 80 shuffles of 32 threads, once.
/// </remarks>
[TestFixtureSource(typeof(Machines), nameof(Machines.OfPtx))]
public sealed class TensorCoreTests(Machine machine) : KernelFixture(machine)
{
    /// <summary>
    /// On both sides of a block, a warp's tile, a fragment and a step of k; rows that begin at multiples of 16 bytes,
    /// and rows that do not.
    /// </summary>
    static readonly (int B, int N, int K, int Gap)[] Shapes =
    [
        (1, 1, 1, 0), (17, 9, 8, 1), (16, 33, 5, 3), (65, 66, 19, 2), (70, 40, 33, 1), (64, 64, 32, 0), (68, 76, 52, 0),
        (20, 12, 36, 4),
    ];

    static IEnumerable<object[]> Cases =>
        from rung in Enumerable.Range(0, Tf32Products.AffineTf32.Rungs.Count)
        from shape in Shapes
        select new object[] { rung, shape };

    /// <summary>Integers: products and sums are exact in any order.</summary>
    static Matrix Integers(int rows, int columns, int seed, int gap) =>
        Rounded(Matrix.Random(rows, columns, -9, 9, seed, gap: gap));

    static Matrix Rounded(Matrix matrix) => matrix.With((row, column) => MathF.Round(matrix[row, column]));

    [Test]
    public void The_simulator_multiplies_alike()
    {
        using var simulator = new Simulator(Machine.Simulator);
        for (var rung = 0; rung < Tf32Products.AffineTf32.Rungs.Count; rung++)
            LayerOfIntegers(simulator, rung, (17, 9, 8, 1));
    }

    [TestCaseSource(nameof(Cases))]
    public void A_layer_of_integers_is_exact(int rung, (int B, int N, int K, int Gap) s)
    {
        LayerOfIntegers(Simulator, rung, s);
        if (Simulator.Counters is not { } counters) return;
        // A block of four warps, 8 fragments each, two deep, for every 64 × 64 × 16.
        var blocks = Grids.Ceiling(s.B, 64) * Grids.Ceiling(s.N, 64);
        Assert.That(counters.MatrixSteps, Is.EqualTo(blocks * 4 * 8 * 2 * Grids.Ceiling(s.K, 16)));
    }

    static void LayerOfIntegers(Simulator simulator, int rung, (int B, int N, int K, int Gap) s)
    {
        Matrix x = Integers(s.B, s.K, 1, s.Gap), w = Integers(s.K, s.N, 2, s.Gap), bias = Integers(s.N, 1, 3, 0);
        var y = new Matrix(s.B, s.N, gap: 2);
        var rows = simulator[y];
        simulator.Run(Tf32Products.AffineTf32.Rungs[rung], new(
            simulator[x], simulator[w], simulator[bias], Activation.Relu, rows, rows, 0, s.B, s.N, s.K));
        MustBe(y, (b, n) => new(MathF.Max(0, bias[n, 0] + Sum(s.K, k => x[b, k] * w[k, n]))));
    }

    [TestCaseSource(nameof(Cases))]
    public void Gradients_of_integers_are_exact(int rung, (int B, int N, int K, int Gap) s)
    {
        Matrix x = Integers(s.B, s.K, 1, s.Gap), w = Integers(s.K, s.N, 2, s.Gap), dy = Integers(s.B, s.N, 3, s.Gap);
        Matrix dx = new(s.B, s.K, gap: 1), dw = new(s.K, s.N, gap: 3);
        var into = Simulator[dx];
        Simulator.Run(Tf32Products.AffineGradInputTf32.Rungs[rung], new(
            Simulator[dy], Simulator[w], Activation.Identity, into, into, s.B, s.N, s.K));
        Simulator.Run(Tf32Products.AffineGradWeightTf32.Rungs[rung], new(
            Simulator[x], Simulator[dy], Simulator[dw], s.B, s.N, s.K));
        MustBe(dx, (b, k) => new(Sum(s.N, n => dy[b, n] * w[k, n])), "dx");
        MustBe(dw, (k, n) => new(Sum(s.B, b => x[b, k] * dy[b, n])), "dw");
    }

    /// <summary>
    /// A factor errs by 2⁻¹¹ of itself, so a product by 2⁻¹⁰ + 2⁻²²; each of K + 1 sums by at most a unit, 2⁻²³, of
    /// what they add up to.
    /// </summary>
    [TestCaseSource(nameof(Cases))]
    public void Any_numbers_stay_within_the_stated_error(int rung, (int B, int N, int K, int Gap) s)
    {
        var (x, w) = (
            Matrix.Random(s.B, s.K, -1, 1, seed: 4, gap: s.Gap), Matrix.Random(s.K, s.N, -1, 1, seed: 5, gap: s.Gap));
        var (bias, y) = (Matrix.Random(s.N, 1, -1, 1, seed: 6), new Matrix(s.B, s.N));
        var rows = Simulator[y];
        Simulator.Run(Tf32Products.AffineTf32.Rungs[rung], new(
            Simulator[x], Simulator[w], Simulator[bias], Activation.Identity, rows, rows, 0, s.B, s.N, s.K));
        for (var b = 0; b < s.B; b++)
            for (var n = 0; n < s.N; n++)
            {
                double exact = bias[n, 0], size = Math.Abs(exact);
                for (var k = 0; k < s.K; k++)
                {
                    exact += (double)x[b, k] * w[k, n];
                    size += Math.Abs((double)x[b, k] * w[k, n]);
                }
                var error = (Math.ScaleB(1, -10) + Math.ScaleB(1, -22) + (s.K + 1) * Math.ScaleB(1, -23)) * size;
                Assert.That((double)y[b, n], Is.EqualTo(exact).Within(error), $"y[{b}, {n}]");
            }
    }

    static float Sum(int count, Func<int, float> term) => Enumerable.Range(0, count).Sum(term);
}
