using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 25's exercise: delete the body of GroupAdjoint, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter25
{
    #region group-adjoint
    /// <summary>What the numbers of one group receive, when all gains are 1.</summary>
    /// <param name="x">A channel after the other, its pixels in their order.</param>
    /// <param name="dy">The adjoints of what they became.</param>
    /// <param name="channels">Channels of the group.</param>
    public static double[] GroupAdjoint(double[] x, double[] dy, int channels)
    {
        double mean = x.Average(), variance = x.Average(value => (value - mean) * (value - mean));
        var inverse = 1 / Math.Sqrt(variance + InverseDeviation.DefaultEpsilon);
        double[] normalized = [.. x.Select(value => (value - mean) * inverse)];
        double shift = dy.Average(), stretch = dy.Zip(normalized, (d, value) => d * value).Average();
        return [.. dy.Zip(normalized, (d, value) => inverse * (d - shift - value * stretch))];
    }
    #endregion

    [Test]
    public void Is_what_the_host_device_says([Values(1, 3)] int channels)
    {
        const int pixels = 12;
        var random = new Random(channels);
        double[] Numbers() => [.. Enumerable.Range(0, channels * pixels).Select(_ => (double)(float)(
            4 * random.NextDouble() - 2))];
        double[] x = Numbers(), dy = Numbers();
        using var device = new HostDevice(1);
        // The tensor has a row per pixel, the exercise a channel after the other.
        Tensor Rows(double[] values) => device.From(
            [.. Enumerable.Range(0, values.Length).Select(i => (float)values[i % channels * pixels + i / channels])],
            pixels, channels);
        Tensor Empty(int rows, int cols) => device.Arena.Allocate(rows, cols);
        Tensor input = Rows(x), bar = Rows(dy), ones = device.From([.. Enumerable.Repeat(1f, channels)], channels, 1);
        Tensor moments = Empty(1, 2), sums = Empty(1, channels), products = Empty(1, channels);
        Tensor dx = Empty(pixels, channels);
        var shape = new GroupShape(1, pixels, channels, 1);
        const Activation none = Activation.Identity;
        device.Ops.GroupNorm(input, ones, ones, shape, none, Empty(pixels, channels), moments);
        device.Ops.GroupNormSums(input, moments, ones, ones, bar, shape, none, sums, products);
        device.Ops.GroupNormGrad(input, moments, ones, ones, bar, sums, products, shape, none, dx);

        var expected = GroupAdjoint(x, dy, channels);

        // Some sixty roundings of numbers of size 2 over a deviation of 1.
        var actual = device.ToArray(dx);
        for (var i = 0; i < actual.Length; i++)
            Assert.That((double)actual[i],
                Is.EqualTo(expected[i % channels * pixels + i / channels]).Within(128 * Math.ScaleB(1, -24)));
    }
}
