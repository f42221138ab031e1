using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Diffusion;

/// <summary>A diffusion's run: the same bits however it is cut, and mistakes that are named.</summary>
[TestFixture]
public sealed class DiffusionTrainerTests
{
    static readonly DiffusionRunOptions Options = new()
    {
        Data = "moons", Width = 19, Layers = 2, Features = 6, BatchSize = 1000, Epochs = 4, Seed = 5,
    };

    static DiffusionTrainer Start(Device device, DiffusionRunOptions options) =>
        new(device, options.Validated(), Points.Load(options.Data, options.Seed));

    static string Hash(DiffusionTrainer trainer) =>
        ParametersHash.Of(trainer.Denoiser.Device, trainer.Denoiser.Parameters)
        + ParametersHash.Of(trainer.Average.Device, trainer.Average.Parameters);

    [TestCase("eps", "cosine", "simple", "uniform", false, false)]
    [TestCase("v", "linear-log-snr", "vlb", "logistic", false, true)]
    [TestCase("v", "linear", "sigmoid", "antithetic", true, false)]
    [TestCase("v", "linear-log-snr", "vlb", "learned", false, false)]
    [TestCase("v", "linear-log-snr", "vlb", "learned", false, true)]
    [TestCase("x", "karras", "min-snr", "logistic:-1,2,3", false, false)]
    public void It_continues_bit_for_bit(
        string target, string schedule, string weight, string times, bool zero, bool classes)
    {
        using var folder = new TempFolder();
        using var device = new HostDevice(threads: 1);
        using var other = new HostDevice(threads: 2);
        var options = Options with
        {
            Target = target, Schedule = schedule, Weight = weight, Times = times, ZeroTerminal = zero,
            Classes = classes,
        };
        var whole = Start(device, options);
        var begun = Hash(whole);
        whole.Run(_ => { }, CancellationToken.None);

        var stopped = Start(device, options);
        using var cancellation = new CancellationTokenSource();
        var path = folder.At(DiffusionCheckpoint.FileName);
        stopped.Run(report =>
        {
            if (report.Epoch != 2) return;
            DiffusionCheckpoint.Save(path, stopped);
            cancellation.Cancel();
        }, cancellation.Token);
        Assert.That(stopped.IsFinished, Is.False);
        var resumed = DiffusionCheckpoint.Restore(other, path, epochs: null);
        resumed.Run(_ => { }, CancellationToken.None);

        Assert.That(Hash(resumed), Is.EqualTo(Hash(whole)).And.Not.EqualTo(begun));
        Assert.That(resumed.History.Select(report => report.TrainError),
            Is.EqualTo(whole.History.Select(report => report.TrainError)));
        DiffusionCheckpoint.Save(path, resumed);
        var loaded = DiffusionCheckpoint.Of(SafetensorsFile.Read(path)).Load(device);
        Assert.That(loaded.Classes, Is.EqualTo(classes ? 2 : 0));
        Assert.That(ParametersHash.Of(device, loaded.Parameters),
            Is.EqualTo(ParametersHash.Of(device, whole.Average.Parameters)));
    }

    /// <summary>
    /// A network that says 0 has the error E v² = D. The best has Σ_i Var(v_i | z) = Σ_i s_i/(α²s_i + σ²) at variances
    /// s_i along the axes; half of the way there must be gone, and nobody gets beyond but by chance.
    /// </summary>
    [Test]
    public void It_learns()
    {
        using var device = new HostDevice(threads: 2);
        var trainer = Start(device, Options with { Data = "scg", BatchSize = 100, Epochs = 12, Width = 96, LearningRate = 3e-3 });
        trainer.Run(_ => { }, CancellationToken.None);
        const int levels = 1000;
        var least = 0.0;
        for (var i = 0; i < levels; i++)
        {
            var signal = 1 / (1 + Math.Exp(-trainer.Denoiser.Schedule.LogSnr((i + 0.5) / levels)));
            foreach (var sign in (int[])[-1, 1])
            {
                var variance = 1 + sign * Densities.ScgCorrelation;
                least += variance / (signal * variance + 1 - signal) / levels;
            }
        }
        Assert.That(trainer.History[^1].TrainError, Is.InRange(least - 0.1, (2 + least) / 2));
    }

    [Test]
    public void A_step_allocates_nothing()
    {
        using var device = new HostDevice(threads: 2);
        var trainer = Start(device, Options with { BatchSize = 50 });
        trainer.StartEpoch();
        for (var i = 0; i < 5; i++) trainer.Step();
        Assert.That(AllocationTests.AllocatedBy(device, () =>
        {
            for (var i = 0; i < 25; i++) trainer.Step();
        }), Has.All.Zero);
    }

    [TestCase("eps", true, "--target eps", "v-prediction")]
    [TestCase("score", false, "--target score", "one of them")]
    [TestCase("w", false, "--target w", "give one of")]
    public void A_target_that_says_nothing_is_named(string target, bool zero, string subject, string fix) =>
        Expect.UserError(
            () => (Options with { Target = target, ZeroTerminal = zero }).Validated(), subject, "", fix);

    [Test]
    public void A_clipped_run_is_another_and_one_of_a_wide_limit_is_the_same()
    {
        using var device = new HostDevice(threads: 1);
        string Trained(double clip)
        {
            var trainer = Start(device, Options with { Clip = clip, Epochs = 1 });
            trainer.Run(_ => { }, CancellationToken.None);
            return Hash(trainer);
        }
        Assert.That(Trained(1e6), Is.EqualTo(Trained(0)).And.Not.EqualTo(Trained(1e-3)));
        Expect.UserError(() => (Options with { Clip = -1 }).Validated(), "--clip -1", "out of range", "0 for none");
    }

    [TestCase("simple")]
    [TestCase("min-snr")]
    public void A_weight_that_follows_the_levels_is_not_learned_with_others(string weight)
    {
        var options = Options with { Weight = weight, Times = "learned" };
        Expect.UserError(() => options.Validated(), $"--weight {weight}", "--times learned", "vlb, sigmoid or edm");
    }

    [Test]
    public void Options_survive_their_json() => Assert.That(
        DiffusionRunOptions.FromJson(Options.ToJson(), "file"), Is.EqualTo(Options));

    [Test]
    public void A_step_that_is_too_long_is_named()
    {
        using var device = new HostDevice(threads: 1);
        var trainer = Start(device, Options with { LearningRate = 1e30 });
        Expect.UserError(() => trainer.Run(_ => { }, CancellationToken.None), "--lr 1E+30", "finite numbers", "smaller");
    }
}
