using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>
/// The orders of sums that <c>IOps</c> documents, written plainly: what every rung must reproduce.
/// </summary>
static class Order
{
    /// <summary>32 partial sums from +0, then a butterfly of 16, 8, 4, 2, 1.</summary>
    public static F32 Row(int count, Func<int, F32> term)
    {
        var partial = new F32[32];
        for (var i = 0; i < count; i++) partial[i % 32] += term(i);
        for (var distance = 16; distance > 0; distance /= 2)
        {
            var previous = (F32[])partial.Clone();
            for (var lane = 0; lane < 32; lane++) partial[lane] = previous[lane] + previous[lane ^ distance];
        }
        return partial[0];
    }

    /// <summary>One after the other from +0.</summary>
    public static F32 Ascending(int count, Func<int, F32> term)
    {
        var sum = F32.Const(0);
        for (var i = 0; i < count; i++) sum += term(i);
        return sum;
    }

    /// <summary>A chain of fused multiply-adds from +0.</summary>
    public static F32 Dot(int count, Func<int, F32> a, Func<int, F32> b)
    {
        var sum = F32.Const(0);
        for (var k = 0; k < count; k++) sum = F32.Fma(a(k), b(k), sum);
        return sum;
    }
}
