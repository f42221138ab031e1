using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>
/// A layer and its gradients: every rung gives the bits of one fused chain in ascending order.
/// </summary>
public sealed class AffineTests(Machine machine) : KernelFixture(machine)
{
    /// <summary>
    /// On both sides of tiles of 16 and 64 in all three directions; with depths that end within a tile.
    /// </summary>
    static readonly (int B, int N, int K)[] Shapes =
        [(1, 1, 1), (17, 15, 16), (16, 33, 5), (65, 66, 19), (3, 68, 36)];

    /// <param name="ladder">The rungs.</param>
    /// <param name="wide">On the far side of tiles of 128, for the rungs that may have them.</param>
    static IEnumerable<object[]> EveryShape<TArguments>(
        Ladder<TArguments> ladder, (int B, int N, int K) wide) where TArguments : struct =>
        from rung in ladder.Rungs.Select((rung, i) => (Rung: rung, Wide: i >= ladder.Rungs.Count - 5))
        from shape in rung.Wide ? [.. Shapes, wide] : Shapes
        from gap in new[] { 0, 1, 3 }
        where gap == 0 || shape.B == 17
        select new object[] { rung.Rung, shape.B, shape.N, shape.K, gap };

    public static IEnumerable<object[]> ForwardCases() => EveryShape(Affine.Ladder, (130, 132, 44));

    [RungCases(nameof(ForwardCases))]
    public void Forward(Rung<Affine.Arguments> rung, int b, int n, int k, int gap)
    {
        var x = Matrix.Random(b, k, -1, 1, seed: 1, offset: gap, gap: gap);
        var w = Matrix.Random(k, n, -1, 1, seed: 2, gap: gap);
        var bias = Matrix.Random(n, 1, -1, 1, seed: 3);
        Matrix y = new(b, n, gap: gap), pre = new(b, n, gap: gap);

        Simulator.Run(rung, new(
            Simulator[x], Simulator[w], Simulator[bias], Activation.Silu, Simulator[y], Simulator[pre],
            KeepsPre: 1, b, n, k));

        F32 Sum(int row, int unit) => Order.Dot(k, i => x.At(row, i), i => w.At(i, unit)) + bias.At(unit, 0);
        MustBe(pre, Sum);
        MustBe(y, (row, unit) => Silu.Apply(Sum(row, unit)));
    }

    static IEnumerable<object[]> ActivationCases() =>
        from rung in Affine.Ladder.Rungs
        from activation in Enum.GetValues<Activation>()
        from keepsPre in new[] { 0, 1 }
        select new object[] { rung, activation, keepsPre };

    [RungCases(nameof(ActivationCases))]
    public void Forward_ends_in_each_activation(Rung<Affine.Arguments> rung, Activation activation, int keepsPre)
    {
        var x = Matrix.Random(5, 7, -1, 1, seed: 1);
        var w = Matrix.Random(7, 9, -1, 1, seed: 2);
        var bias = Matrix.Random(9, 1, -1, 1, seed: 3);
        var (y, pre) = (new Matrix(5, 9), new Matrix(5, 9));
        var untouched = pre.Bits;

        Simulator.Run(rung, new(
            Simulator[x], Simulator[w], Simulator[bias], activation, Simulator[y], Simulator[pre],
            keepsPre, 5, 9, 7));

        F32 Pre(int row, int unit) =>
            Order.Dot(7, i => x.At(row, i), i => w.At(i, unit)) + bias.At(unit, 0);
        MustBe(y, (row, unit) => ElementTests.Activated(activation, Pre(row, unit)));
        if (keepsPre == 1) MustBe(pre, Pre);
        else Assert.That(pre.Bits, Is.EqualTo(untouched));
    }

    public static IEnumerable<object[]> GradInputCases() => EveryShape(AffineGradInput.Ladder, (130, 44, 132));

    [RungCases(nameof(GradInputCases))]
    public void Adjoint_of_the_input(Rung<AffineGradInput.Arguments> rung, int b, int n, int k, int gap)
    {
        var dy = Matrix.Random(b, n, -1, 1, seed: 1, gap: gap);
        var w = Matrix.Random(k, n, -1, 1, seed: 2, offset: gap);
        var dx = new Matrix(b, k, gap: gap);

        Simulator.Run(rung, new(
            Simulator[dy], Simulator[w], Activation.Identity, Simulator[dx], Simulator[dx],
            b, Units: n, Inputs: k));

        MustBe(dx, (row, input) => Order.Dot(n, i => dy.At(row, i), i => w.At(input, i)));
    }

    static IEnumerable<object[]> SlopeCases() =>
        from rung in AffineGradInput.Ladder.Rungs
        from activation in Enum.GetValues<Activation>()
        select new object[] { rung, activation };

    [RungCases(nameof(SlopeCases))]
    public void Adjoint_of_an_activated_input(Rung<AffineGradInput.Arguments> rung, Activation activation)
    {
        const int b = 5, n = 7, k = 9;
        var dy = Matrix.Random(b, n, -1, 1, seed: 1);
        var w = Matrix.Random(k, n, -1, 1, seed: 2);
        var known = Matrix.Random(b, k, -1, 1, seed: 3);
        var dx = new Matrix(b, k);

        Simulator.Run(rung, new(
            Simulator[dy], Simulator[w], activation, Simulator[known], Simulator[dx], b, Units: n, Inputs: k));

        MustBe(dx, (row, input) => Order.Dot(n, i => dy.At(row, i), i => w.At(input, i))
            * ElementTests.Slope(activation, known.At(row, input)));
    }

    public static IEnumerable<object[]> GradWeightCases() => EveryShape(AffineGradWeight.Ladder, (44, 132, 130));

    [RungCases(nameof(GradWeightCases))]
    public void Adjoint_of_the_weights(Rung<AffineGradWeight.Arguments> rung, int b, int n, int k, int gap)
    {
        var x = Matrix.Random(b, k, -1, 1, seed: 1, gap: gap);
        var dy = Matrix.Random(b, n, -1, 1, seed: 2, offset: gap);
        var dw = new Matrix(k, n, gap: gap);

        Simulator.Run(rung, new(Simulator[x], Simulator[dy], Simulator[dw], b, Units: n, Inputs: k));

        MustBe(dw, (input, unit) => Order.Dot(b, i => x.At(i, input), i => dy.At(i, unit)));
    }

    /// <summary>A chain that ends in −0 stays −0: a padded tile would add 0·0 to it.</summary>
    [RungCases(nameof(Rungs))]
    public void Keeps_the_sign_of_zero(Rung<AffineGradInput.Arguments> rung)
    {
        var dy = new Matrix(1, 1).With((_, _) => 1e-30f);
        var w = new Matrix(1, 1).With((_, _) => -1e-30f);
        var dx = new Matrix(1, 1);

        Simulator.Run(rung, new(
            Simulator[dy], Simulator[w], Activation.Identity, Simulator[dx], Simulator[dx], 1, 1, 1));

        Assert.That(float.IsNegative(dx[0, 0]) && dx[0, 0] == 0);
    }

    static IEnumerable<Rung> Rungs => AffineGradInput.Ladder.Rungs;
}
