using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Models.Tests;

/// <summary>A step of training on levels that are given: what it asks for, and what a row counts.</summary>
[TestFixture]
public class DiffusionPlanTests
{
    const int B = 5, D = 3;

    const uint Step = 7, FirstStream = 1;

    static readonly DenoiserShape Shape = new(D, Width: 8, Layers: 1, Features: 4, Octaves: 2);

    static readonly float[] X = [.. Enumerable.Range(0, B * D).Select(i => MathF.Sin(i + 1))];

    static readonly float[] Levels = [-3, -0.5f, 0, 2, 6];

    static DiffusionPlan Open(Denoiser denoiser, PredictionTarget target, float weight)
    {
        var plan = new DiffusionPlan(denoiser, B, target);
        denoiser.Device.Upload(X, plan.X);
        denoiser.Device.Upload(Levels, plan.LogSnr);
        denoiser.Device.Upload([0.1f, 0.3f, 0.5f, 0.7f, 0.9f], plan.T);
        denoiser.Device.Upload([weight, 0, weight, weight, 2 * weight], plan.Weight);
        plan.Run(Step);
        return plan;
    }

    /// <summary>A network of zeros leaves the square of what it was asked for.</summary>
    [TestCase(PredictionTarget.Noise)]
    [TestCase(PredictionTarget.Data)]
    [TestCase(PredictionTarget.Velocity)]
    public void It_asks_for_its_target(PredictionTarget target)
    {
        using var device = new HostDevice(threads: 1);
        var denoiser = new MlpDenoiser(device, Shape, seed: 2);
        device.Ops.Fill(denoiser.Parameters.Values, 0);
        var plan = Open(denoiser, target, 1);
        var squares = 0.0;
        for (var i = 0; i < X.Length; i++)
        {
            double eps = Draws.NormalAt(i / D, i % D, new Noise(2, Step, FirstStream)).V;
            squares += Math.Pow(Prediction.Of(target, X[i], eps, Levels[i / D]), 2);
        }
        Assert.That(device.ToArray(plan.MeanLoss)[0], Is.EqualTo(squares / B).Within(1e-5).Percent);
    }

    [Test]
    public void A_row_s_weight_multiplies_its_gradient()
    {
        using var device = new HostDevice(threads: 1);
        var denoiser = new MlpDenoiser(device, Shape, seed: 2);
        Open(denoiser, PredictionTarget.Velocity, 1);
        var once = device.ToArray(denoiser.Parameters.Gradient);
        Open(denoiser, PredictionTarget.Velocity, 2);
        Assert.That(once, Has.Some.Not.Zero);
        Assert.That(device.ToArray(denoiser.Parameters.Gradient), Is.EqualTo(once.Select(g => 2 * g)));
        Open(denoiser, PredictionTarget.Velocity, 0);
        Assert.That(device.ToArray(denoiser.Parameters.Gradient), Has.All.Zero);
    }

    /// <summary>The same answers, whether samplers ask on the device or an estimate on the host.</summary>
    [TestCase(PredictionTarget.Noise)]
    [TestCase(PredictionTarget.Data)]
    [TestCase(PredictionTarget.Velocity)]
    public void Host_and_device_read_an_answer_alike(PredictionTarget target)
    {
        using var device = new HostDevice(threads: 1);
        var denoiser = new MlpDenoiser(device, Shape, seed: 2);
        Tensor z = device.From(X, B, D), data = device.Arena.Allocate(B, D);
        new NoisePredictor(denoiser, B, target).Denoise(z, 0.75, data);
        var onHost = new double[B * D];
        new DenoiserOnHost(denoiser, target).Denoise(Array.ConvertAll(X, v => (double)v), 0.75, onHost);
        Assert.That(device.ToArray(data), Is.EqualTo(onHost).Within(1e-5));
    }

    [Test]
    public void Other_targets_are_refused() => Assert.That(
        () => DiffusionPlan.Require(PredictionTarget.Score), Throws.ArgumentException.With.Message.Contains("use one"));
}
