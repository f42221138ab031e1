using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>The adjoints of a mixture, densities of rows and couplings, in the documented order to the bit.</summary>
public sealed class DensityTests(Machine machine) : KernelFixture(machine)
{
    /// <summary>On both sides of a tile's 32 rows and columns, and of its 64 dimensions.</summary>
    static readonly (int B, int N, int D)[] Mixtures =
        [(1, 1, 1), (3, 31, 2), (33, 9, 33), (8, 70, 5), (35, 33, 66)];

    sealed record Mixture(int B, int N, int D)
    {
        public readonly Matrix Z = Matrix.Random(B, D, -1, 1, seed: 1, gap: 1);
        public readonly Matrix Mu = Matrix.Random(N, D, -1, 1, seed: 2);
        public readonly Matrix Precision = Matrix.Random(N, D, 0.1, 2, seed: 3, gap: 2);
        public readonly Matrix Scale = Matrix.Random(N, 1, -1, 1, seed: 4);
        public readonly Matrix LogDensity = Matrix.Random(B, 1, -D - 2, -D, seed: 5, gap: 1);
        public readonly Matrix DY = Matrix.Random(B, 1, -1, 1, seed: 6);
        public readonly float LogCount = MixtureDensity.LogCount(N);

        /// <summary>What a component's scale is more at the point of its number.</summary>
        public const float Own = -0.7f;

        public static F32 At(int b, int n, F32 scale) => b == n ? scale + new F32(Own) : scale;

        public F32 Share(int b, int n)
        {
            var square = F32.Const(0);
            for (var d = 0; d < D; d++)
                square = MixtureDensity.AddSquare(square, Z.At(b, d), Mu.At(n, d), Precision.At(n, d));
            return Responsibility.Apply(At(b, n, Scale.At(n, 0)) - square, new F32(LogCount), LogDensity.At(b, 0));
        }
    }

    [TestCaseSource(nameof(Mixtures))]
    public void Points_adjoint((int B, int N, int D) s)
    {
        var m = new Mixture(s.B, s.N, s.D);
        var dz = new Matrix(s.B, s.D, gap: 3);

        Simulator.Run(MixtureGradRows.Ladder.InUse, new(
            Simulator[m.Z], Simulator[m.Mu], Simulator[m.Precision], Simulator[m.Scale], m.LogCount,
            Mixture.Own, Simulator[m.LogDensity], Simulator[m.DY], Simulator[dz], s.B, s.N, s.D));

        MustBe(dz, (b, d) =>
        {
            var sum = F32.Const(0);
            for (var n = 0; n < s.N; n++)
                sum = MixtureDensity.AddPull(sum, m.Share(b, n), m.Z.At(b, d), m.Mu.At(n, d), m.Precision.At(n, d));
            return F32.Const(-2) * m.DY.At(b, 0) * sum;
        });
    }

    [TestCaseSource(nameof(Mixtures))]
    public void Components_adjoints((int B, int N, int D) s)
    {
        var m = new Mixture(s.B, s.N, s.D);
        Matrix dMu = new(s.N, s.D, gap: 1), dPrecision = new(s.N, s.D), dScale = new(s.N, 1, gap: 1);

        Simulator.Run(MixtureGradComponents.Ladder.InUse, new(
            Simulator[m.Z], Simulator[m.Mu], Simulator[m.Precision], Simulator[m.Scale], m.LogCount,
            Mixture.Own, Simulator[m.LogDensity], Simulator[m.DY], Simulator[dMu], Simulator[dPrecision],
            Simulator[dScale], s.B, s.N, s.D));

        MustBe(dMu, (n, d) => F32.Const(2) * m.Precision.At(n, d) * Moments(n, d).First, "dMu");
        MustBe(dPrecision, (n, d) => -Moments(n, d).Second, "dHalfPrecision");
        MustBe(dScale, (n, _) => Order.Ascending(s.B, b => m.DY.At(b, 0) * m.Share(b, n)), "dLogScale");

        (F32 First, F32 Second) Moments(int n, int d)
        {
            F32 first = F32.Const(0), second = F32.Const(0);
            for (var b = 0; b < s.B; b++)
                MixtureDensity.AddMoments(
                    ref first, ref second, m.DY.At(b, 0) * m.Share(b, n), m.Z.At(b, d), m.Mu.At(n, d));
            return (first, second);
        }
    }

    /// <summary>Numbers of every row and column that a mixture's marginals and their adjoint are.</summary>
    sealed record Marginals(Mixture Of)
    {
        public readonly Matrix LogVar = Matrix.Random(Of.N, Of.D, -1, 1, seed: 7, gap: 1);
        public readonly Matrix Log = Matrix.Random(Of.B, Of.D, -3, -1, seed: 8, gap: 2);
        public readonly Matrix DY = Matrix.Random(Of.B, Of.D, -1, 1, seed: 9);

        public F32 Share(int b, int n, int d) => Responsibility.Apply(
            MixtureDensity.Marginal(
                Of.Z.At(b, d), Of.Mu.At(n, d), Of.Precision.At(n, d),
                Mixture.At(b, n, MixtureDensity.ScaleTerm(LogVar.At(n, d)))),
            new(Of.LogCount), Log.At(b, d));
    }

    [TestCaseSource(nameof(Mixtures))]
    public void Points_adjoint_of_marginals((int B, int N, int D) s)
    {
        var m = new Mixture(s.B, s.N, s.D);
        var marginals = new Marginals(m);
        var dz = new Matrix(s.B, s.D, gap: 3);

        Simulator.Run(MixtureMarginalGradRows.Ladder.InUse, new(
            Simulator[m.Z], Simulator[m.Mu], Simulator[marginals.LogVar], Simulator[m.Precision], m.LogCount,
            Mixture.Own, Simulator[marginals.Log], Simulator[marginals.DY], Simulator[dz], s.B, s.N, s.D));

        MustBe(dz, (b, d) =>
        {
            var sum = F32.Const(0);
            for (var n = 0; n < s.N; n++)
                sum = MixtureDensity.AddPull(
                    sum, marginals.Share(b, n, d), m.Z.At(b, d), m.Mu.At(n, d), m.Precision.At(n, d));
            return F32.Const(-2) * marginals.DY.At(b, d) * sum;
        });
    }

    [TestCaseSource(nameof(Mixtures))]
    public void Components_adjoints_of_marginals((int B, int N, int D) s)
    {
        var m = new Mixture(s.B, s.N, s.D);
        var marginals = new Marginals(m);
        Matrix dMu = new(s.N, s.D, gap: 1), dPrecision = new(s.N, s.D), dLogVar = new(s.N, s.D, gap: 1);

        Simulator.Run(MixtureMarginalGradComponents.Ladder.InUse, new(
            Simulator[m.Z], Simulator[m.Mu], Simulator[marginals.LogVar], Simulator[m.Precision], m.LogCount,
            Mixture.Own, Simulator[marginals.Log], Simulator[marginals.DY], Simulator[dMu], Simulator[dPrecision],
            Simulator[dLogVar], s.B, s.N, s.D));

        MustBe(dMu, (n, d) => F32.Const(2) * m.Precision.At(n, d) * Moments(n, d).First, "dMu");
        MustBe(dPrecision, (n, d) => -Moments(n, d).Second, "dHalfPrecision");
        MustBe(dLogVar, (n, d) => F32.Const(-0.5) * Order.Ascending(s.B, b => Weight(b, n, d)), "dLogVar");

        F32 Weight(int b, int n, int d) => marginals.DY.At(b, d) * marginals.Share(b, n, d);

        (F32 First, F32 Second) Moments(int n, int d)
        {
            F32 first = F32.Const(0), second = F32.Const(0);
            for (var b = 0; b < s.B; b++)
                MixtureDensity.AddMoments(ref first, ref second, Weight(b, n, d), m.Z.At(b, d), m.Mu.At(n, d));
            return (first, second);
        }
    }

    [TestCaseSource(nameof(RowShapes))]
    public void Log_densities_adjoints((int B, int D) shape)
    {
        var (b, d) = shape;
        Matrix x = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1), mu = Matrix.Random(b, d, -2, 2, seed: 2);
        Matrix logVar = Matrix.Random(b, d, -2, 2, seed: 3, gap: 2), dy = Matrix.Random(b, 1, -1, 1, seed: 4);
        Matrix dx = new(b, d), dLogVar = new(b, d, gap: 1);

        Simulator.Run(GaussianLogDensityRowsGrad.Ladder.InUse, new(
            Simulator[x], Simulator[mu], Simulator[logVar], Simulator[dy], Simulator[dx], Simulator[dLogVar], b, d));

        MustBe(dx, (row, i) => -dy.At(row, 0) * Slopes(row, i).A);
        MustBe(dLogVar, (row, i) => -dy.At(row, 0) * Slopes(row, i).C);

        (F32 A, F32 B, F32 C) Slopes(int row, int i) =>
            GaussianNllGrad.Apply(x.At(row, i), mu.At(row, i), logVar.At(row, i));
    }

    [TestCaseSource(nameof(RowShapes))]
    public void Scales_adjoint((int B, int D) shape)
    {
        var (n, d) = shape;
        Matrix precision = Matrix.Random(n, d, 0, 2, seed: 1), dPrecision = Matrix.Random(n, d, -1, 1, seed: 2, gap: 1);
        Matrix dScale = Matrix.Random(n, 1, -1, 1, seed: 3, gap: 2), dLogVar = new(n, d, gap: 1);

        Simulator.Run(GaussianScalesGrad.Ladder.InUse, new(
            Simulator[precision], Simulator[dPrecision], Simulator[dScale], Simulator[dLogVar], n, d));

        MustBe(dLogVar, (row, i) =>
            MixtureDensity.LogVarGrad(precision.At(row, i), dPrecision.At(row, i), dScale.At(row, 0)));
    }

    /// <summary>Ranks by sorting; keys of few values, so that some are equal.</summary>
    [TestCaseSource(nameof(RowShapes))]
    public void Permuted_columns((int B, int D) shape)
    {
        var (b, d) = shape;
        Matrix x = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1), keys = new(b, d), y = new(b, d, gap: 2);
        var random = new Random(2);
        for (var i = 0; i < b * d; i++) keys[i / d, i % d] = random.Next(2 * b);

        Simulator.Run(PermuteColumns.Ladder.InUse, new(Simulator[x], Simulator[keys], Simulator[y], b, d));

        MustBe(y, (row, i) => x.At(Enumerable.Range(0, b).OrderBy(r => keys[r, i]).ElementAt(row), i));
    }

    [TestCaseSource(nameof(RowShapes))]
    public void A_couplings_adjoint_and_inverse((int B, int D) shape)
    {
        var (b, d) = shape;
        Matrix x = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1), s = Matrix.Random(b, d, -1, 1, seed: 2);
        Matrix t = Matrix.Random(b, d, -2, 2, seed: 3, gap: 2), dy = Matrix.Random(b, d, -1, 1, seed: 4);
        Matrix dLogDet = Matrix.Random(b, 1, -1, 1, seed: 5), dx = new(b, d), ds = new(b, d, gap: 1);
        Matrix back = new(b, d), part = new(b, d);

        Simulator.Run(AffineCouplingGrad.Ladder.InUse, new(
            Simulator[x], Simulator[s], Simulator[dy], Simulator[dLogDet], Simulator[dx], Simulator[ds], b, d));
        Simulator.Run(AffineCouplingInverse.Ladder.InUse, new(
            Simulator[x], Simulator[s], Simulator[t], Simulator[back], b, d));
        Simulator.Run(Scale.Ladder.InUse, new(Simulator[x], 0.3f, Simulator[part], b, d));

        MustBe(dx, (row, i) => dy.At(row, i) * F32.Exp(s.At(row, i)));
        MustBe(ds, (row, i) => F32.Fma(dx.At(row, i), x.At(row, i), dLogDet.At(row, 0)));
        MustBe(back, (row, i) => (x.At(row, i) - t.At(row, i)) * F32.Exp(-s.At(row, i)));
        MustBe(part, (row, i) => new F32(0.3f) * x.At(row, i));
    }
}

/// <summary>Those whose sums meet across a warp.</summary>
[TestFixtureSource(typeof(Machines), nameof(Machines.WithWarps))]
public sealed class DensityRowTests(Machine machine) : KernelFixture(machine)
{
    [TestCaseSource(nameof(RowShapes))]
    public void Log_densities((int B, int D) shape)
    {
        var (b, d) = shape;
        Matrix x = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1), mu = Matrix.Random(b, d, -2, 2, seed: 2);
        Matrix logVar = Matrix.Random(b, d, -2, 2, seed: 3, gap: 2), y = new(b, 1);

        Simulator.Run(GaussianLogDensityRows.Ladder.InUse, new(
            Simulator[x], Simulator[mu], Simulator[logVar], Simulator[y], b, d));

        MustBe(y, (row, _) =>
            -Order.Row(d, i => GaussianNll.Apply(x.At(row, i), mu.At(row, i), logVar.At(row, i))));
    }

    [TestCaseSource(nameof(RowShapes))]
    public void A_coupling((int B, int D) shape)
    {
        var (b, d) = shape;
        Matrix x = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1), s = Matrix.Random(b, d, -1, 1, seed: 2);
        Matrix t = Matrix.Random(b, d, -2, 2, seed: 3, gap: 2), y = new(b, d, gap: 1), logDet = new(b, 1);

        Simulator.Run(AffineCoupling.Ladder.InUse, new(
            Simulator[x], Simulator[s], Simulator[t], Simulator[y], Simulator[logDet], b, d));

        MustBe(y, (row, i) => F32.Fma(x.At(row, i), F32.Exp(s.At(row, i)), t.At(row, i)));
        MustBe(logDet, (row, _) => Order.Row(d, i => s.At(row, i)));
    }
}
