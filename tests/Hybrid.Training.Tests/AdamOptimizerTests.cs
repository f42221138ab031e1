using Hybrid.Autodiff;
using Hybrid.Devices.Host;
using Hybrid.Theory;

namespace Hybrid.Training.Tests;

[TestFixture]
public class AdamOptimizerTests
{
    const int Steps = 20, N = 70;
    const double Rate = 0.01, Unit = 1.0 / (1 << 24);

    // From far above ε = 1e-8 to around it.
    static float GradientOf(int parameter, int step) =>
        (float)((0.5 + (parameter * 7 + step * 13) % 11 / 10.0) * ((parameter + step) % 3 == 0 ? -1 : 1)
            * Math.Pow(10, -(parameter % 9)));

    /// <summary>A gradient ten times as long as its limit steps as one of a tenth does.</summary>
    [Test]
    public void A_long_gradient_steps_as_a_short_one()
    {
        using var device = new HostDevice(threads: 1);
        float[] Stepped(double clip, float length)
        {
            var parameters = new Parameters(device, [new("a", new(1, 2))]);
            var optimizer = new AdamOptimizer(device, parameters, clip);
            // Adam's steps do not depend on a gradient's length until the second differs from the first.
            foreach (var factor in new[] { 1f, length })
            {
                device.Upload([0.6f * factor, 0.8f * factor], parameters.GradientOf("a"));
                optimizer.Step(Rate);
            }
            return device.ToArray(parameters.Value("a"));
        }
        float[] clipped = Stepped(clip: 1, length: 10), shorter = Stepped(clip: 0, length: 1);
        Assert.That(clipped, Is.EqualTo(shorter).Within(Rate * 20 * Unit).And.Not.EqualTo(Stepped(0, 10)));
    }

    /// <remarks>
    /// A moment is rounded three times a step and forgets slower than it is tested, so after t steps it is off
    /// by at most 3t·2⁻²⁴ of the largest gradient; the direction, at most 4 in size here, by as much of that
    /// plus ten roundings of its own; and the parameter by one rounding a step.
    /// </remarks>
    [Test]
    public void Steps_are_those_of_the_paper()
    {
        using var device = new HostDevice(threads: 1);
        var parameters = new Parameters(device, [new("a", new(N, 1)), new("b", new(3, 5))]);
        var optimizer = new AdamOptimizer(device, parameters);
        var start = new float[N];
        for (var i = 0; i < N; i++) start[i] = i / (float)N - 0.5f;
        device.Upload(start, parameters.Value("a"));
        var exact = Array.ConvertAll(start, p => Adam.Start(p));
        var constants = new AdamConstants(Rate, 0.9, 0.999, 1e-8);

        var tolerance = 0.0;
        for (var step = 0; step < Steps; step++)
        {
            var gradient = new float[N];
            for (var i = 0; i < N; i++)
            {
                gradient[i] = GradientOf(i, step);
                exact[i] = Adam.Step(constants, gradient[i], exact[i]);
            }
            device.Upload(gradient, parameters.GradientOf("a"));
            optimizer.Step(Rate);

            tolerance += Unit * (1 + Rate * 4 * (6 * (step + 1) + 10));
            var actual = device.ToArray(parameters.Value("a"));
            for (var i = 0; i < N; i++)
                Assert.That(actual[i], Is.EqualTo(exact[i].Theta).Within(tolerance), $"parameter {i}, step {step + 1}");
        }
        Assert.That(optimizer.Steps, Is.EqualTo(Steps));
        Assert.That(device.ToArray(parameters.Value("b")), Has.All.Zero, "no gradient, no step");
        // The check can fail: without the bias correction the first step alone is off by more.
        Assert.That(tolerance, Is.LessThan(0.01 * Rate));
    }

    [TestCase(0, 1.0)]
    [TestCase(25, 0.75)]
    [TestCase(99, 0.01)]
    public void A_linear_schedule_falls_in_a_straight_line(long step, double fraction)
    {
        Assert.That(AdamOptimizer.Rate(LearningRateSchedule.Linear, 0.3, step, 100),
            Is.EqualTo(0.3 * fraction).Within(1e-15));
        Assert.That(AdamOptimizer.Rate(LearningRateSchedule.Constant, 0.3, step, 100), Is.EqualTo(0.3));
    }
}
