using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

using static Within;

[TestFixture]
public sealed class Conv2dTests
{
    /// <summary>
    /// Images smaller than the taps reach; tiles that end within a row, go on over rows and images; 1 to 3
    /// lanes, whole and not; more steps than a panel holds; bands of rows; as many images as a tile has rows,
    /// some over, fewer; shared among workers and not.
    /// </summary>
    static readonly Conv2dShape[] Shapes =
    [
        new(1, 1, 1, 1, 1), new(2, 2, 3, 3, 2), new(1, 1, 7, 2, 17), new(3, 5, 1, 5, 4),
        new(2, 3, 2, 2, 3, 5), new(2, 4, 5, 3, 33, 1), new(3, 7, 7, 16, 16), new(2, 9, 6, 13, 50), new(5, 14, 14, 17, 49),
        new(1, 6, 5, 180, 20), new(1, 70, 33, 21, 8), new(2, 10, 11, 8, 100, 5), new(17, 4, 4, 20, 40),
        new(9, 5, 6, 180, 20), new(12, 3, 2, 3, 50, 5), new(8, 40, 9, 33, 17),
    ];

    [Test]
    public void A_convolution_and_its_gradients_are_the_documented_chains(
        [ValueSource(nameof(Shapes))] Conv2dShape s)
    {
        float[] x = Sample.Uniform(s.Pixels * s.Ci, 1), w = Sample.Uniform(s.WeightRows * s.Co, 2);
        float[] bias = Sample.Uniform(s.Co, 3), dy = Sample.Uniform(s.Pixels * s.Co, 4);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor tx = bed.In(x, s.Pixels, s.Ci), tw = bed.In(w, s.WeightRows, s.Co);
            Tensor tdy = bed.In(dy, s.Pixels, s.Co), y = bed.Out(s.Pixels, s.Co);
            Tensor dx = bed.Out(s.Pixels, s.Ci), dw = bed.Out(s.WeightRows, s.Co);
            bed.Ops.Conv2d(tx, tw, bed.In(bias, s.Co, 1), s, Activation.Identity, y);
            bed.Ops.Conv2dGradInput(tdy, tw, s, dx);
            bed.Ops.Conv2dGradWeight(tx, tdy, s, dw);
            return [y, dx, dw];
        });
        Assert.Multiple(() =>
        {
            MustBe(outputs[0], s.Co, (pixel, co) => Forward(s, x, w, pixel, co).Plus(bias[co]), "y");
            MustBe(outputs[1], s.Ci, (pixel, ci) => TowardsInput(s, dy, w, pixel, ci), "dx");
            MustBe(outputs[2], s.Co, (row, co) => TowardsWeight(s, x, dy, row, co), "dw");
        });
    }

    /// <summary>Steps over (ky, kx, ci); a tap outside reads +0.</summary>
    static Chain Forward(Conv2dShape s, float[] x, float[] w, int pixel, int co)
    {
        var chain = new Chain();
        for (var ky = 0; ky < s.Kernel; ky++)
            for (var kx = 0; kx < s.Kernel; kx++)
                for (var ci = 0; ci < s.Ci; ci++)
                    chain.Step(At(s, x, s.Ci, pixel, ky, kx, ci) ?? 0,
                        w[((ky * s.Kernel + kx) * s.Ci + ci) * s.Co + co]);
        return chain;
    }

    /// <summary>Steps over (ky, kx, co) with the weights turned by half a turn.</summary>
    static Chain TowardsInput(Conv2dShape s, float[] dy, float[] w, int pixel, int ci)
    {
        var chain = new Chain();
        for (var ky = 0; ky < s.Kernel; ky++)
            for (var kx = 0; kx < s.Kernel; kx++)
                for (var co = 0; co < s.Co; co++)
                {
                    var tap = (s.Kernel - 1 - ky) * s.Kernel + s.Kernel - 1 - kx;
                    chain.Step(At(s, dy, s.Co, pixel, ky, kx, co) ?? 0, w[(tap * s.Ci + ci) * s.Co + co]);
                }
        return chain;
    }

    /// <summary>Steps over the pixels whose tap lies in the image.</summary>
    static Chain TowardsWeight(Conv2dShape s, float[] x, float[] dy, int row, int co)
    {
        var chain = new Chain();
        int tap = row / s.Ci, ci = row % s.Ci;
        for (var pixel = 0; pixel < s.Pixels; pixel++)
            if (At(s, x, s.Ci, pixel, tap / s.Kernel, tap % s.Kernel, ci) is { } value)
                chain.Step(value, dy[pixel * s.Co + co]);
        return chain;
    }

    /// <summary>What a tap reads; null outside the image.</summary>
    static float? At(Conv2dShape s, float[] images, int channels, int pixel, int ky, int kx, int channel)
    {
        int n = pixel / (s.H * s.W), y = pixel / s.W % s.H + ky - s.Kernel / 2;
        var x = pixel % s.W + kx - s.Kernel / 2;
        return y >= 0 && y < s.H && x >= 0 && x < s.W
            ? images[((n * s.H + y) * s.W + x) * channels + channel]
            : null;
    }

    /// <summary>A fused chain, the same in double, and what its roundings can amount to.</summary>
    struct Chain
    {
        public float Sum;
        double exact, size;
        int steps;

        public void Step(float a, float b)
        {
            Sum = MathF.FusedMultiplyAdd(a, b, Sum);
            exact += (double)a * b;
            size += Math.Abs((double)a * b);
            steps++;
        }

        public readonly Chain Plus(float bias) =>
            this with
            {
                Sum = Sum + bias,
                exact = exact + bias,
                size = size + Math.Abs(bias),
                steps = steps + 1,
            };

        public readonly bool IsRight => Math.Abs(Sum - exact) <= 1.01 * U * steps * size;
    }

    static void MustBe(float[] actual, int cols, Func<int, int, Chain> expected, string what)
    {
        for (var i = 0; i < actual.Length; i++)
        {
            var chain = expected(i / cols, i % cols);
            if (BitConverter.SingleToInt32Bits(actual[i]) != BitConverter.SingleToInt32Bits(chain.Sum)
                || !chain.IsRight)
                Assert.Fail($"{what}[{i / cols}, {i % cols}] is {actual[i]:R}; the chain {chain.Sum:R}.");
        }
    }

    [Test]
    public void The_activation_follows_the_bias([Values] Activation act)
    {
        Conv2dShape s = new(2, 5, 6, 4, 35);
        float[] x = Sample.Uniform(s.Pixels * s.Ci, 5), w = Sample.Uniform(s.WeightRows * s.Co, 6, -0.2, 0.2);
        var bias = Sample.Uniform(s.Co, 7);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor tx = bed.In(x, s.Pixels, s.Ci), tw = bed.In(w, s.WeightRows, s.Co);
            Tensor tb = bed.In(bias, s.Co, 1), fused = bed.Out(s.Pixels, s.Co);
            Tensor linear = bed.Out(s.Pixels, s.Co), y = bed.Out(s.Pixels, s.Co);
            bed.Ops.Conv2d(tx, tw, tb, s, act, fused);
            bed.Ops.Conv2d(tx, tw, tb, s, Activation.Identity, linear);
            bed.Ops.Activate(act, linear, y);
            return [fused, y];
        });
        Everywhere.AssertSameBits(outputs[0], outputs[1], "fused and apart");
    }

    /// <summary>
    /// One pixel of three taps' width: products that vanish leave −0, which a tap outside (+0·w) turns to
    /// +0 if it comes later and w is positive. Skipped pixels leave dw's −0 alone.
    /// </summary>
    [Test]
    public void The_sign_of_zero_shows_which_steps_are_taken()
    {
        Conv2dShape s = new(1, 1, 1, 1, 1);
        float[] tiny = [1e-30f], minus = [-1e-30f];
        float[] positiveAfter = [0, 0, 0, 0, -1e-30f, 0, 0, 0, 1];
        float[] negativeAfter = [0, 0, 0, 0, -1e-30f, -1, -1, -1, -1];
        var y = Everywhere.Same(bed =>
        {
            Tensor first = bed.Out(1, 1), second = bed.Out(1, 1), dw = bed.Out(9, 1), x = bed.In(tiny, 1, 1);
            Tensor bias = bed.In([-0f], 1, 1);
            bed.Ops.Conv2d(x, bed.In(positiveAfter, 9, 1), bias, s, Activation.Identity, first);
            bed.Ops.Conv2d(x, bed.In(negativeAfter, 9, 1), bias, s, Activation.Identity, second);
            bed.Ops.Conv2dGradWeight(x, bed.In(minus, 1, 1), s, dw);
            return [first, second, dw];
        });
        Assert.Multiple(() =>
        {
            Assert.That(float.IsNegative(y[0][0]), Is.False);
            Assert.That(float.IsNegative(y[1][0]), Is.True);
            Assert.That(
                y[2].Select(float.IsNegative), Is.EqualTo(Enumerable.Range(0, 9).Select(tap => tap == 4)));
        });
    }

    [Test]
    public void A_larger_convolution_after_a_smaller_one_and_back_finds_room()
    {
        using var device = new HostDevice(threads: 2);
        Conv2dShape small = new(1, 3, 3, 2, 2), large = new(3, 20, 20, 24, 24);
        float[] Run(Conv2dShape s)
        {
            var y = device.Arena.Allocate(s.Pixels, s.Co);
            device.Ops.Conv2d(
                device.From(Sample.Uniform(s.Pixels * s.Ci, 1), s.Pixels, s.Ci),
                device.From(Sample.Uniform(s.WeightRows * s.Co, 2), s.WeightRows, s.Co),
                device.From(Sample.Uniform(s.Co, 3), s.Co, 1), s, Activation.Tanh, y);
            return device.ToArray(y);
        }
        var before = Run(small);
        Run(large);
        Everywhere.AssertSameBits(Run(small), before, "before and after");
    }
}
