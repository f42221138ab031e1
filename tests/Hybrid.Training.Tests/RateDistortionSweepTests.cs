using Hybrid.Devices.Host;

namespace Hybrid.Training.Tests;

/// <summary>A sweep that was stopped anywhere ends as one that never was.</summary>
[TestFixture]
public class RateDistortionSweepTests
{
    static readonly double[] Betas = [4, 0.5, 1];

    static VaeRunOptions Options(TempFolder folder) =>
        Small.Options with { Data = Small.Digits(folder), Epochs = 2 };

    /// <summary>Runs until the given number of epochs, of all β together; returns the epochs that were trained.</summary>
    static int Run(RateDistortionSweep sweep, int epochs = int.MaxValue)
    {
        using var cancellation = new CancellationTokenSource();
        var trained = 0;
        sweep.Run(() => new HostDevice(threads: 1),
            run => run.Trainer.AfterEpoch = _ =>
            {
                if (++trained == epochs) cancellation.Cancel();
            },
            _ => { }, cancellation.Token);
        return trained;
    }

    [Test]
    public void Points_are_the_last_epochs_of_single_runs()
    {
        using var folder = new TempFolder();
        var options = Options(folder);
        var sweep = RateDistortionSweep.Start(options, Betas, folder.At("sweep"));
        Assert.That(Run(sweep), Is.EqualTo(6));
        Assert.That(sweep.IsFinished);

        using var device = new HostDevice(threads: 1);
        var alone = VaeRun.Start(device, options with { Beta = 4 }, folder.At("alone"));
        alone.Run(CancellationToken.None);
        var (last, point) = (alone.Trainer.History[^1].Test, sweep.Frontier.Points[2]);
        Assert.That((point.Distortion, point.Rate), Is.EqualTo((last.Reconstruction, last.Kl)));
        Assert.That(point.MutualInformation, Is.EqualTo(last.MutualInformation));
        // A tenth of 120 images, all different.
        Assert.That(sweep.Entropy, Is.EqualTo(Math.Log(12)).Within(1e-12));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(5)]
    public void Stopped_and_continued_is_the_same(int epochs)
    {
        using var folder = new TempFolder();
        var whole = RateDistortionSweep.Start(Options(folder), Betas, folder.At("whole"));
        Run(whole);
        var parts = RateDistortionSweep.Start(Options(folder), Betas, folder.At("parts"));
        Assert.That(Run(parts, epochs), Is.EqualTo(epochs));

        var resumed = RateDistortionSweep.Resume(folder.At("parts"));
        Assert.That(resumed.IsFinished, Is.False);
        Assert.That(Run(resumed), Is.EqualTo(6 - epochs), "an epoch was trained twice, or none");
        Assert.That(resumed.ToJson(), Is.EqualTo(whole.ToJson()));
    }

    [Test]
    public void Finished_points_need_no_run()
    {
        using var folder = new TempFolder();
        Run(RateDistortionSweep.Start(Options(folder), Betas, folder.At("sweep")), epochs: 3);
        Directory.Delete(folder.At("sweep/beta-0.5"), recursive: true);
        Assert.That(Run(RateDistortionSweep.Resume(folder.At("sweep"))), Is.EqualTo(3));
        Assert.That(Directory.Exists(folder.At("sweep/beta-0.5")), Is.False);
    }

    [Test]
    public void A_density_has_no_entropy_from_a_sample()
    {
        using var folder = new TempFolder();
        var options = Small.Gaussian with { Data = Small.Digits(folder), Epochs = 1 };
        var sweep = RateDistortionSweep.Start(options, [1], folder.At("sweep"));
        Run(sweep);
        Assert.That(sweep.Entropy, Is.Null);
        Assert.That(sweep.Frontier.Proved(0), Is.Null);
        Assert.That(RateDistortionSweep.Resume(folder.At("sweep")).ToJson(), Is.EqualTo(sweep.ToJson()));
    }

    [Test]
    public void Other_images_are_refused()
    {
        using var folder = new TempFolder();
        var options = Options(folder);
        Run(RateDistortionSweep.Start(options, Betas, folder.At("sweep")), epochs: 2);
        _ = Small.Digits(folder, n: 130);
        Assert.That(() => Run(RateDistortionSweep.Resume(folder.At("sweep"))),
            Throws.TypeOf<UserError>().With.Message.Contains("other images"));
    }

    [Test]
    public void A_run_of_another_kind_is_not_continued()
    {
        using var folder = new TempFolder();
        var options = Options(folder);
        using var device = new HostDevice(threads: 1);
        _ = VaeRun.Start(device, options with { Beta = 0.5, Seed = 99 }, folder.At("sweep/beta-0.5"));
        Assert.That(() => Run(RateDistortionSweep.Start(options, Betas, folder.At("sweep"))),
            Throws.TypeOf<UserError>().With.Message.Contains("other options"));
    }

    [Test]
    public void What_cannot_start_leaves_nothing()
    {
        using var folder = new TempFolder();
        var options = Options(folder);
        Assert.That(() => RateDistortionSweep.Start(options, [1, 2, 1], folder.At("sweep")),
            Throws.TypeOf<UserError>().With.Message.Contains("--betas 1"));
        Assert.That(() => RateDistortionSweep.Start(options, [1, -2], folder.At("sweep")), Throws.TypeOf<UserError>());
        Assert.That(() => Run(RateDistortionSweep.Start(options with { Data = "nosuch" }, [1], folder.At("sweep"))),
            Throws.TypeOf<UserError>());
        Assert.That(() => Run(RateDistortionSweep.Start(options with { BatchSize = 999 }, [1], folder.At("sweep"))),
            Throws.TypeOf<UserError>());
        Assert.That(Path.Exists(folder.At("sweep")), Is.False);
    }

    [TestCase("{")]
    [TestCase("{}")]
    [TestCase("{\"sweep\":\"rate-distortion\"}")]
    [TestCase("[]")]
    [TestCase("null")]
    public void A_damaged_file_is_refused(string text)
    {
        using var folder = new TempFolder();
        folder.With("frontier.json", System.Text.Encoding.UTF8.GetBytes(text));
        Assert.That(() => RateDistortionSweep.Resume(folder.Path), Throws.TypeOf<UserError>());
    }
}
