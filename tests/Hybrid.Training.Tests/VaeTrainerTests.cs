using Hybrid.Devices;
using Hybrid.Devices.Host;

namespace Hybrid.Training.Tests;

[TestFixture]
public class VaeTrainerTests
{
    static readonly VaeRunOptions[] Kinds = [Small.Options, Small.Gaussian, Small.Mixture];

    static string HashOf(VaeTrainer trainer) => ParametersHash.Of(trainer.Vae.Device, trainer.Vae.Parameters);

    static (string Hash, EpochReport Last) Trained(VaeRunOptions options, int threads, HostLanes lanes)
    {
        using var device = new HostDevice(threads, lanes);
        var trainer = new VaeTrainer(device, options, Small.Data());
        trainer.Run(CancellationToken.None);
        return (HashOf(trainer), trainer.History[^1]);
    }

    [Test]
    public void Threads_and_lanes_do_not_change_a_bit([ValueSource(nameof(Kinds))] VaeRunOptions options)
    {
        var (hash, last) = Trained(options, 1, HostLanes.F32);
        foreach (var lanes in new[] { HostLanes.F32x4, HostLanes.F32x8, HostLanes.F32x16 })
        {
            var other = Trained(options, 2, lanes);
            Assert.That(other.Hash, Is.EqualTo(hash));
            Assert.That(other.Last.Test, Is.EqualTo(last.Test));
        }
        Assert.That(Trained(options with { Seed = 5 }, 1, HostLanes.Auto).Hash, Is.Not.EqualTo(hash));
    }

    [Test]
    public void An_epoch_takes_whole_batches_and_every_step_is_reported()
    {
        using var device = new HostDevice(threads: 1);
        var trainer = new VaeTrainer(device, Small.Options, Small.Data(train: 105));
        var (steps, epochs) = (new List<long>(), new List<int>());
        trainer.AfterStep = steps.Add;
        trainer.AfterEpoch = report => epochs.Add(report.Epoch);
        trainer.Run(CancellationToken.None);
        Assert.That(trainer.StepsPerEpoch, Is.EqualTo(5));
        Assert.That(steps, Is.EqualTo(Enumerable.Range(1, 15).Select(i => (long)i)));
        Assert.That(epochs, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(trainer.IsFinished, Is.True);
    }

    [Test]
    public void The_training_account_is_the_mean_of_the_steps()
    {
        using var device = new HostDevice(threads: 1);
        var trainer = new VaeTrainer(device, Small.Options with { BatchSize = 105, Epochs = 1, LearningRate = 1e-30 },
            Small.Data(train: 105));
        trainer.Run(CancellationToken.None);
        var (train, test) = (trainer.History[0].Train, trainer.History[0].Test);
        Assert.That(train.ActiveUnits, Is.EqualTo(-1));
        Assert.That(train.StandardError, Is.NaN);
        // Untrained, on other images of the same kind: the same within ten standard errors of either set.
        Assert.That(train.NegativeElbo, Is.EqualTo(test.NegativeElbo).Within(10 * test.StandardError));
    }

    [Test]
    public void Overfits_one_batch([ValueSource(nameof(Kinds))] VaeRunOptions options)
    {
        using var device = new HostDevice(threads: 1);
        var trainer = new VaeTrainer(device,
            options with { Epochs = 300, LearningRate = 1e-2, Hidden = [32] }, Small.Data(train: 20, test: 1));
        trainer.Run(CancellationToken.None);
        var (first, last) = (trainer.History[0].Train, trainer.History[^1].Train);
        // Gaussian −ELBO may be negative: the distance fallen is what counts, in nats of 81 pixels.
        Assert.That(first.NegativeElbo - last.NegativeElbo, Is.GreaterThan(20));
    }

    [Test]
    public void Stops_between_two_steps_and_continues_as_if_it_had_not(
        [ValueSource(nameof(Kinds))] VaeRunOptions options, [Values(1, 5, 7, 14)] int after)
    {
        using var folder = new TempFolder();
        using var device = new HostDevice(threads: 1);
        using var cancellation = new CancellationTokenSource();
        var stopped = new VaeTrainer(device, options, Small.Data());
        stopped.AfterStep = steps =>
        {
            if (steps == after) cancellation.Cancel();
        };
        stopped.Run(cancellation.Token);
        Assert.That(stopped.Optimizer.Steps, Is.EqualTo(after));
        VaeCheckpoint.Save(folder.At("checkpoint"), stopped, (9, 9));

        var resumed = new VaeTrainer(device, options, Small.Data());
        VaeCheckpoint.Read(folder.At("checkpoint")).Restore(resumed);
        Assert.That(HashOf(resumed), Is.EqualTo(HashOf(stopped)));
        resumed.Run(CancellationToken.None);

        var straight = new VaeTrainer(device, options, Small.Data());
        straight.Run(CancellationToken.None);
        Assert.That(HashOf(resumed), Is.EqualTo(HashOf(straight)));
        Assert.That(resumed.History.Select(r => (r.Epoch, r.Train, r.Test)),
            Is.EqualTo(straight.History.Select(r => (r.Epoch, r.Train, r.Test))));
    }

    [Test]
    public void Refuses_a_batch_larger_than_the_training_set()
    {
        using var device = new HostDevice(threads: 1);
        Expect.UserError(() => _ = new VaeTrainer(device, Small.Options, Small.Data(train: 19)), "--batch 20", "19");
    }

    /// <summary>A diverged model has no account, and must not become the best.</summary>
    [TestCase(5, TestName = "A_model_that_left_the_finite_numbers_ends_training")]
    [TestCase(2, TestName = "A_step_that_left_the_finite_numbers_ends_training")]
    public void Leaving_the_finite_numbers(int after)
    {
        using var device = new HostDevice(threads: 1);
        var trainer = new VaeTrainer(device, Small.Options, Small.Data());
        trainer.AfterStep = steps =>
        {
            if (steps == after) device.Ops.Fill(trainer.Vae.Parameters.Value("decoder/0/b"), float.NaN);
        };
        Expect.UserError(() => trainer.Run(CancellationToken.None), "--lr", "epoch 1");
        Assert.That(trainer.History, Is.Empty);
    }

    [Test]
    public void A_hash_covers_names_shapes_and_every_bit()
    {
        using var device = new HostDevice(threads: 1);
        Autodiff.Parameters Of(string name, int rows, int cols, float last)
        {
            var parameters = new Autodiff.Parameters(device, [new(name, new(rows, cols))]);
            device.Upload([1, 2, 3, 4, 5, last], parameters.Value(name));
            return parameters;
        }
        string Hash(string name, int rows, int cols, float last) =>
            ParametersHash.Of(device, Of(name, rows, cols, last));
        var hash = Hash("w", 2, 3, 0f);
        Assert.That(Hash("w", 2, 3, 0f), Is.EqualTo(hash));
        Assert.That(Hash("w", 2, 3, -0f), Is.Not.EqualTo(hash));
        Assert.That(Hash("w", 3, 2, 0f), Is.Not.EqualTo(hash));
        Assert.That(Hash("v", 2, 3, 0f), Is.Not.EqualTo(hash));
        Assert.That(Hash("w", 2, 3, float.Epsilon), Is.Not.EqualTo(hash));
    }
}
