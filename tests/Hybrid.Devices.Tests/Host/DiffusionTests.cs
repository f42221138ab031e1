using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

/// <summary>What denoisers are made of, against plain loops.</summary>
[TestFixture]
public sealed class DiffusionTests
{
    static readonly Shape[] Shapes = Shape.Awkward;

    static readonly Noise Noise = new(0x1234_5678_9ABC_DEF0, 7, 3);

    [Test]
    public void Noise_is_added_at_each_row_s_ratio([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] x = Sample.Uniform(s, 1), logSnr = Sample.Uniform(s.B, 2, -12, 12);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor data = bed.In(x, s.B, s.D), rows = bed.In(logSnr, s.B, 1);
            Tensor z = bed.Out(s.B, s.D), eps = bed.Out(s.B, s.D), given = bed.Out(s.B, s.D);
            Tensor normals = bed.Out(s.B, s.D), alone = bed.Out(s.B, s.D);
            bed.Ops.DiffuseNoise(data, rows, Noise, z, eps);
            bed.Ops.DiffuseNoise(data, rows, Noise, alone);
            bed.Ops.Normals(normals, Noise);
            bed.Ops.Diffuse(data, rows, eps, given);
            return [z, eps, given, normals, alone];
        });
        Everywhere.AssertSameBits(outputs[0], outputs[4], "noise kept and not");
        Everywhere.AssertSameBits(outputs[1], outputs[3], "the noise beside z");
        Everywhere.AssertSameBits(outputs[0], outputs[2], "noise made and noise given");
        Bound(outputs[0], i =>
        {
            var snr = Math.Exp(logSnr[i / s.D]);
            var signal = Math.Sqrt(snr / (1 + snr)) * x[i];
            var noise = Math.Sqrt(1 / (1 + snr)) * outputs[1][i];
            // A root halves the sigmoid's error and rounds; the noise's product rounds, and the fused step.
            const double Root = LaneMath.MaxUlp.Sigmoid + 1;
            return (signal + noise,
                U * (Root * Math.Abs(signal) + (Root + 1) * Math.Abs(noise) + Math.Abs(signal + noise)));
        });
    }

    [Test]
    public void The_schedule_is_its_formula([Values(1, 17, 3000)] int n)
    {
        var t = Sample.Uniform(n, 3, 0, 1);
        var logSnr = Everywhere.Same(bed =>
        {
            var to = bed.Out(n, 1);
            bed.Ops.CosineLogSnr(bed.In(t, n, 1), to);
            return to;
        });
        Assert.That(logSnr, Is.EqualTo(t.Select(at => Formulas.CosineLogSnr.Apply(new F32(at)).V)));
    }

    [Test]
    public void SquaredErrorRows_and_its_gradient([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] y = Sample.Uniform(s, 4), target = Sample.Uniform(s, 5), dLoss = Sample.Uniform(s.B, 6);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor p = bed.In(y, s.B, s.D), t = bed.In(target, s.B, s.D);
            Tensor loss = bed.Out(s.B, 1), dy = bed.Out(s.B, s.D);
            bed.Ops.SquaredErrorRows(p, t, loss);
            Tensor together = bed.Out(s.B, 1), dTogether = bed.Out(s.B, s.D), adjoint = bed.In(dLoss, s.B, 1);
            bed.Ops.SquaredErrorRowsGrad(p, t, adjoint, dy);
            bed.Ops.SquaredErrorRowsWithGrad(p, t, adjoint, together, dTogether);
            return [loss, dy, together, dTogether];
        });
        Everywhere.AssertSameBits(outputs[2], outputs[0], "rows, in one pass");
        Everywhere.AssertSameBits(outputs[3], outputs[1], "adjoints, in one pass");
        double Error(int i) => (double)y[i] - target[i];
        Bound(outputs[0], b => Sum(s.D, d =>
        {
            var square = Error(b * s.D + d) * Error(b * s.D + d);
            return (square, 3 * U * square);
        }));
        Bound(outputs[1], i =>
        {
            var exact = dLoss[i / s.D] * 2 * Error(i);
            return (exact, 2 * U * Math.Abs(exact));
        });
    }

    [Test]
    public void Noise_made_again_is_the_noise_that_was_made([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] y = Sample.Uniform(s, 4), dLoss = Sample.Uniform(s.B, 6);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor p = bed.In(y, s.B, s.D), adjoint = bed.In(dLoss, s.B, 1), eps = bed.Out(s.B, s.D);
            Tensor loss = bed.Out(s.B, 1), dy = bed.Out(s.B, s.D);
            Tensor remade = bed.Out(s.B, 1), dRemade = bed.Out(s.B, s.D);
            bed.Ops.Normals(eps, Noise);
            bed.Ops.SquaredErrorRowsWithGrad(p, eps, adjoint, loss, dy);
            bed.Ops.NoisePredictionRowsWithGrad(p, Noise, adjoint, remade, dRemade);
            return [loss, dy, remade, dRemade];
        });
        Everywhere.AssertSameBits(outputs[2], outputs[0], "losses");
        Everywhere.AssertSameBits(outputs[3], outputs[1], "adjoints");
    }

    [Test]
    public void Time_becomes_sines_and_cosines([Values(1, 9)] int b, [Values(1, 16, 33)] int count)
    {
        float[] t = Sample.Uniform(b, 7, 0, 1), frequencies = Sample.Uniform(count, 8, 0, 160);
        var y = Everywhere.Same(bed =>
        {
            var to = bed.Out(b, 2 * count);
            bed.Ops.TimeEmbedding(
                bed.In(t, b, 1), bed.In(frequencies, count, 1, Layout.Dense), to);
            return to;
        });
        Bound(y, i =>
        {
            var f = i % (2 * count);
            double turns = (double)(t[i / (2 * count)] * frequencies[f % count]) * 2 * Math.PI;
            var exact = f < count ? Math.Sin(turns) : Math.Cos(turns);
            // The product is a float; near a zero, 2π in double leaves its own rounding.
            return (exact, 2 * U * LaneMath.MaxUlp.SinTurn * Math.Abs(exact) + 1e-13);
        });
    }
}
