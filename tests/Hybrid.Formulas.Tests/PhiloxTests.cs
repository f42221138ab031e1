using Hybrid.Theory;

namespace Hybrid.Formulas.Tests;

/// <summary>The generator against its authors' known answers, and its normals against the normal
/// law.</summary>
[TestFixture]
public class PhiloxTests
{
    /// <summary>Random123's kat_vectors, philox4x32 with 10 rounds: counter, key, result.</summary>
    static readonly TestCaseData[] KnownAnswers =
    [
        new(new uint[] { 0, 0, 0, 0 }, new uint[] { 0, 0 },
            new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 }),
        new(new[] { ~0u, ~0u, ~0u, ~0u }, new[] { ~0u, ~0u },
            new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd }),
        new(new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
            new uint[] { 0xa4093822, 0x299f31d0 },
            new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 }),
    ];

    [TestCaseSource(nameof(KnownAnswers))]
    public void Gives_the_known_answers(uint[] counter, uint[] key, uint[] answer)
    {
        var noise = new Noise(((ulong)key[1] << 32) | key[0], counter[2], counter[3]);
        var words = Philox.Draw<U32, F32>(new(counter[0]), counter[1], noise);
        Assert.That(new[] { words.W0.V, words.W1.V, words.W2.V, words.W3.V }, Is.EqualTo(answer));
    }

    [Test]
    public void Wider_lanes_give_the_words_of_single_ones()
    {
        var noise = new Noise(0x9E3779B97F4A7C15, 77, 3);
        for (uint row = 0; row < 50; row++)
        {
            var start = row * 0x10000001u;
            var four = Philox.Draw<U32x4, F32x4>(U32x4.Indices + U32x4.Const(start), row, noise);
            var eight = Philox.Draw<U32x8, F32x8>(U32x8.Indices + U32x8.Const(start), row, noise);
            var sixteen = Philox.Draw<U32x16, F32x16>(U32x16.Indices + U32x16.Const(start), row, noise);
            for (var i = 0; i < 16; i++)
            {
                var one = Philox.Draw<U32, F32>(new(start + (uint)i), row, noise);
                Assert.That(
                    (sixteen.W0.V[i], sixteen.W1.V[i], sixteen.W2.V[i], sixteen.W3.V[i]),
                    Is.EqualTo((one.W0.V, one.W1.V, one.W2.V, one.W3.V)));
                Assert.That(U32x16.ToUnit(sixteen.W0).V[i], Is.EqualTo(U32.ToUnit(one.W0).V));
                if (i < 4)
                {
                    Assert.That(
                        (four.W0.V[i], four.W1.V[i], four.W2.V[i], four.W3.V[i]),
                        Is.EqualTo((one.W0.V, one.W1.V, one.W2.V, one.W3.V)));
                    Assert.That(U32x4.ToUnit(four.W0).V[i], Is.EqualTo(U32.ToUnit(one.W0).V));
                }
                if (i >= 8) continue;
                Assert.That(
                    (eight.W0.V[i], eight.W1.V[i], eight.W2.V[i], eight.W3.V[i]),
                    Is.EqualTo((one.W0.V, one.W1.V, one.W2.V, one.W3.V)));
                Assert.That(U32x8.ToUnit(eight.W0).V[i], Is.EqualTo(U32.ToUnit(one.W0).V));
            }
        }
    }

    [TestCase(0u, 0f)]
    [TestCase(0xFFu, 0f)]
    [TestCase(0x100u, 5.9604645e-08f)]
    [TestCase(0x80000000u, 0.5f)]
    [TestCase(0xFFFFFFFFu, 0.99999994f)]
    public void Units_are_the_upper_24_bits(uint word, float unit) =>
        Assert.That(U32.ToUnit(new(word)).V, Is.EqualTo(unit));

    [Test]
    public void Every_field_of_the_noise_changes_the_draw()
    {
        uint[] First(ulong seed, uint step, uint stream, uint row, uint x)
        {
            var words = Philox.Draw<U32, F32>(new(x), row, new(seed, step, stream));
            return [words.W0.V, words.W1.V, words.W2.V, words.W3.V];
        }
        uint[][] draws =
        [
            First(1, 2, 3, 4, 5), First(2, 2, 3, 4, 5), First(1ul << 32 | 1, 2, 3, 4, 5),
            First(1, 3, 3, 4, 5),
            First(1, 2, 4, 4, 5), First(1, 2, 3, 5, 5), First(1, 2, 3, 4, 6),
        ];
        Assert.That(draws.SelectMany(d => d), Is.Unique);
    }
}

/// <summary>Box–Muller over Philox: a million draws against the law, within five standard errors.</summary>
[TestFixture]
public class NormalTests
{
    const int Pairs = 1 << 19;

    /// <summary>The seed is fixed, so a test either always passes or never; five sigma is one in two
    /// million.</summary>
    const double Sigmas = 5;

    static readonly (double First, double Second)[] Draws = [.. Enumerable.Range(0, Pairs).Select(Draw)];

    static (double, double) Draw(int i)
    {
        var words = Philox.Draw<U32, F32>(new((uint)i), 5, new(20250101, 9, 2));
        var (first, second) = Normal.BoxMuller(U32.ToUnit(words.W0), U32.ToUnit(words.W1));
        return (first.V, second.V);
    }

    static IEnumerable<double> Numbers => Draws.SelectMany(d => new[] { d.First, d.Second });

    /// <summary>The standard error of a mean of xᵏ is √((E x²ᵏ − (E xᵏ)²)/n).</summary>
    [TestCase(1, 0, 1)]
    [TestCase(2, 1, 2)]
    [TestCase(3, 0, 15)]
    [TestCase(4, 3, 96)]
    public void Moments_are_those_of_the_normal_law(int k, double moment, double variance) =>
        Assert.That(Numbers.Average(x => Math.Pow(x, k)),
            Is.EqualTo(moment).Within(Sigmas * Math.Sqrt(variance / (2 * Pairs))));

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void Tails_have_their_mass(double beyond)
    {
        var p = 2 * Elementary.NormalCdf(-beyond);
        var share = Numbers.Count(x => Math.Abs(x) > beyond) / (2.0 * Pairs);
        Assert.That(share, Is.EqualTo(p).Within(Sigmas * Math.Sqrt(p * (1 - p) / (2 * Pairs))));
    }

    /// <summary>Kolmogorov–Smirnov: sup |Fₙ − Φ| exceeds 2.7/√n with probability 2e^(−2·2.7²) ≈
    /// 10⁻⁶.</summary>
    [Test]
    public void The_distribution_function_is_normal()
    {
        var sorted = Numbers.Order().ToArray();
        var worst = sorted.Index().Max(x =>
            Math.Abs((x.Index + 0.5) / sorted.Length - Elementary.NormalCdf(x.Item)));
        Assert.That(worst, Is.LessThan(2.7 / Math.Sqrt(sorted.Length)));
    }

    /// <summary>E xy = 0 with variance 1, E (x² − 1)(y² − 1) = 0 with variance 4: within a pair and between
    /// them.</summary>
    [Test]
    public void Pairs_and_neighbours_are_independent()
    {
        (double X, double Y)[] neighbours = [.. Draws.Zip(Draws.Skip(1), (a, b) => (a.First, b.First))];
        foreach (var pairs in new[] { Draws, neighbours })
        {
            var product = pairs.Average(p => p.Item1 * p.Item2);
            var squares = pairs.Average(p => (p.Item1 * p.Item1 - 1) * (p.Item2 * p.Item2 - 1));
            Assert.That(product, Is.EqualTo(0).Within(Sigmas / Math.Sqrt(pairs.Length)));
            Assert.That(squares, Is.EqualTo(0).Within(Sigmas * 2 / Math.Sqrt(pairs.Length)));
        }
    }

    /// <summary>u₁ = 1 − 2⁻²⁴ is the largest: √(48 ln 2) = 5.768.</summary>
    [Test]
    public void The_ends_of_the_unit_interval_give_finite_numbers()
    {
        var (zero, _) = Normal.BoxMuller(new F32(0), new F32(0));
        var (far, _) = Normal.BoxMuller(new F32(0.99999994f), new F32(0));
        Assert.Multiple(() =>
        {
            Assert.That(zero.V, Is.EqualTo(0));
            Assert.That(far.V, Is.EqualTo(Math.Sqrt(48 * Math.Log(2))).Within(1e-6));
        });
    }

    /// <summary>What normals skip of the logarithm and of the turn was for arguments that they do not have.</summary>
    [Test]
    public void The_short_ways_give_the_bits_of_the_long_ones()
    {
        for (var k = 0; k < 1 << 24; k += 37)
        {
            var u = new F32(k * 5.9604644775390625e-08f);
            var rest = F32.Const(1) - u;
            LaneMath.SinCosTurn(u, out var sin, out var cos);
            LaneMath.SinCosOfUnit(u, out var shortSin, out var shortCos);
            if (!Ulp.SameBits(LaneMath.LogOfNormal(rest).V, LaneMath.Log(rest).V)
                || !Ulp.SameBits(shortSin.V, sin.V) || !Ulp.SameBits(shortCos.V, cos.V))
                Assert.Fail($"u = {u.V:R}");
        }
    }

    [Test]
    public void Every_lane_gives_the_same_bits()
    {
        var noise = new Noise(1, 2, 3);
        for (uint x = 0; x < 4096; x += 16)
        {
            var wide = Philox.Draw<U32x16, F32x16>(U32x16.Indices + U32x16.Const(x), 0, noise);
            var (wideFirst, wideSecond) = Normal.BoxMuller(U32x16.ToUnit(wide.W0), U32x16.ToUnit(wide.W1));
            var half = Philox.Draw<U32x8, F32x8>(U32x8.Indices + U32x8.Const(x), 0, noise);
            var (halfFirst, halfSecond) = Normal.BoxMuller(U32x8.ToUnit(half.W0), U32x8.ToUnit(half.W1));
            for (var i = 0; i < 16; i++)
            {
                var one = Philox.Draw<U32, F32>(new(x + (uint)i), 0, noise);
                var (first, second) = Normal.BoxMuller(U32.ToUnit(one.W0), U32.ToUnit(one.W1));
                Assert.That((wideFirst.V[i], wideSecond.V[i]), Is.EqualTo((first.V, second.V)));
                if (i < 8) Assert.That((halfFirst.V[i], halfSecond.V[i]), Is.EqualTo((first.V, second.V)));
            }
        }
    }
}
