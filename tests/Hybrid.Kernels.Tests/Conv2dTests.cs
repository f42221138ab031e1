using Hybrid.Formulas;

namespace Hybrid.Kernels.Tests;

/// <summary>A convolution and its gradients: every rung gives the bits of the documented chain.</summary>
public sealed class Conv2dTests(Machine machine) : KernelFixture(machine)
{
    /// <summary>
    /// Images smaller than the taps reach; on both sides of tiles of 64 × 64 and of their 16 steps.
    /// </summary>
    static readonly Conv2dShape[] Shapes =
    [
        new(1, 1, 1, 1, 1), new(2, 3, 2, 3, 5), new(1, 5, 13, 17, 66), new(1, 2, 18, 65, 4),
        new(2, 2, 3, 4, 8, 5),
    ];

    static IEnumerable<object[]> EveryShape<TArguments>(Ladder<TArguments> ladder)
        where TArguments : struct =>
        from rung in ladder.Rungs
        from shape in Shapes
        from gap in new[] { 0, 3 }
        where gap == 0 || shape.N == 2
        select new object[] { rung, shape, gap };

    public static IEnumerable<object[]> ForwardCases() => EveryShape(Conv2d.Ladder);

    [RungCases(nameof(ForwardCases))]
    public void Forward(Rung<Conv2d.Arguments> rung, Conv2dShape s, int gap)
    {
        var x = Matrix.Random(s.Pixels, s.Ci, -1, 1, seed: 1, offset: gap, gap: gap);
        var w = Matrix.Random(s.WeightRows, s.Co, -1, 1, seed: 2, gap: gap);
        var bias = Matrix.Random(s.Co, 1, -1, 1, seed: 3);
        var y = new Matrix(s.Pixels, s.Co, gap: gap);

        Simulator.Run(rung, new(
            Simulator[x], Simulator[w], Simulator[bias], Activation.Silu, Simulator[y], s));

        MustBe(y, (pixel, co) => Silu.Apply(Order.Dot(
            s.WeightRows, i => Tap(s, x, pixel, i / s.Ci, i % s.Ci), i => w.At(i, co)) + bias.At(co, 0)));
    }

    public static IEnumerable<object[]> GradInputCases() => EveryShape(Conv2dGradInput.Ladder);

    [RungCases(nameof(GradInputCases))]
    public void Adjoint_of_the_input(Rung<Conv2dGradInput.Arguments> rung, Conv2dShape s, int gap)
    {
        var dy = Matrix.Random(s.Pixels, s.Co, -1, 1, seed: 1, offset: gap, gap: gap);
        var w = Matrix.Random(s.WeightRows, s.Co, -1, 1, seed: 2, gap: gap);
        var dx = new Matrix(s.Pixels, s.Ci, gap: gap);

        Simulator.Run(rung, new(Simulator[dy], Simulator[w], Simulator[dx], s));

        MustBe(dx, (pixel, ci) => Order.Dot(
            s.Taps * s.Co, i => Tap(s, dy, pixel, i / s.Co, i % s.Co),
            i => w.At((s.Taps - 1 - i / s.Co) * s.Ci + ci, i % s.Co)));
    }

    public static IEnumerable<object[]> GradWeightCases() => EveryShape(Conv2dGradWeight.Ladder);

    [RungCases(nameof(GradWeightCases))]
    public void Adjoint_of_the_weights(Rung<Conv2dGradWeight.Arguments> rung, Conv2dShape s, int gap)
    {
        var x = Matrix.Random(s.Pixels, s.Ci, -1, 1, seed: 1, offset: gap, gap: gap);
        var dy = Matrix.Random(s.Pixels, s.Co, -1, 1, seed: 2, gap: gap);
        var dw = new Matrix(s.WeightRows, s.Co, gap: gap);

        Simulator.Run(rung, new(Simulator[x], Simulator[dy], Simulator[dw], s));

        MustBe(dw, (row, co) =>
        {
            int[] pixels = [.. Enumerable.Range(0, s.Pixels).Where(m => Source(s, m, row / s.Ci) >= 0)];
            return Order.Dot(pixels.Length,
                i => x.At(Source(s, pixels[i], row / s.Ci), row % s.Ci), i => dy.At(pixels[i], co));
        });
    }

    /// <summary>What a tap of a pixel reads: +0 outside the image.</summary>
    static F32 Tap(Conv2dShape s, Matrix images, int pixel, int tap, int channel)
    {
        var source = Source(s, pixel, tap);
        return source < 0 ? F32.Const(0) : images.At(source, channel);
    }

    /// <summary>The pixel that a tap of a pixel reads; −1 outside the image.</summary>
    static int Source(Conv2dShape s, int pixel, int tap)
    {
        int y = pixel / s.W % s.H + tap / s.Kernel - s.Kernel / 2;
        int x = pixel % s.W + tap % s.Kernel - s.Kernel / 2;
        return y < 0 || y >= s.H || x < 0 || x >= s.W ? -1 : (pixel / (s.W * s.H) * s.H + y) * s.W + x;
    }

    /// <summary>
    /// A product that vanishes leaves −0; a tap outside takes its step with +0, unless it is a pixel of dw.
    /// </summary>
    [Test]
    public void The_sign_of_zero_shows_which_steps_are_taken([Values(-1, 1)] int after)
    {
        Conv2dShape s = new(1, 1, 1, 1, 1);
        foreach (var rung in Conv2dGradInput.Ladder.Rungs)
        {
            Matrix dy = new Matrix(1, 1).With((_, _) => 1e-30f), dx = new(1, 1);
            // Taps go backwards: the last step is tap 0's.
            var w = new Matrix(9, 1).With((tap, _) => tap == 4 ? -1e-30f : tap < 4 ? after : 0);
            Simulator.Run((Rung<Conv2dGradInput.Arguments>)rung,
                new(Simulator[dy], Simulator[w], Simulator[dx], s));
            Assert.That(float.IsNegative(dx[0, 0]), Is.EqualTo(after < 0), rung.Name);
        }
        foreach (var rung in Conv2dGradWeight.Ladder.Rungs)
        {
            Matrix x = new Matrix(1, 1).With((_, _) => 1e-30f), dy = new Matrix(1, 1).With((_, _) => -1e-30f);
            var dw = new Matrix(9, 1);
            Simulator.Run((Rung<Conv2dGradWeight.Arguments>)rung,
                new(Simulator[x], Simulator[dy], Simulator[dw], s));
            for (var tap = 0; tap < 9; tap++)
                Assert.That(float.IsNegative(dw[tap, 0]), Is.EqualTo(tap == 4), $"{rung.Name}, tap {tap}");
        }
    }
}
