using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>Noise prediction, against the exact least error that Gaussian data have.</summary>
[TestFixture]
public class DenoiserTests
{
    const int B = 256;

    static readonly DenoiserShape Small = new(DataDim: 1, Width: 32, Layers: 2, Features: 16);

    static void Train(Device device, Denoiser denoiser, double deviation, int steps)
    {
        var plan = denoiser.TrainingPlan(B);
        var parameters = denoiser.Parameters;
        var (m, v) = (parameters.NewBlock(), parameters.NewBlock());
        var x = new float[B];
        for (var step = 0; step < steps; step++)
        {
            device.Ops.Normals(plan.X, new Noise(1, (uint)step, Streams.Data));
            device.Download(plan.X, x);
            for (var i = 0; i < x.Length; i++) x[i] *= (float)deviation;
            device.Upload(x, plan.X);
            plan.Run((uint)step);
            var rate = 3e-3 * (1 - (double)step / steps);
            device.Ops.Adam(parameters.Values, parameters.Gradient, m, v, AdamStep.At(step + 1, rate));
        }
    }

    /// <summary>Mean loss over fresh data, and its standard error.</summary>
    static (double Mean, double Error) Measured(Device device, Denoiser denoiser, double deviation)
    {
        const int Rows = 1 << 15;
        var plan = denoiser.EvaluationPlan(Rows);
        device.Ops.Normals(plan.X, new Noise(2, 0, Streams.Data));
        device.Ops.Normals(plan.Eps, new Noise(2, 1, Streams.Data));
        device.Upload([.. device.ToArray(plan.X).Select(x => (float)(deviation * x))], plan.X);
        // Times in the middle of equal cells: their mean is the integral's, without an error of its own.
        device.Upload([.. Enumerable.Range(0, Rows).Select(i => (i + 0.5f) / Rows)], plan.T);
        plan.Run(0);
        var loss = device.ToArray(plan.Loss).Select(l => (double)l).ToArray();
        var mean = loss.Average();
        return (mean, Math.Sqrt(loss.Sum(l => (l - mean) * (l - mean)) / Rows / Rows));
    }

    /// <summary>The loss of N(0, s²) comes down to what no network can go below.</summary>
    /// <remarks>
    /// Below: the mean of 32,768 rows errs by its standard error e, 5 e allowed. Above: training may leave
    /// 10 % of the distance between the network that says 0, whose loss is 1, and the best.
    /// </remarks>
    [TestCase(1)]
    [TestCase(0.25)]
    public void Loss_approaches_the_least_of_Gaussian_data(double deviation)
    {
        using var device = new HostDevice(threads: 1);
        var denoiser = new MlpDenoiser(device, Small, seed: 6);
        var (before, _) = Measured(device, denoiser, deviation);
        Train(device, denoiser, deviation, steps: 1500);
        var (mean, error) = Measured(device, denoiser, deviation);

        var least = Diffusion.MeanLeastNoiseError(15, deviation * deviation);
        var allowed = least + 0.1 * (1 - least) + 5 * error;
        TestContext.Out.WriteLine($"{before:F4} → {mean:F4} ± {error:F4}, least {least:F4}");
        Assert.Multiple(() =>
        {
            Assert.That(before, Is.GreaterThan(allowed));
            Assert.That(mean, Is.GreaterThan(least - 5 * error));
            Assert.That(mean, Is.LessThan(allowed));
        });
    }

    [Test]
    public void Given_and_drawn_noise_are_one_loss()
    {
        using var device = new HostDevice(threads: 1);
        var denoiser = new MlpDenoiser(device, Small with { DataDim = 3 }, seed: 6);
        var (drawn, given) = (denoiser.TrainingPlan(B), denoiser.GivenNoisePlan(B));
        device.Ops.Normals(drawn.X, new Noise(1, 0, Streams.Data));
        device.Upload(device.ToArray(drawn.X), given.X);
        // A graph numbers its draws: the times first, then the noise.
        device.Ops.Uniforms(given.T, new Noise(denoiser.Seed, 5, 1));
        device.Ops.Normals(given.Eps, new Noise(denoiser.Seed, 5, 2));
        drawn.Run(5);
        var gradient = device.ToArray(denoiser.Parameters.Gradient);
        given.Run(0);
        Assert.That(device.ToArray(given.MeanLoss), Is.EqualTo(device.ToArray(drawn.MeanLoss)));
        Assert.That(device.ToArray(denoiser.Parameters.Gradient), Is.EqualTo(gradient));

        drawn.Run(6);
        Assert.That(device.ToArray(drawn.MeanLoss), Is.Not.EqualTo(device.ToArray(given.MeanLoss)));
    }

    [Test]
    public void Frequencies_fall_from_1000_radians_to_a_tenth_in_equal_steps()
    {
        using var device = new HostDevice(threads: 1);
        var f = new MlpDenoiser(device, new(2), seed: 0).Frequencies();
        Assert.That(f, Has.Length.EqualTo(32));
        Assert.That(f[0] * Math.Tau, Is.EqualTo(1000).Within(1e-4));
        // Each float errs by 2⁻²⁴, a ratio by twice that.
        for (var i = 1; i < f.Length; i++)
            Assert.That((double)f[i] / f[i - 1], Is.EqualTo(Math.Pow(10_000, -1.0 / 32)).Within(1.5e-7));
    }

    [TestCase(0)]
    [TestCase(7)]
    public void An_odd_number_of_time_features_is_refused(int features)
    {
        using var device = new HostDevice(threads: 1);
        Assert.That(() => new MlpDenoiser(device, new(2, Features: features), 0),
            Throws.ArgumentException.With.Message.Contains("even"));
    }
}
