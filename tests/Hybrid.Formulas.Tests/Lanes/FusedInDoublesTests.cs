using System.Runtime.Intrinsics;

namespace Hybrid.Formulas.Tests.Lanes;

/// <summary>The fused step of processors that have none, against the one of this processor.</summary>
[TestFixture]
public class FusedInDoublesTests
{
    static readonly float[] Special =
    [
        0, -0f, 1, -1, 3, 1 + 1.1920929e-7f, 1 - 5.9604645e-8f, 16777216, -16777216, 1e-40f, -1e-40f, float.Epsilon,
        -float.Epsilon, 1.17549435e-38f, 2e-23f, float.MaxValue, float.MinValue, float.PositiveInfinity,
        float.NegativeInfinity, float.NaN,
    ];

    static void AssertFused(float a, float b, float c)
    {
        var sum = F32x4.FusedInDoubles(
            Vector128.Create((double)a), Vector128.Create((double)b), Vector128.Create((double)c));
        var fused = Vector128.Narrow(sum, sum)[0];
        var expected = MathF.FusedMultiplyAdd(a, b, c);
        if (!Ulp.SameBits(fused, expected)) Assert.Fail($"{a:R}·{b:R} + {c:R} = {expected:R}, not {fused:R}");
    }

    [Test]
    public void Special_numbers()
    {
        foreach (var a in Special)
            foreach (var b in Special)
                foreach (var c in Special) AssertFused(a, b, c);
    }

    /// <summary>
    /// a·b is half a unit of c less a part in 2⁴⁶: in double the sum is a tie, and rounded twice to nearest it goes
    /// the wrong way as often as not.
    /// </summary>
    [Test]
    public void Almost_ties()
    {
        var random = new Random(1);
        var wrongTwice = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var u = random.Next(1, 9) * 1.1920929e-7f;
            var sign = random.Next(2) == 0 ? 1 : -1;
            var scale = MathF.ScaleB(1, random.Next(-100, 40));
            float a = (1 + u) * scale, b = sign * (0.5f - 0.5f * u), c = ((1 << 23) + random.Next(1 << 23)) * scale;
            AssertFused(a, b, c);
            if ((float)((double)a * b + c) != MathF.FusedMultiplyAdd(a, b, c)) wrongTwice++;
        }
        Assert.That(wrongTwice, Is.GreaterThan(10_000), "sums that two roundings to nearest get wrong");
    }

    /// <summary>Any bits: overflow, subnormal results and cancellation among them.</summary>
    [Test]
    public void Random_bits()
    {
        var random = new Random(2);
        for (var i = 0; i < 1_000_000; i++)
        {
            var a = BitConverter.Int32BitsToSingle(random.Next() ^ (random.Next() << 1));
            var b = BitConverter.Int32BitsToSingle(random.Next() ^ (random.Next() << 1));
            var c = i % 2 == 0
                ? BitConverter.Int32BitsToSingle(random.Next() ^ (random.Next() << 1))
                : -(a * b) * (1 + random.Next(-3, 4) * 5.9604645e-8f);
            AssertFused(a, b, c);
        }
    }
}
