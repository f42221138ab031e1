using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>A format of tensor cores, its ladders, and what it promises.</summary>
/// <param name="Name">As <c>--precision</c> has it.</param>
/// <param name="Layer">y = act(x·w + bias).</param>
/// <param name="GradInput">dx = dy·wᵀ.</param>
/// <param name="GradWeight">dw = xᵀ·dy.</param>
/// <param name="Depth">Steps of k that a tile holds.</param>
/// <param name="Error">Of a product of two rounded factors, of itself.</param>
public sealed record Format(
    string Name, Ladder<Affine.Arguments> Layer, Ladder<AffineGradInput.Arguments> GradInput,
    Ladder<AffineGradWeight.Arguments> GradWeight, int Depth, double Error)
{
    /// <summary>A factor errs by half a unit of ten bits, 2⁻¹¹ of itself, or of seven, 2⁻⁸.</summary>
    public static readonly Format[] All =
    [
        new("tf32", Tf32Products.AffineTf32, Tf32Products.AffineGradInputTf32, Tf32Products.AffineGradWeightTf32,
            16, Math.ScaleB(1, -10) + Math.ScaleB(1, -22)),
        new("bf16", Bf16Products.AffineBf16, Bf16Products.AffineGradInputBf16, Bf16Products.AffineGradWeightBf16,
            32, Math.ScaleB(1, -7) + Math.ScaleB(1, -16)),
    ];

    public override string ToString() => Name;
}

/// <summary>Products on tensor cores: exact where the format holds the factors, else within the stated error.</summary>
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
        (20, 12, 36, 4), (132, 136, 20, 0),
    ];

    static IEnumerable<object[]> Cases =>
        from format in Format.All
        from rung in Enumerable.Range(0, format.Layer.Rungs.Count)
        from shape in Shapes
        select new object[] { format, rung, shape };

    /// <summary>Integers: products and sums are exact in any order.</summary>
    static Matrix Integers(int rows, int columns, int seed, int gap) =>
        Rounded(Matrix.Random(rows, columns, -9, 9, seed, gap: gap));

    static Matrix Rounded(Matrix matrix) => matrix.With((row, column) => MathF.Round(matrix[row, column]));

    [TestCaseSource(typeof(Format), nameof(Format.All))]
    public void The_simulator_multiplies_alike(Format format)
    {
        using var simulator = new Simulator(Machine.Simulator);
        for (var rung = 0; rung < format.Layer.Rungs.Count; rung++)
            LayerOfIntegers(simulator, format, rung, (17, 9, 8, 1));
    }

    /// <summary>A sum of one product by 1 is the rounded factor; the simulator's C# rounds it alike.</summary>
    [TestCase("tf32", 2049f, ExpectedResult = 2050f, TestName = "Tf32_rounds_ties_away_from_zero")]
    [TestCase("tf32", 2050.5f, ExpectedResult = 2050f, TestName = "Tf32_rounds_to_nearest")]
    [TestCase("bf16", 257f, ExpectedResult = 256f, TestName = "Bf16_rounds_ties_down_to_even")]
    [TestCase("bf16", 259f, ExpectedResult = 260f, TestName = "Bf16_rounds_ties_up_to_even")]
    [TestCase("bf16", -257.5f, ExpectedResult = -258f, TestName = "Bf16_rounds_to_nearest")]
    [TestCase("bf16", float.MaxValue, ExpectedResult = float.PositiveInfinity, TestName = "Bf16_overflows")]
    [TestCase("bf16", float.NaN, ExpectedResult = float.NaN, TestName = "Bf16_keeps_NaN")]
    public float Factors_are_rounded(string name, float factor)
    {
        var rounded = name == "tf32" ? TensorCore.ToTf32(factor) : TensorCore.ToBf16(0, factor);
        foreach (var rung in Format.All.Single(format => format.Name == name).GradWeight.Rungs)
        {
            var (x, dy, dw) = (new Matrix(1, 1), new Matrix(1, 1), new Matrix(1, 1));
            (x[0, 0], dy[0, 0]) = (factor, 1);
            Simulator.Run(rung, new(Simulator[x], Simulator[dy], Simulator[dw], 1, 1, 1));
            Assert.That(dw[0, 0], Is.EqualTo(BitConverter.UInt32BitsToSingle(rounded)), rung.Name);
        }
        return BitConverter.UInt32BitsToSingle(rounded);
    }

    [TestCaseSource(nameof(Cases))]
    public void A_layer_of_integers_is_exact(Format format, int rung, (int B, int N, int K, int Gap) s)
    {
        LayerOfIntegers(Simulator, format, rung, s);
        if (Simulator.Counters is not { } counters) return;
        // Four warps make 64 × 64 with 8 products each, eight 128 × 128 with 16; a tile is two products deep, but a wide
        // one holds 16 k in either format.
        var wide = rung == format.Layer.Rungs.Count - 1;
        var (side, products, k, deep) = wide
            ? (128, 8 * 16, 16, format.Depth == 16 ? 2 : 1)
            : (64, 4 * 8, format.Depth, 2);
        var blocks = Grids.Ceiling(s.B, side) * Grids.Ceiling(s.N, side);
        Assert.That(counters.MatrixSteps, Is.EqualTo(blocks * products * deep * Grids.Ceiling(s.K, k)));
    }

    static void LayerOfIntegers(
        Simulator simulator, Format format, int rung, (int B, int N, int K, int Gap) s)
    {
        Matrix x = Integers(s.B, s.K, 1, s.Gap), w = Integers(s.K, s.N, 2, s.Gap), bias = Integers(s.N, 1, 3, 0);
        var y = new Matrix(s.B, s.N, gap: 2);
        var rows = simulator[y];
        simulator.Run(format.Layer.Rungs[rung], new(
            simulator[x], simulator[w], simulator[bias], Activation.Relu, rows, rows, 0, s.B, s.N, s.K));
        MustBe(y, (b, n) => new(MathF.Max(0, bias[n, 0] + Sum(s.K, k => x[b, k] * w[k, n]))));
    }

    [TestCaseSource(nameof(Cases))]
    public void Gradients_of_integers_are_exact(Format format, int rung, (int B, int N, int K, int Gap) s)
    {
        Matrix x = Integers(s.B, s.K, 1, s.Gap), w = Integers(s.K, s.N, 2, s.Gap), dy = Integers(s.B, s.N, 3, s.Gap);
        Matrix dx = new(s.B, s.K, gap: 1), dw = new(s.K, s.N, gap: 3);
        var into = Simulator[dx];
        Simulator.Run(format.GradInput.Rungs[rung], new(
            Simulator[dy], Simulator[w], Activation.Identity, into, into, s.B, s.N, s.K));
        Simulator.Run(format.GradWeight.Rungs[rung], new(
            Simulator[x], Simulator[dy], Simulator[dw], s.B, s.N, s.K));
        MustBe(dx, (b, k) => new(Sum(s.N, n => dy[b, n] * w[k, n])), "dx");
        MustBe(dw, (k, n) => new(Sum(s.B, b => x[b, k] * dy[b, n])), "dw");
    }

    /// <summary>
    /// Two factors err by u of themselves each, so a product by 2u + u²; each of K + 1 sums by at most a unit, 2⁻²³,
    /// of what they add up to.
    /// </summary>
    [TestCaseSource(nameof(Cases))]
    public void Any_numbers_stay_within_the_stated_error(Format format, int rung, (int B, int N, int K, int Gap) s)
    {
        var (x, w) = (
            Matrix.Random(s.B, s.K, -1, 1, seed: 4, gap: s.Gap), Matrix.Random(s.K, s.N, -1, 1, seed: 5, gap: s.Gap));
        var (bias, y) = (Matrix.Random(s.N, 1, -1, 1, seed: 6), new Matrix(s.B, s.N));
        var rows = Simulator[y];
        Simulator.Run(format.Layer.Rungs[rung], new(
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
                var error = (format.Error + (s.K + 1) * Math.ScaleB(1, -23)) * size;
                Assert.That((double)y[b, n], Is.EqualTo(exact).Within(error), $"y[{b}, {n}]");
            }
    }

    static float Sum(int count, Func<int, float> term) => Enumerable.Range(0, count).Sum(term);
}
