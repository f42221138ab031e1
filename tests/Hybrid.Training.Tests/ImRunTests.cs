using Hybrid.Devices.Host;

namespace Hybrid.Training.Tests;

/// <summary>A run of the IM algorithm that is stopped between two steps goes on as if it had not been.</summary>
[TestFixture]
public sealed class ImRunTests
{
    static readonly ImRunOptions Options = new() { Data = "rings", Outputs = 1, Steps = 60, Seed = 4 };

    static double[] Encoder(ImRun run) => [.. run.Channel.Encoder.Cast<double>(), run.Channel.Bound];

    [Test]
    public void It_continues_bit_for_bit([Values(1, 2)] int threads)
    {
        using var folder = new TempFolder();
        using var device = new HostDevice(threads: 1);
        using var other = new HostDevice(threads);
        var whole = ImRun.Start(device, Options, folder.At("whole"));
        var begun = Encoder(whole);
        whole.Run(() => { }, CancellationToken.None);

        using var cancellation = new CancellationTokenSource();
        var stopped = ImRun.Start(device, Options, folder.At("parts"));
        stopped.Run(() =>
        {
            if (stopped.Channel.Steps == 21) cancellation.Cancel();
        }, cancellation.Token);
        Assert.That(stopped.IsFinished, Is.False);
        var resumed = ImRun.Resume(other, folder.At("parts"), steps: null);
        Assert.That(Encoder(resumed), Is.EqualTo(Encoder(stopped)));
        resumed.Run(() => { }, CancellationToken.None);

        Assert.That(Encoder(resumed), Is.EqualTo(Encoder(whole)).And.Not.EqualTo(begun));
        Assert.That(File.ReadAllBytes(resumed.CheckpointPath), Is.EqualTo(File.ReadAllBytes(whole.CheckpointPath)));
    }

    [Test]
    public void A_step_that_is_too_long_is_named()
    {
        using var folder = new TempFolder();
        using var device = new HostDevice(threads: 1);
        var run = ImRun.Start(device, Options with { LearningRate = 1e300 }, folder.At("run"));
        Expect.UserError(() => run.Run(() => { }, CancellationToken.None), "--lr 1E+300", "finite numbers", "smaller");
    }
}
