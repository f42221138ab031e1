using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 7's exercise: delete the body of Convolved, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter07
{
    #region convolved
    /// <summary>One channel of one pixel of one image, without bias, in the order of every device.</summary>
    public static float Convolved(
        ReadOnlySpan<float> image, ReadOnlySpan<float> w, Conv2dShape s, int y, int x, int co)
    {
        var sum = 0f;
        for (var ky = 0; ky < s.Kernel; ky++)
            for (var kx = 0; kx < s.Kernel; kx++)
                for (var ci = 0; ci < s.Ci; ci++)
                {
                    int row = y + ky - s.Radius, column = x + kx - s.Radius;
                    var inside = row >= 0 && row < s.H && column >= 0 && column < s.W;
                    var pixel = inside ? image[(row * s.W + column) * s.Ci + ci] : 0;
                    var weight = w[((ky * s.Kernel + kx) * s.Ci + ci) * s.Co + co];
                    sum = MathF.FusedMultiplyAdd(pixel, weight, sum);
                }
        return sum;
    }
    #endregion

    [Test]
    public void Has_the_bits_of_the_host_device([Values(1, 3, 5)] int kernel)
    {
        var s = new Conv2dShape(1, 4, 6, 3, 17, kernel);
        var random = new Random(kernel);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        float[] image = Numbers(s.Pixels * s.Ci), w = Numbers(s.WeightRows * s.Co);
        using var device = new HostDevice(1);
        var y = device.Arena.Allocate(s.Pixels, s.Co);
        device.Ops.Conv2d(
            device.From(image, s.Pixels, s.Ci), device.From(w, s.WeightRows, s.Co),
            device.From(new float[s.Co], s.Co, 1), s, Activation.Identity, y);

        var actual = device.ToArray(y);
        for (var i = 0; i < actual.Length; i++)
            Assert.That(
                BitConverter.SingleToInt32Bits(
                    Convolved(image, w, s, i / s.Co / s.W, i / s.Co % s.W, i % s.Co)),
                Is.EqualTo(BitConverter.SingleToInt32Bits(actual[i])));
    }
}
