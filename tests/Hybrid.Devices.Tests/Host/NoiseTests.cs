using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

[TestFixture]
public sealed class NoiseTests
{
    static readonly Shape[] Shapes = Shape.Awkward;

    const ulong Seed = 0x1234_5678_9ABC_DEF0;
    const uint Step = 7, Stream = 3;

    static readonly Noise Noise = new(Seed, Step, Stream);

    [Test]
    public void The_reference_gives_the_published_numbers() => Assert.That(
        Philox4x32(0, 0, 0, 0, 0),
        Is.EqualTo(new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 }));

    [Test]
    public void Uniforms_are_the_upper_24_bits_of_the_documented_words([ValueSource(nameof(Shapes))] Shape s)
    {
        var y = Everywhere.Same(bed =>
        {
            var to = bed.Out(s.B, s.D);
            bed.Ops.Uniforms(to, Noise);
            return to;
        });
        for (var i = 0; i < y.Length; i++) Assert.That(y[i], Is.EqualTo(UniformAt(i / s.D, i % s.D)));
    }

    [Test]
    public void Normals_are_Box_Muller_of_words_a_block_apart([ValueSource(nameof(Shapes))] Shape s)
    {
        var y = Everywhere.Same(bed =>
        {
            var to = bed.Out(s.B, s.D);
            bed.Ops.Normals(to, Noise);
            return to;
        });
        Bound(y, i => NormalAt(i / s.D, i % s.D));
    }

    [Test]
    public void Binarize_compares_with_the_uniforms([ValueSource(nameof(Shapes))] Shape s)
    {
        var p = Sample.Uniform(s, 1, 0, 1);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor from = bed.In(p, s.B, s.D), to = bed.Out(s.B, s.D);
            bed.Ops.Binarize(from, Noise, to);
            bed.Ops.Binarize(from, Noise, from);
            return [to, from];
        });
        for (var i = 0; i < p.Length; i++)
            Assert.That(outputs[0][i], Is.EqualTo(UniformAt(i / s.D, i % s.D) < p[i] ? 1f : 0f));
        Everywhere.AssertSameBits(outputs[1], outputs[0], "in place");
    }

    [Test]
    public void ReparameterizeKl_draws_and_sums([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] mu = Sample.Uniform(s, 2), logVar = Sample.Uniform(s, 3, -4, 2);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor m = bed.In(mu, s.B, s.D), l = bed.In(logVar, s.B, s.D), z = bed.Out(s.B, s.D);
            Tensor kl = bed.Out(s.B, 1), klAlone = bed.Out(s.B, 1), eps = bed.Out(s.B, s.D);
            bed.Ops.ReparameterizeKl(m, l, Noise, z, kl);
            bed.Ops.KlRows(m, l, klAlone);
            bed.Ops.Normals(eps, Noise);
            return [z, kl, klAlone, eps];
        });
        Everywhere.AssertSameBits(outputs[1], outputs[2], "the KL beside the draw");
        Bound(outputs[0], i =>
        {
            var draw = Math.Exp(logVar[i] / 2) * outputs[3][i];
            return (mu[i] + draw, U * (2 * LaneMath.MaxUlp.Exp * Math.Abs(draw) + Math.Abs(mu[i] + draw)));
        });
    }

    [Test]
    public void ReparameterizeKlGrad_makes_the_same_noise_again([ValueSource(nameof(Shapes))] Shape s)
    {
        float[] mu = Sample.Uniform(s, 4), logVar = Sample.Uniform(s, 5, -4, 2);
        float[] dz = Sample.Uniform(s, 6), dKl = Sample.Uniform(s.B, 7);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor dMu = bed.Out(s.B, s.D), dLogVar = bed.Out(s.B, s.D), eps = bed.Out(s.B, s.D);
            bed.Ops.ReparameterizeKlGrad(bed.In(mu, s.B, s.D), bed.In(logVar, s.B, s.D), Noise,
                bed.In(dz, s.B, s.D), bed.In(dKl, s.B, 1), dMu, dLogVar);
            bed.Ops.Normals(eps, Noise);
            return [dMu, dLogVar, eps];
        });
        Bound(outputs[0], i =>
        {
            var exact = dz[i] + dKl[i / s.D] * (double)mu[i];
            return (exact, U * Math.Abs(exact));
        });
        Bound(outputs[1], i =>
        {
            double draw = dz[i] * 0.5 * Math.Exp(logVar[i] / 2) * outputs[2][i];
            double kl = dKl[i / s.D] * 0.5 * (Math.Exp(logVar[i]) - 1);
            return (draw + kl, U * ((2 * LaneMath.MaxUlp.Exp + 1) * Math.Abs(draw)
                + (2 * LaneMath.MaxUlp.Expm1 + 1) * Math.Abs(kl) + Math.Abs(draw + kl)));
        });
    }

    static float UniformAt(int row, int d) => Word(row, d) / 256 / (float)(1 << 24);

    /// <summary>r·cos or r·sin of the two uniforms; r errs by half of log's error and a rounding.</summary>
    static (double Exact, double Error) NormalAt(int row, int d)
    {
        var second = d / 32 % 2 == 1;
        double u1 = UniformAt(row, second ? d - 32 : d), u2 = UniformAt(row, second ? d : d + 32);
        var radius = Math.Sqrt(-2 * Math.Log(1 - u1));
        var exact = radius * (second ? Math.Sin(2 * Math.PI * u2) : Math.Cos(2 * Math.PI * u2));
        return (exact, U * Math.Abs(exact) * (LaneMath.MaxUlp.Log + 1 + 2 * LaneMath.MaxUlp.SinTurn + 1)
            + 1e-15 * radius);
    }

    static uint Word(int row, int d) =>
        Philox4x32(Seed, (uint)(d / 128 * 32 + d % 32), (uint)row, Step, Stream)[d / 32 % 4];

    /// <summary>Philox4x32-10 as in the paper, one counter at a time.</summary>
    static uint[] Philox4x32(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (var round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return [c0, c1, c2, c3];
    }
}
