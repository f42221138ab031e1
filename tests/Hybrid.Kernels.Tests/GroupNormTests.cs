using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Group norm and its adjoints: every rung in the documented order, to the bit.</summary>
public sealed class GroupNormTests(Machine machine) : KernelFixture(machine)
{
    // One pixel; on both sides of a butterfly's pixels; groups of 1, 3, 12 and 40 channels: several blocks of
    // whole groups, and one group that no warp holds.
    static readonly GroupShape[] Shapes =
        [new(1, 1, 1, 1), new(2, 33, 5, 5), new(1, 31, 33, 11), new(2, 70, 36, 3), new(1, 9, 80, 2)];

    static IEnumerable<object[]> Cases<T>(Ladder<T> ladder) where T : struct =>
        from rung in ladder.Rungs from shape in Shapes select new object[] { rung, shape };

    /// <summary>Every shape plain and with SiLU, one of them with every other activation.</summary>
    static IEnumerable<object[]> Activated<T>(Ladder<T> ladder) where T : struct =>
        from rung in ladder.Rungs
        from shape in Shapes
        from act in Enum.GetValues<Activation>()
        where act is Activation.Identity or Activation.Silu || shape == Shapes[1]
        select new object[] { rung, shape, act };

    static Matrix X(GroupShape s) => Matrix.Random(s.Rows, s.C, -2, 3, seed: 1, gap: 1);

    static Matrix DY(GroupShape s) => Matrix.Random(s.Rows, s.C, -2, 2, seed: 2, offset: 3);

    static Matrix Moments(GroupShape s) => Matrix.Random(s.N, 2 * s.Groups, 0.1, 1, seed: 3, gap: 1);

    static Matrix Gain(GroupShape s) => Matrix.Random(s.C, 1, -2, 2, seed: 4, gap: 1);

    static Matrix Bias(GroupShape s) => Matrix.Random(s.C, 1, -1, 1, seed: 5);

    /// <summary>dy·act′(u), as ActivateGrad has it: read off act(u), or off u for SiLU and GELU.</summary>
    static F32 Adjoint(GroupShape s, Activation act, Matrix dy, F32 normalized, int row, int c)
    {
        var before = F32.Fma(normalized, Gain(s).At(c, 0), Bias(s).At(c, 0));
        var known = act is Activation.Silu or Activation.Gelu ? before : ActivationChoice.Value(act, before);
        return dy.At(row, c) * ActivationChoice.Derivative(act, known);
    }

    static F32 Normalized(GroupShape s, Matrix x, Matrix moments, int row, int c) => Formulas.Normalized.Apply(
        x.At(row, c), moments.At(row / s.Pixels, c / s.Channels),
        moments.At(row / s.Pixels, s.Groups + c / s.Channels));

    public static IEnumerable<object[]> MomentsCases() => Cases(GroupMoments.Ladder);

    [RungCases(nameof(MomentsCases))]
    public void Moments_of_groups(Rung<GroupMoments.Arguments> rung, GroupShape s)
    {
        var x = X(s);
        var moments = new Matrix(s.N, 2 * s.Groups, gap: 1);

        Simulator.Run(rung, new(Simulator[x], Simulator[moments], s));

        var count = new F32(s.InverseCount);
        MustBe(moments, (n, i) => i < s.Groups ? Mean(n, i) : InverseDeviation.Apply(
            count * Sum(n, i - s.Groups, value => Squared(value - Mean(n, i - s.Groups))), new F32(s.Epsilon)));

        F32 Mean(int n, int g) => count * Sum(n, g, value => value);

        F32 Sum(int n, int g, Func<F32, F32> value) => Order.Ascending(s.Channels, i => Order.Row(
            s.Pixels, p => value(x.At(n * s.Pixels + p, g * s.Channels + i))));

        static F32 Squared(F32 value) => value * value;
    }

    public static IEnumerable<object[]> NormCases() => Activated(GroupNorm.Ladder);

    [RungCases(nameof(NormCases))]
    public void Values(Rung<GroupNorm.Arguments> rung, GroupShape s, Activation act)
    {
        Matrix x = X(s), moments = Moments(s), gain = Gain(s), bias = Bias(s);
        var y = new Matrix(s.Rows, s.C, gap: 2);

        Simulator.Run(rung, new(
            Simulator[x], Simulator[moments], Simulator[gain], Simulator[bias], act, Simulator[y], s));

        MustBe(y, (row, c) => ActivationChoice.Value(
            act, F32.Fma(Normalized(s, x, moments, row, c), gain.At(c, 0), bias.At(c, 0))));
    }

    public static IEnumerable<object[]> SumsCases() => Activated(GroupNormSums.Ladder);

    [RungCases(nameof(SumsCases))]
    public void Sums_of_adjoints(Rung<GroupNormSums.Arguments> rung, GroupShape s, Activation act)
    {
        Matrix x = X(s), moments = Moments(s), dy = DY(s), sums = new(s.N, s.C, gap: 1), products = new(s.N, s.C);

        Simulator.Run(rung, new(
            Simulator[x], Simulator[moments], Simulator[Gain(s)], Simulator[Bias(s)], act, Simulator[dy],
            Simulator[sums], Simulator[products], s));

        MustBe(sums, (n, c) => Order.Row(s.Pixels, p => G(n * s.Pixels + p, c)), "sums");
        MustBe(products, (n, c) => Order.Row(s.Pixels, p =>
            G(n * s.Pixels + p, c) * Normalized(s, x, moments, n * s.Pixels + p, c)), "products");

        F32 G(int row, int c) => Adjoint(s, act, dy, Normalized(s, x, moments, row, c), row, c);
    }

    public static IEnumerable<object[]> GradCases() => Activated(GroupNormGrad.Ladder);

    [RungCases(nameof(GradCases))]
    public void Adjoints(Rung<GroupNormGrad.Arguments> rung, GroupShape s, Activation act)
    {
        Matrix x = X(s), moments = Moments(s), gain = Gain(s), dy = DY(s);
        Matrix sums = Matrix.Random(s.N, s.C, -9, 9, seed: 6), products = Matrix.Random(s.N, s.C, -9, 9, seed: 7);
        var dx = new Matrix(s.Rows, s.C, gap: 1);

        Simulator.Run(rung, new(
            Simulator[x], Simulator[moments], Simulator[gain], Simulator[Bias(s)], act, Simulator[dy],
            Simulator[sums], Simulator[products], Simulator[dx], s));

        MustBe(dx, (row, c) => moments.At(row / s.Pixels, s.Groups + c / s.Channels) * NormalizedAdjoint.Apply(
            Normalized(s, x, moments, row, c),
            Adjoint(s, act, dy, Normalized(s, x, moments, row, c), row, c) * gain.At(c, 0),
            Mean(sums, row, c), Mean(products, row, c)));

        F32 Mean(Matrix of, int row, int c)
        {
            var first = c / s.Channels * s.Channels;
            return new F32(s.InverseCount) * Order.Dot(
                s.Channels, i => gain.At(first + i, 0), i => of.At(row / s.Pixels, first + i));
        }
    }
}
