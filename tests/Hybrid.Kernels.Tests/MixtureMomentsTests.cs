using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>The E-step of a mixture: every rung in the documented order, to the bit.</summary>
public sealed class MixtureMomentsTests(Machine machine) : KernelFixture(machine)
{
    // On both sides of a warp's rows and of V2's four columns; more warps than a block has.
    static readonly (int B, int K, int D)[] Shapes = [(1, 1, 1), (31, 3, 4), (33, 9, 5), (70, 2, 3)];

    const float LogCount = 0.7f;

    public static IEnumerable<object[]> Cases() =>
        from rung in MixtureMoments.Ladder.Rungs
        from s in Shapes
        select new object[] { rung, s.B, s.K, s.D };

    [RungCases(nameof(Cases))]
    public void Moments(Rung<MixtureMoments.Arguments> rung, int b, int k, int d)
    {
        Matrix x = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1), mu = Matrix.Random(k, d, -2, 2, seed: 2);
        Matrix precision = Matrix.Random(k, d, 0.1, 1, seed: 3, gap: 2), scale = Matrix.Random(k, 1, -3, 0, seed: 4);
        Matrix density = Matrix.Random(b, 1, -3, 0, seed: 5), count = new(k, 1);
        Matrix first = new(k, d, gap: 1), second = new(k, d, gap: 2);

        Simulator.Run(rung, new(
            Simulator[x], Simulator[mu], Simulator[precision], Simulator[scale], Simulator[density],
            Simulator[count], Simulator[first], Simulator[second], LogCount, b, k, d));

        MustBe(count, (component, _) => Order.Row(b, row => Responsibility(row, component)), "count");
        MustBe(first, (component, column) => Moments(component, column).First, "first");
        MustBe(second, (component, column) => Moments(component, column).Second, "second");

        F32 Responsibility(int row, int component)
        {
            var square = F32.Const(0);
            for (var i = 0; i < d; i++)
                square = MixtureDensity.AddSquare(
                    square, x.At(row, i), mu.At(component, i), precision.At(component, i));
            return Formulas.Responsibility.Apply(
                scale.At(component, 0) - square, new(LogCount), density.At(row, 0));
        }

        (F32 First, F32 Second) Moments(int component, int column)
        {
            F32[] firsts = new F32[32], seconds = new F32[32];
            for (var row = 0; row < b; row++)
                MixtureDensity.AddMoments(
                    ref firsts[row % 32], ref seconds[row % 32], Responsibility(row, component),
                    x.At(row, column), mu.At(component, column));
            return (Order.Row(32, i => firsts[i]), Order.Row(32, i => seconds[i]));
        }
    }
}
