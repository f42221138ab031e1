using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>The kernels of denoisers: the formulas' bits, sums in the documented order.</summary>
public sealed class DiffusionTests(Machine machine) : KernelFixture(machine)
{
    static readonly Noise Noise = new(seed: 0x0123456789ABCDEF, step: 7, stream: 2);

    static readonly (int B, int D)[] Shapes = [.. RowShapes, (2, 97), (2, 129)];

    [TestCaseSource(nameof(Shapes))]
    public void Given_noise((int B, int D) shape)
    {
        var (b, d) = shape;
        var x = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1);
        var logSnr = Matrix.Random(b, 1, -9, 9, seed: 2, gap: 1);
        var eps = Matrix.Random(b, d, -3, 3, seed: 3);
        var z = new Matrix(b, d, offset: 1);

        Simulator.Run(Diffuse.Ladder.InUse, new(
            Simulator[x], Simulator[logSnr], Simulator[eps], Simulator[z], b, d));

        MustBe(z, (row, i) => Formulas.Diffuse.Apply(x.At(row, i), logSnr.At(row, 0), eps.At(row, i)));
    }

    public static IEnumerable<object[]> NoiseCases() => Every(DiffuseNoise.Ladder, Shapes);

    [RungCases(nameof(NoiseCases))]
    public void Noise_of_its_own(Rung<DiffuseNoise.Arguments> rung, int b, int d)
    {
        var x = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1);
        var logSnr = Matrix.Random(b, 1, -9, 9, seed: 2);
        Matrix z = new(b, d), eps = new(b, d, gap: 2), alone = new(b, d), unread = new(b, d);
        var (normals, untouched) = (NormalNumbers(b, d), unread.Bits);

        Simulator.Run(rung, new(
            Simulator[x], Simulator[logSnr], Noise, Simulator[z], Simulator[eps], KeepsEps: 1, b, d));
        Simulator.Run(rung, new(
            Simulator[x], Simulator[logSnr], Noise, Simulator[alone], Simulator[unread], KeepsEps: 0, b, d));

        MustBe(eps, normals.At);
        MustBe(z, (row, i) =>
            Formulas.Diffuse.Apply(x.At(row, i), logSnr.At(row, 0), normals.At(row, i)));
        Assert.That(alone.Bits, Is.EqualTo(z.Bits));
        Assert.That(unread.Bits, Is.EqualTo(untouched));
    }

    Matrix NormalNumbers(int b, int d)
    {
        var normals = new Matrix(b, d);
        Simulator.Run(Normals.Ladder.InUse, new(Simulator[normals], Noise, b, d));
        return normals;
    }

    public static IEnumerable<object[]> SquaredErrorCases() => Every(SquaredErrorRows.Ladder, Shapes);

    [RungCases(nameof(SquaredErrorCases))]
    public void Squared_errors(Rung<SquaredErrorRows.Arguments> rung, int b, int d)
    {
        var y = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1);
        var target = Matrix.Random(b, d, -2, 2, seed: 2);
        var loss = new Matrix(b, 1, gap: 1);

        Simulator.Run(rung, new(
            Simulator[y], Simulator[target], Simulator[loss], b, d));

        MustBe(loss, (row, _) =>
            Order.Row(d, i => SquaredError.Apply(y.At(row, i), target.At(row, i))));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Squared_error_adjoints((int B, int D) shape)
    {
        var (b, d) = shape;
        var y = Matrix.Random(b, d, -2, 2, seed: 1);
        var target = Matrix.Random(b, d, -2, 2, seed: 2, gap: 1);
        var dLoss = Matrix.Random(b, 1, -1, 1, seed: 3);
        var dy = new Matrix(b, d, gap: 1);

        Simulator.Run(SquaredErrorRowsGrad.Ladder.InUse, new(
            Simulator[y], Simulator[target], Simulator[dLoss], Simulator[dy], b, d));

        MustBe(dy, (row, i) =>
            dLoss.At(row, 0) * SquaredErrorGrad.Apply(y.At(row, i), target.At(row, i)).A);
    }

    public static IEnumerable<object[]> WithGradCases() => Every(SquaredErrorRowsWithGrad.Ladder, Shapes);

    [RungCases(nameof(WithGradCases))]
    public void Squared_errors_with_adjoints(Rung<SquaredErrorRowsWithGrad.Arguments> rung, int b, int d)
    {
        var y = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1);
        var target = Matrix.Random(b, d, -2, 2, seed: 2);
        var dLoss = Matrix.Random(b, 1, -1, 1, seed: 3);
        Matrix loss = new(b, 1, gap: 1), dy = new(b, d, gap: 2);

        Simulator.Run(rung, new(
            Simulator[y], Simulator[target], Simulator[dLoss], Simulator[loss], Simulator[dy], b, d));

        BothMustBe(loss, dy, y, target, dLoss);
    }

    public static IEnumerable<object[]> PredictionCases() => Every(NoisePredictionRowsWithGrad.Ladder, Shapes);

    [RungCases(nameof(PredictionCases))]
    public void Noise_prediction_with_adjoints(Rung<NoisePredictionRowsWithGrad.Arguments> rung, int b, int d)
    {
        var y = Matrix.Random(b, d, -2, 2, seed: 1, gap: 1);
        var dLoss = Matrix.Random(b, 1, -1, 1, seed: 3, gap: 1);
        Matrix loss = new(b, 1, gap: 1), dy = new(b, d, gap: 2), eps = NormalNumbers(b, d);

        Simulator.Run(rung, new(
            Simulator[y], Noise, Simulator[dLoss], Simulator[loss], Simulator[dy], b, d));

        BothMustBe(loss, dy, y, eps, dLoss);
    }

    static void BothMustBe(Matrix loss, Matrix dy, Matrix y, Matrix target, Matrix dLoss)
    {
        MustBe(loss, (row, _) =>
            Order.Row(y.Columns, i => SquaredError.Apply(y.At(row, i), target.At(row, i))));
        MustBe(dy, (row, i) =>
            dLoss.At(row, 0) * SquaredErrorGrad.Apply(y.At(row, i), target.At(row, i)).A);
    }

    [Test]
    public void Every_schedule([Values] NoiseCurveKind kind, [Values(1, 300)] int b)
    {
        float[] c = kind switch
        {
            NoiseCurveKind.StraightLine => [13.3f, -5, 0],
            NoiseCurveKind.LinearBeta => [0.1f, 20, 0],
            NoiseCurveKind.Sigmoid => [-3, 3, 0],
            _ => [0.002f, 80, 7],
        };
        var t = Matrix.Random(b, 1, 0, 1, seed: 1, gap: 1);
        var logSnr = new Matrix(b, 1, gap: 2);

        Simulator.Run(ScheduleLogSnr.Ladder.InUse, new(
            new(kind, 0.01f, 0.98f, c[0], c[1], c[2]), Simulator[t], Simulator[logSnr], b, 1));

        MustBe(logSnr, (row, _) => NoiseCurve.At<F32>(
            kind, t.At(row, 0), new(0.01f), new(0.98f), new(c[0]), new(c[1]), new(c[2])));
    }

    [Test]
    public void Schedule_and_time_features([Values(1, 9)] int b, [Values(1, 33)] int count)
    {
        var t = Matrix.Random(b, 1, 0, 1, seed: 1, gap: 1);
        var frequencies = Matrix.Random(count, 1, 0, 160, seed: 2);
        Matrix logSnr = new(b, 1), y = new(b, 2 * count, gap: 1);

        Simulator.Run(CosineLogSnr.Ladder.InUse, new(Simulator[t], Simulator[logSnr], b, 1));
        Simulator.Run(TimeEmbedding.Ladder.InUse, new(
            Simulator[t], Simulator[frequencies], Simulator[y], b, count));

        MustBe(logSnr, (row, _) => Formulas.CosineLogSnr.Apply(t.At(row, 0)));
        MustBe(y, (row, i) =>
        {
            var (sin, cos) = TimeFeatures.At(t.At(row, 0), frequencies.At(i % count, 0));
            return i < count ? sin : cos;
        });
    }
}
