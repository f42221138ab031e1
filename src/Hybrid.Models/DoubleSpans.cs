using System.Runtime.Intrinsics;

namespace Hybrid.Models;

/// <summary>Sums over rows of doubles, in an order that does not depend on the machine's vectors.</summary>
public static class DoubleSpans
{
    /// <summary>(a, b) by (cos·a − sin·b, sin·a + cos·b).</summary>
    public static void Rotate(Span<double> a, Span<double> b, double cos, double sin)
    {
        var i = 0;
        for (; i <= a.Length - 4; i += 4)
        {
            Vector256<double> x = Vector256.Create<double>(a[i..]), y = Vector256.Create<double>(b[i..]);
            (x * cos - y * sin).CopyTo(a[i..]);
            (x * sin + y * cos).CopyTo(b[i..]);
        }
        for (; i < a.Length; i++) (a[i], b[i]) = (a[i] * cos - b[i] * sin, a[i] * sin + b[i] * cos);
    }

    /// <summary>a·b in four partial sums, whatever the machine's vectors are.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sums = Vector256<double>.Zero;
        var i = 0;
        for (; i <= a.Length - 4; i += 4) sums += Vector256.Create(a[i..]) * Vector256.Create(b[i..]);
        var sum = Vector256.Sum(sums);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>target + factor·x.</summary>
    public static void AddScaled(Span<double> target, ReadOnlySpan<double> x, double factor)
    {
        var i = 0;
        for (; i <= target.Length - 4; i += 4)
            (Vector256.Create<double>(target[i..]) + factor * Vector256.Create(x[i..])).CopyTo(target[i..]);
        for (; i < target.Length; i++) target[i] += factor * x[i];
    }
}
