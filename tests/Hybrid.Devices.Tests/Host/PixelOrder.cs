namespace Hybrid.Devices.Tests.Host;

/// <summary>The order of sums over pixels that <see cref="IOps"/> documents, written plainly.</summary>
static class PixelOrder
{
    /// <summary>32 partial sums from +0, then a butterfly of 16, 8, 4, 2, 1.</summary>
    public static float Sum(int pixels, Func<int, float> value)
    {
        var partial = new float[32];
        for (var p = 0; p < pixels; p++) partial[p % 32] += value(p);
        for (var distance = 16; distance > 0; distance /= 2)
            for (var l = 0; l < distance; l++) partial[l] += partial[l + distance];
        return partial[0];
    }
}
