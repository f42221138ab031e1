using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Kernels whose outputs stand alone: the formula's bits, gaps untouched.</summary>
public sealed class ElementTests(Machine machine) : KernelFixture(machine)
{
    /// <summary>One row is cut into blocks of 256, several into blocks of 32 × 8.</summary>
    static readonly (int B, int D)[] Shapes = [(1, 1), (1, 257), (3, 31), (9, 33)];

    [TestCaseSource(nameof(Shapes))]
    public void Kl_adjoints((int B, int D) shape)
    {
        var (b, d) = shape;
        var mu = Matrix.Random(b, d, -3, 3, seed: 1, gap: 1);
        var logVar = Matrix.Random(b, d, -6, 2, seed: 2);
        var dKl = Matrix.Random(b, 1, -1, 1, seed: 3);
        Matrix dMu = new(b, d), dLogVar = new(b, d, gap: 2);

        Simulator.Run(KlRowsGrad.Ladder.InUse, new(
            Simulator[mu], Simulator[logVar], Simulator[dKl], Simulator[dMu], Simulator[dLogVar], b, d));

        MustBe(dMu, (row, i) =>
            dKl.At(row, 0) * KlStandardNormalGrad.Apply(mu.At(row, i), logVar.At(row, i)).A);
        MustBe(dLogVar, (row, i) =>
            dKl.At(row, 0) * KlStandardNormalGrad.Apply(mu.At(row, i), logVar.At(row, i)).B);
    }

    [TestCaseSource(nameof(Shapes))]
    public void Bernoulli_adjoints((int B, int D) shape)
    {
        var (b, d) = shape;
        var logits = Matrix.Random(b, d, -20, 20, seed: 1);
        var x = Matrix.Random(b, d, 0, 1, seed: 2);
        var dNll = Matrix.Random(b, 1, -1, 1, seed: 3);
        var dLogits = new Matrix(b, d, offset: 1);

        Simulator.Run(BernoulliNllRowsGrad.Ladder.InUse, new(
            Simulator[logits], Simulator[x], Simulator[dNll], Simulator[dLogits], b, d));

        MustBe(dLogits, (row, i) =>
            dNll.At(row, 0) * BernoulliNllGrad.Apply(logits.At(row, i), x.At(row, i)).A);
    }

    [Test]
    public void Activations([Values] Activation activation)
    {
        var x = Matrix.Random(5, 67, -6, 6, gap: 1);
        var y = new Matrix(5, 67);

        Simulator.Run(Activate.Ladder.InUse, new(activation, Simulator[x], Simulator[y], 5, 67));

        MustBe(y, (row, i) => Activated(activation, x.At(row, i)));
    }

    [Test]
    public void Activation_adjoints_in_place([Values] Activation activation)
    {
        var known = Matrix.Random(5, 67, -1, 1, seed: 1);
        var before = Matrix.Random(5, 67, -1, 1, seed: 2);
        var dx = Matrix.Random(5, 67, -1, 1, seed: 2);
        var inPlace = Simulator[dx];

        Simulator.Run(ActivateGrad.Ladder.InUse, new(activation, Simulator[known], inPlace, inPlace, 5, 67));

        MustBe(dx, (row, i) => before.At(row, i) * Slope(activation, known.At(row, i)));
    }

    internal static F32 Slope(Activation activation, F32 known) => activation switch
    {
        Activation.Relu => ReluGradFromOutput.Apply(known),
        Activation.Tanh => TanhGradFromOutput.Apply(known),
        Activation.Silu => SiluGrad.Apply(known),
        Activation.Gelu => GeluGrad.Apply(known),
        Activation.Sigmoid => SigmoidGradFromOutput.Apply(known),
        _ => new F32(1),
    };

    internal static F32 Activated(Activation activation, F32 x) => activation switch
    {
        Activation.Relu => Relu.Apply(x),
        Activation.Tanh => Tanh.Apply(x),
        Activation.Silu => Silu.Apply(x),
        Activation.Gelu => Gelu.Apply(x),
        Activation.Sigmoid => Sigmoid.Apply(x),
        _ => x,
    };

    [TestCaseSource(nameof(Shapes))]
    public void Fill_add_and_gather((int B, int D) shape)
    {
        var (b, d) = shape;
        var y = new Matrix(b, d, gap: 1);
        Simulator.Run(Fill.Ladder.InUse, new(Simulator[y], -0.75f, b, d));
        MustBe(y, (_, _) => new(-0.75f));

        var x = Matrix.Random(b, d, -1, 1, offset: 1);
        Simulator.Run(Add.Ladder.InUse, new(Simulator[x], Simulator[y], b, d));
        MustBe(y, (row, i) => new F32(-0.75f) + x.At(row, i));

        var indices = new Matrix(7, 1).With((row, _) => Exact.FromBits((3 * row + 1) % b));
        var gathered = new Matrix(7, d);
        Simulator.Run(GatherRows.Ladder.InUse, new(
            Simulator[x], Simulator[indices], Simulator[gathered], 7, d));
        MustBe(gathered, (row, i) => x.At((3 * row + 1) % b, i));
    }

    public static IEnumerable<object[]> SquareSumsCases() =>
        from rung in SquareSums.Ladder.Rungs
        from n in new[] { 1, 1023, 1025 }
        select new object[] { rung, n };

    [RungCases(nameof(SquareSumsCases))]
    public void Squares_of_chunks(Rung<SquareSums.Arguments> rung, int n)
    {
        const int chunk = GradientClip.Chunk;
        Matrix x = Matrix.Random(1, n, -1, 1, seed: 1), y = new((n - 1) / chunk + 1, 1);
        Simulator.Run(rung, new(Simulator[x], Simulator[y], n));
        MustBe(y, (row, _) => Order.Row(
            Math.Min(chunk, n - row * chunk), i => x.At(0, row * chunk + i) * x.At(0, row * chunk + i)));
    }

    public static IEnumerable<object[]> ClipCases() =>
        from rung in ClipNorm.Ladder.Rungs
        from n in new[] { 1, 6, 1030 }
        from offset in new[] { 0, 3 }
        select new object[] { rung, n, offset };

    [RungCases(nameof(ClipCases))]
    public void Clipped_gradients(Rung<ClipNorm.Arguments> rung, int n, int offset)
    {
        Matrix Numbers() => Matrix.Random(1, n, -1, 1, seed: 1, offset: offset);
        Matrix x = Numbers(), before = Numbers(), squares = Matrix.Random(1, 1, 4, 9, seed: 2);
        Simulator.Run(rung, new(Simulator[x], Simulator[squares], 1.5f, n));
        MustBe(x, (_, i) => GradientClip.Apply(squares.At(0, 0), new(1.5f)) * before.At(0, i));
    }

    public static IEnumerable<object[]> AdamCases() =>
        from rung in AdamUpdate.Ladder.Rungs
        from n in new[] { 1, 6, 1025 }
        from offset in new[] { 0, 3 }
        select new object[] { rung, n, offset };

    [RungCases(nameof(AdamCases))]
    public void Adam_steps(Rung<AdamUpdate.Arguments> rung, int n, int offset)
    {
        var step = AdamStep.At(3, learningRate: 1e-3, weightDecay: 0.01);
        Matrix Fresh(int seed, double from) => Matrix.Random(1, n, from, 1, seed, offset);
        Matrix p = Fresh(1, -1), g = Fresh(2, -1), m = Fresh(3, -1), v = Fresh(4, 0);

        Simulator.Run(rung, new(Simulator[p], Simulator[g], Simulator[m], Simulator[v], step, n));

        Matrix p0 = Fresh(1, -1), m0 = Fresh(3, -1), v0 = Fresh(4, 0);
        MustBe(p, (_, i) => Stepped(i).P);
        MustBe(m, (_, i) => Stepped(i).M);
        MustBe(v, (_, i) => Stepped(i).V);

        (F32 P, F32 M, F32 V) Stepped(int i)
        {
            F32 pi = p0.At(0, i), mi = m0.At(0, i), vi = v0.At(0, i);
            Adam.Apply(ref pi, g.At(0, i), ref mi, ref vi, step);
            return (pi, mi, vi);
        }
    }
}
