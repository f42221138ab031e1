using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>Adaptive layer norm, gates and transposed blocks, in the documented order to the bit.</summary>
public sealed class ModulationTests(Machine machine) : KernelFixture(machine)
{
    /// <summary>
    /// Conditions, rows of each on both sides of four, and columns on both sides of a warp's 32, and of 128.
    /// </summary>
    static readonly (int C, int T, int D)[] Shapes =
        [(1, 1, 1), (2, 3, 31), (3, 5, 33), (9, 2, 70), (2, 9, 64), (1, 4, 130)];

    public static IEnumerable<object[]> Cases() => Of(ModulatedLayerNorm.Ladder);

    public static IEnumerable<object[]> GradCases() => Of(ModulatedLayerNormGrad.Ladder);

    static IEnumerable<object[]> Of<TArguments>(Ladder<TArguments> ladder) where TArguments : struct =>
        from rung in ladder.Rungs from s in Shapes select new object[] { rung, s.C, s.T, s.D };

    sealed record Rows(int C, int T, int D)
    {
        public int R => C * T;

        public readonly Matrix X = Matrix.Random(C * T, D, -3, 3, seed: 1, gap: 1);
        public readonly Matrix Shift = Matrix.Random(C, D, -1, 1, seed: 2, gap: 2);
        public readonly Matrix Scale = Matrix.Random(C, D, -1, 1, seed: 3);
        public readonly Matrix DY = Matrix.Random(C * T, D, -1, 1, seed: 4, gap: 3);
        public readonly Matrix Statistics = Moments(C * T, D);

        static Matrix Moments(int rows, int cols)
        {
            var x = Matrix.Random(rows, cols, -3, 3, seed: 1, gap: 1);
            return new Matrix(rows, 2, gap: 1).With((row, i) =>
            {
                var mean = Order.Row(cols, d => x.At(row, d)) / new F32(cols);
                if (i == 0) return mean.V;
                F32 Residual(int d) => x.At(row, d) - mean;
                var variance = Order.Row(cols, d => Residual(d) * Residual(d)) / new F32(cols);
                return InverseDeviation.Apply(variance, new F32(InverseDeviation.DefaultEpsilon)).V;
            });
        }

        public F32 At(int row, int d) => Normalized.Apply(X.At(row, d), Statistics.At(row, 0), Statistics.At(row, 1));

        public F32 G(int row, int d) => DY.At(row, d) * (F32.Const(1) + Scale.At(row / T, d));
    }

    [RungCases(nameof(Cases))]
    public void Rows_are_normalised_and_modulated(Rung<ModulatedLayerNorm.Arguments> rung, int conditions, int rows, int columns)
    {
        var s = (C: conditions, T: rows, D: columns);
        var m = new Rows(s.C, s.T, s.D);
        Matrix y = new(m.R, s.D, gap: 2), statistics = new(m.R, 2);
        Simulator.Run(rung, new(Simulator[m.X], Simulator[m.Shift], Simulator[m.Scale],
            Simulator[y], Simulator[statistics], m.R, s.D, s.T));
        MustBe(statistics, m.Statistics.At);
        MustBe(y, (row, d) => Modulated.Apply(m.At(row, d), m.Shift.At(row / s.T, d), m.Scale.At(row / s.T, d)));
    }

    [RungCases(nameof(GradCases))]
    public void Their_adjoint(Rung<ModulatedLayerNormGrad.Arguments> rung, int conditions, int rows, int columns)
    {
        var s = (C: conditions, T: rows, D: columns);
        var m = new Rows(s.C, s.T, s.D);
        var dx = new Matrix(m.R, s.D, gap: 1);
        Simulator.Run(rung, new(Simulator[m.X], Simulator[m.Scale],
            Simulator[m.Statistics], Simulator[m.DY], Simulator[dx], m.R, s.D, s.T));
        MustBe(dx, (row, d) =>
        {
            var mean = Order.Row(s.D, i => m.G(row, i)) / new F32(s.D);
            var correlation = Order.Row(s.D, i => m.G(row, i) * m.At(row, i)) / new F32(s.D);
            return m.Statistics.At(row, 1) * NormalizedAdjoint.Apply(m.At(row, d), m.G(row, d), mean, correlation);
        });
    }

    public static IEnumerable<object[]> ModulationGradCases() => Of(ModulationGrad.Ladder);

    [RungCases(nameof(ModulationGradCases))]
    public void The_adjoints_of_shift_and_scale(
        Rung<ModulationGrad.Arguments> rung, int conditions, int rows, int columns)
    {
        var s = (C: conditions, T: rows, D: columns);
        var m = new Rows(s.C, s.T, s.D);
        Matrix dShift = new(s.C, s.D, gap: 1), dScale = new(s.C, s.D);
        Simulator.Run(rung, new(Simulator[m.X], Simulator[m.Statistics], Simulator[m.DY],
            Simulator[dShift], Simulator[dScale], m.R, s.D, s.T));
        MustBe(dShift, (c, d) => Chain(c, s.T, (sum, row) => sum + m.DY.At(row, d)));
        MustBe(dScale, (c, d) => Chain(c, s.T, (sum, row) => F32.Fma(m.DY.At(row, d), m.At(row, d), sum)));
    }

    public static IEnumerable<object[]> GateCases() =>
        from one in Of(AddGated.Ladder) from gap in new[] { 0, 1 } select (object[])[.. one, gap];

    [RungCases(nameof(GateCases))]
    public void Gates(Rung<AddGated.Arguments> rung, int conditions, int rows, int columns, int gap)
    {
        var s = (C: conditions, T: rows, D: columns);
        int r = s.C * s.T;
        Matrix x = Matrix.Random(r, s.D, -3, 3, seed: 1, gap: gap), h = Matrix.Random(r, s.D, -2, 2, seed: 5);
        Matrix gate = Matrix.Random(s.C, s.D, -1, 1, seed: 3), y = new(r, s.D);
        Simulator.Run(rung, new(Simulator[x], Simulator[h], Simulator[gate], Simulator[y], r, s.D, s.T));
        MustBe(y, (row, d) => Gated.Apply(x.At(row, d), h.At(row, d), gate.At(row / s.T, d)));
    }

    public static IEnumerable<object[]> GateGradCases() => Of(AddGatedGrad.Ladder);

    [RungCases(nameof(GateGradCases))]
    public void Their_adjoints(Rung<AddGatedGrad.Arguments> rung, int conditions, int rows, int columns)
    {
        var s = (C: conditions, T: rows, D: columns);
        var m = new Rows(s.C, s.T, s.D);
        Matrix dh = new(m.R, s.D), dGate = new(s.C, s.D, gap: 1);
        var h = Matrix.Random(m.R, s.D, -2, 2, seed: 5);
        Simulator.Run(rung, new(Simulator[h], Simulator[m.Scale], Simulator[m.DY], Simulator[dh],
            Simulator[dGate], m.R, s.D, s.T));
        MustBe(dh, (row, d) => m.Scale.At(row / s.T, d) * m.DY.At(row, d));
        MustBe(dGate, (c, d) => Chain(c, s.T, (sum, row) => F32.Fma(m.DY.At(row, d), h.At(row, d), sum)));
    }

    [TestCase(1, 1, 1, 1)]
    [TestCase(3, 4, 7, 4)]
    [TestCase(2, 9, 3, 33)]
    [TestCase(5, 2, 12, 1)]
    public void Blocks_change_places(int matrices, int high, int places, int width)
    {
        var x = Matrix.Random(matrices * high, places * width, -1, 1, seed: 1, gap: 1);
        Matrix y = new(matrices * places, high * width, gap: 2), back = new(matrices * high, places * width);
        Simulator.Run(TransposeBlocks.Ladder.InUse, new(
            Simulator[x], Simulator[y], high, places, width, matrices * places, high * width));
        MustBe(y, (row, column) =>
            x.At(row / places * high + column / width, row % places * width + column % width));
        Simulator.Run(TransposeBlocks.Ladder.InUse, new(
            Simulator[y], Simulator[back], places, high, width, matrices * high, places * width));
        MustBe(back, x.At, "the way back is the same with rows and places exchanged");
    }

    static F32 Chain(int condition, int rows, Func<F32, int, F32> step)
    {
        var sum = F32.Const(0);
        for (var row = condition * rows; row < (condition + 1) * rows; row++) sum = step(sum, row);
        return sum;
    }
}
