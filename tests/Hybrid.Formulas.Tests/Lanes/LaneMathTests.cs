namespace Hybrid.Formulas.Tests;

/// <summary>The error contracts of <see cref="LaneMath"/>, and the equality of its bits in every value
/// lane.</summary>
[TestFixture]
public class LaneMathTests
{
    static readonly LaneFunction[] Functions = LaneFunction.All;

    /// <summary>Prime, so that every exponent and every low bit is met: 1,049,345 floats of all signs and
    /// sizes.</summary>
    const uint Stride = 4093;

    static float[] Sample(LaneFunction f)
    {
        var sample = new List<float>();
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Stride)
            sample.Add(BitConverter.UInt32BitsToSingle((uint)bits));
        float[] special =
        [
            0, 1, 2, 0.5f, float.Epsilon, 1.17549421e-38f, 1.17549435e-38f, float.MaxValue,
            float.PositiveInfinity, float.NaN, .. f.BranchPoints,
        ];
        foreach (var x in special)
        {
            var bits = BitConverter.SingleToUInt32Bits(x);
            for (var neighbour = -200; neighbour <= 200; neighbour++)
            {
                sample.Add(BitConverter.UInt32BitsToSingle((uint)(bits + neighbour)));
                sample.Add(-BitConverter.UInt32BitsToSingle((uint)(bits + neighbour)));
            }
        }
        return [.. sample];
    }

    [TestCaseSource(nameof(Functions))]
    public void Error_stays_below_the_stated_ulp(LaneFunction f)
    {
        var x = Sample(f);
        var worst = Worst(f, x, out var at);
        TestContext.Out.WriteLine($"{f}: {worst:F4} ulp at {Ulp.Show(at)}, contract {f.MaxUlp}");
        Assert.That(worst, Is.LessThanOrEqualTo(f.MaxUlp), $"{f}({Ulp.Show(at)})");
    }

    [TestCaseSource(nameof(Functions))]
    public void Every_lane_gives_the_same_bits(LaneFunction f)
    {
        var x = Sample(f);
        float[] one = new float[x.Length], four = new float[x.Length];
        float[] eight = new float[x.Length], sixteen = new float[x.Length];
        f.F32(x, one);
        f.F32x4(x, four);
        f.F32x8(x, eight);
        f.F32x16(x, sixteen);
        Assert.Multiple(() =>
        {
            Assert.That(FirstDifference(x, one, four), Is.Null);
            Assert.That(FirstDifference(x, one, eight), Is.Null);
            Assert.That(FirstDifference(x, one, sixteen), Is.Null);
        });
    }

    /// <summary>All 2³² arguments: how the contracts were measured. Minutes; run it after changing a
    /// polynomial.</summary>
    [Explicit("about two minutes a function"), TestCaseSource(nameof(Functions))]
    public void Error_stays_below_the_stated_ulp_for_all_floats(LaneFunction f)
    {
        const int Block = 1 << 20;
        var worst = (Error: 0.0, At: 0f);
        Parallel.For(0, 1 << 12, () => (Error: 0.0, At: 0f, X: new float[Block]), (block, _, local) =>
        {
            for (var i = 0; i < Block; i++)
                local.X[i] = BitConverter.UInt32BitsToSingle((uint)block * Block + (uint)i);
            var error = Worst(f, local.X, out var at);
            return error > local.Error ? (error, at, local.X) : local;
        },
        local =>
        {
            lock (Functions) if (local.Error > worst.Error) worst = (local.Error, local.At);
        });
        TestContext.Out.WriteLine($"{f}: {worst.Error:F4} ulp at {Ulp.Show(worst.At)}, contract {f.MaxUlp}");
        Assert.That(worst.Error, Is.LessThanOrEqualTo(f.MaxUlp), $"{f}({Ulp.Show(worst.At)})");
    }

    static double Worst(LaneFunction f, float[] x, out float at)
    {
        var y = new float[x.Length];
        f.F32x8(x, y);
        var worst = 0.0;
        at = 0;
        for (var i = 0; i < x.Length; i++)
        {
            if (!f.InDomain(x[i])) continue;
            var error = Ulp.Error(y[i], f.Reference(x[i]));
            if (error > worst) (worst, at) = (error, x[i]);
        }
        return worst;
    }

    static string? FirstDifference(float[] x, float[] a, float[] b)
    {
        for (var i = 0; i < x.Length; i++)
        {
            if (!Ulp.SameBits(a[i], b[i]))
                return $"at {Ulp.Show(x[i])}: {Ulp.Show(a[i])} and {Ulp.Show(b[i])}";
        }
        return null;
    }
}
