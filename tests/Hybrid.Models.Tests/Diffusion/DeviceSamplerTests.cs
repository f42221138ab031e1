using Hybrid.Devices;
using Hybrid.Devices.Host;

namespace Hybrid.Models.Tests;

/// <summary>Samplers on a device do what they do in double precision.</summary>
[TestFixture]
public class DeviceSamplerTests
{
    const int B = 33, D = 3;

    const double V = 0.25;

    /// <summary>The exact denoiser of N(0, V), by the step's own kernel.</summary>
    static DenoiseTensor Linear(Device device) => (z, logSnr, data) =>
    {
        double alpha = Theory.Diffusion.Alpha(logSnr), sigma = Theory.Diffusion.Sigma(logSnr);
        var slope = (float)(alpha * V / (alpha * alpha * V + sigma * sigma));
        device.Ops.SamplerStep(new(slope, 0, 0, 0, 0, 0, 0), z, z, [z, z, z, z], default, data);
    };

    static IEnumerable<SamplerPlan> Plans()
    {
        var levels = NoiseLevels.Of(NoiseSchedule.LinearLogSnr(6, -6), 25);
        return
        [
            Samplers.Ddim(levels), Samplers.Ddim(levels, 0.5), Samplers.Ancestral(levels, StepVariance.Forward),
            EdmSamplers.Heun(levels), EdmSamplers.Euler(levels, new(10)), MultistepSamplers.DpmSolver(levels),
            MultistepSamplers.DpmSolverSde(levels), MultistepSamplers.UniPc(levels, 3),
        ];
    }

    [TestCaseSource(nameof(Plans))]
    public void Ends_where_double_precision_does(SamplerPlan plan)
    {
        using var device = new HostDevice();
        var sampler = new DeviceSampler(device, B, D);
        sampler.StartFromNoise(seed: 3, stream: 1);
        var z = Array.ConvertAll(device.ToArray(sampler.Z), v => (double)v);
        sampler.Run(plan, Linear(device), seed: 3, stream: 2);
        SamplerRun.Run(plan, LinearDenoiser.Of(V), z, SamplerRun.Philox(3, 2, D));
        var ended = device.ToArray(sampler.Z);
        // 50 moves of up to six roundings at numbers up to 5, and weights rounded to float: 10⁻⁷ each.
        for (var i = 0; i < z.Length; i++) Assert.That(ended[i], Is.EqualTo(z[i]).Within(5e-5));
    }

    static IReadOnlyList<NoiseSchedule> Schedules => NoiseSchedule.All;

    [TestCaseSource(nameof(Schedules))]
    public void A_network_is_asked_at_the_level_s_time(NoiseSchedule schedule)
    {
        using var device = new HostDevice();
        var denoiser = new MlpDenoiser(device, new(D, Width: 16, Layers: 1, Features: 8), seed: 1, schedule);
        var evaluation = denoiser.EvaluationPlan(B);
        float[] t = [.. Enumerable.Repeat(0.4f, B)];
        var x = new float[B * D];
        var eps = Array.ConvertAll(new double[B * D], _ => 0f);
        for (var i = 0; i < eps.Length; i++) eps[i] = MathF.Sin(i);
        device.Upload(x, evaluation.X);
        device.Upload(t, evaluation.T);
        device.Upload(eps, evaluation.Eps);
        evaluation.Run(0);
        var noise = device.ToArray(evaluation.Prediction);

        var logSnr = schedule.LogSnr(0.4f);
        double alpha = Theory.Diffusion.Alpha(logSnr), sigma = Theory.Diffusion.Sigma(logSnr);
        var z = device.From([.. eps.Select(e => (float)(sigma * e))], B, D);
        var data = device.Arena.Allocate(B, D);
        new NoisePredictor(denoiser, B).Denoise(z, logSnr, data);
        var seen = device.ToArray(data);
        // α and σ in float32 and in double: some 10⁻⁶ of numbers up to 3, by σ/α.
        for (var i = 0; i < seen.Length; i++)
            Assert.That(seen[i], Is.EqualTo(sigma * (eps[i] - noise[i]) / alpha).Within(1e-5 * (1 + sigma / alpha)));
        Assert.That(() => new NoisePredictor(denoiser, B).Denoise(z, 20, data), Throws.ArgumentException);
    }

    [Test]
    public void Same_seed_same_bits()
    {
        static float[] Sample(ulong seed)
        {
            using var device = new HostDevice();
            var sampler = new DeviceSampler(device, B, D);
            sampler.StartFromNoise(seed, stream: 1);
            sampler.Run(Samplers.Ancestral(NoiseLevels.Of(NoiseSchedule.Cosine, 20), StepVariance.Posterior),
                Linear(device), seed, stream: 2);
            return device.ToArray(sampler.Z);
        }
        float[] once = Sample(5), again = Sample(5);
        Assert.That(again, Is.EqualTo(once));
        Assert.That(Sample(6), Is.Not.EqualTo(once));
    }
}
