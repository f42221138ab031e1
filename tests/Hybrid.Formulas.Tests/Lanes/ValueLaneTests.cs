namespace Hybrid.Formulas.Tests;

/// <summary>The operations that <see cref="LaneMath"/> stands on, in every value lane.</summary>
[TestFixture(typeof(F32))]
[TestFixture(typeof(F32x4))]
[TestFixture(typeof(F32x8))]
[TestFixture(typeof(F32x16))]
public unsafe class ValueLaneTests<T>
    where T : unmanaged, IVectorLane<T>
{
    static readonly float[] Special =
    [
        0, -0f, 1, -1, 0.5f, 3, -7.25f, 1e-40f, -1e-40f, float.Epsilon, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1.17549435e-38f,
    ];

    static T All(float x) => T.Broadcast(x);

    /// <summary>The one float in all places.</summary>
    static float Value(T lane)
    {
        var row = stackalloc float[T.Width];
        T.Store(lane, row);
        for (var i = 1; i < T.Width; i++)
            Assert.That(Ulp.SameBits(row[i], row[0]));
        return row[0];
    }

    /// <summary>Bit equality; NaN is NaN.</summary>
    static void Same(T lane, float expected, string what)
    {
        var actual = Value(lane);
        Assert.That(Ulp.SameBits(actual, expected), $"{what} = {actual:R}, not {expected:R}");
    }

    [Test]
    public void Arithmetic_is_that_of_ieee_754()
    {
        foreach (var a in Special)
            foreach (var b in Special)
            {
                Same(All(a) + All(b), a + b, $"{a} + {b}");
                Same(All(a) - All(b), a - b, $"{a} - {b}");
                Same(All(a) * All(b), a * b, $"{a} * {b}");
                Same(All(a) / All(b), a / b, $"{a} / {b}");
                Same(-All(a), -a, $"-{a}");
                Same(T.Abs(All(a)), MathF.Abs(a), $"|{a}|");
                Same(T.Sqrt(All(a)), MathF.Sqrt(a), $"sqrt {a}");
                Same(T.Fma(All(a), All(b), All(0.1f)), MathF.FusedMultiplyAdd(a, b, 0.1f),
                    $"fma({a}, {b}, 0.1)");
            }
    }

    /// <summary>Also for ±0 and NaN, where hardware instructions differ: the interface says which
    /// operand.</summary>
    [Test]
    public void Choices_are_those_of_the_interface()
    {
        foreach (var a in Special)
            foreach (var b in Special)
            {
                Same(T.Min(All(a), All(b)), a < b ? a : b, $"min({a}, {b})");
                Same(T.Max(All(a), All(b)), a > b ? a : b, $"max({a}, {b})");
                Same(T.WhereLess(All(a), All(b), All(5), All(-0f)), a < b ? 5 : -0f, $"{a} < {b}");
            }
    }

    [Test]
    public void One_rounding_in_a_fused_step() =>
        Same(T.Fma(All(1 + 1.1920929e-7f), All(1 - 1.1920929e-7f), All(-1)), -1.4210855e-14f,
            "(1+u)(1-u) - 1");

    [Test]
    public void Powers_of_two_come_from_the_low_bits()
    {
        for (var n = -126; n <= 127; n++)
            Same(T.PowerOfTwo(T.Const(12582912.0 + n)), MathF.ScaleB(1, n), $"2^{n}");
    }

    /// <summary>One rounding, also where what is left is subnormal or infinite.</summary>
    [Test]
    public void A_mantissa_is_scaled_with_one_rounding()
    {
        foreach (var m in new[] { 0.7f, 0.70710677f, 1, 1.1754943f, 1.4142135f, 1.41999f })
            for (var n = -150; n <= 129; n++)
            {
                var below = n < 0;
                var scaled = T.Scale(
                    All(m), T.Const(12582912.0 + n), T.Const(below ? 64 : -64), T.Const(Math.ScaleB(1, below ? -64 : 64)));
                Same(scaled, MathF.ScaleB(m, n), $"{m:R}·2^{n}");
            }
    }

    [Test]
    public void Mantissa_and_exponent_make_the_number_again()
    {
        foreach (var x in new[] { 1, 0.7f, 0.69921875f, 0.6992187f, 1.3984375f, 1.3984374f, 3e38f, 1.2e-38f,
            6.5f })
        {
            var mantissa = Value(T.Mantissa(All(x)));
            Assert.That(mantissa, Is.InRange(0.69921875f, 1.3984374f));
            Assert.That(MathF.ScaleB(mantissa, (int)Value(T.Exponent(All(x)))), Is.EqualTo(x));
        }
    }

    /// <summary>Guards behind the end must survive every count.</summary>
    [Test]
    public void Tails_touch_only_what_they_may()
    {
        float[] from = [.. Enumerable.Range(1, 40).Select(i => (float)i)];
        var whole = stackalloc float[T.Width];
        fixed (float* p = from)
            for (var count = 1; count < T.Width; count++)
            {
                var to = Enumerable.Repeat(-1f, 40).ToArray();
                var lane = T.LoadFirst(p, count);
                T.Store(lane, whole);
                fixed (float* q = to) T.StoreFirst(lane, q + 3, count);
                for (var i = 0; i < T.Width; i++) Assert.That(whole[i], Is.EqualTo(i < count ? i + 1 : 0));
                for (var i = 0; i < to.Length; i++)
                    Assert.That(to[i], Is.EqualTo(i >= 3 && i < 3 + count ? i - 2 : -1),
                        $"place {i} of {count}");
            }
    }
}

/// <summary>Loops over spans of every length.</summary>
[TestFixture]
public class LaneLoopTests
{
    static float[] Ramp(int n, float step) => [.. Enumerable.Range(0, n).Select(i => (i - 7) * step)];

    [Test]
    public void Every_length_gives_what_one_float_at_a_time_gives([Range(0, 70)] int n)
    {
        float[] a = Ramp(n, 0.3f), b = Ramp(n, -0.11f), c = Ramp(n, 0.05f);
        float[] one = new float[n], two = new float[n], three = new float[n];
        LaneLoop.Map<Gelu>(a, one);
        LaneLoop.Map<KlStandardNormal>(a, b, two);
        LaneLoop.Map<Reparameterize>(a, b, c, three);
        for (var i = 0; i < n; i++)
        {
            Assert.That(one[i], Is.EqualTo(Gelu.Apply(new F32(a[i])).V));
            Assert.That(two[i], Is.EqualTo(KlStandardNormal.Apply(new F32(a[i]), new F32(b[i])).V));
            Assert.That(three[i],
                Is.EqualTo(Reparameterize.Apply(new F32(a[i]), new F32(b[i]), new F32(c[i])).V));
        }
    }

    [Test]
    public void The_output_may_be_the_input()
    {
        var x = Ramp(37, 0.3f);
        var expected = x.Select(v => Relu.Apply(new F32(v)).V).ToArray();
        LaneLoop.Map<Relu>(x, x);
        Assert.That(x, Is.EqualTo(expected));
    }

    [Test]
    public void Other_lengths_are_refused_in_one_line() => Assert.Multiple(() =>
    {
        Assert.That(() => LaneLoop.Map<Relu>(new float[3], new float[4]),
            Throws.ArgumentException.With.Message.EqualTo(
                "An input has 3 elements and the output 4; make them equal."));
        Assert.That(() => LaneLoop.Map<BernoulliNll>(new float[4], new float[3], new float[4]),
            Throws.ArgumentException);
        Assert.That(() =>
            LaneLoop.Map<Reparameterize>(new float[4], new float[4], new float[5], new float[4]),
            Throws.ArgumentException);
    });
}
