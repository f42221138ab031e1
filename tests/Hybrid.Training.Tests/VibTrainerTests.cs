using Hybrid.Devices.Host;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests;

/// <summary>A bottleneck's run: what it learns, allocates, saves and refuses.</summary>
[TestFixture]
public sealed class VibTrainerTests
{
    static readonly VibRunOptions Options = new()
    {
        Hidden = [32], Latent = 4, BatchSize = 50, Epochs = 4, Draws = 3, LearningRate = 3e-3, Seed = 2,
    };

    static DataSplit Data() => Sprites.Load(train: 1000, test: 200, size: 12);

    [Test]
    public void It_learns_shapes_and_keeps_more_than_the_label()
    {
        using var device = new HostDevice();
        var trainer = new VibTrainer(device, Options with { Epochs = 30 }, Data());
        var guess = trainer.Evaluate();
        trainer.Run(_ => { }, CancellationToken.None);
        var learnt = trainer.History[^1].Test;
        Assert.That(learnt.LabelEntropy, Is.EqualTo(Math.Log(3)).Within(0.05));
        Assert.That(learnt.LabelInformation, Is.GreaterThan(Math.Max(0, guess.LabelInformation)));
        Assert.That(learnt.LabelInformation, Is.LessThan(learnt.LabelEntropy).And.LessThan(learnt.DataInformation));
        Assert.That(learnt.Error, Is.LessThan(0.5));
    }

    [Test]
    public void A_step_allocates_nothing([Values(1, 2)] int threads)
    {
        using var device = new HostDevice(threads);
        var trainer = new VibTrainer(device, Options, Data());
        for (var step = 0; step < 3; step++) trainer.Step();
        var allocated = AllocationTests.AllocatedBy(device, () =>
        {
            for (var step = 0; step < 5; step++) trainer.Step();
        });
        Assert.That(allocated, Is.All.Zero);
    }

    [Test]
    public void A_checkpoint_continues_bit_for_bit()
    {
        using var folder = new TempFolder();
        var path = folder.At("run.safetensors");
        ulong Hash(VibTrainer trainer) =>
            Convert.ToUInt64(ParametersHash.Of(trainer.Vib.Device, trainer.Vib.Parameters), 16);
        ulong whole, resumed;
        using (var device = new HostDevice(1))
        {
            // The embedded sprites at full size, as a checkpoint finds its data again.
            var options = Options with { Hidden = [], BatchSize = 1000, Epochs = 2 };
            var trainer = new VibTrainer(device, options, Sprites.Load());
            trainer.Run(report =>
            {
                if (report.Epoch == 1) VibCheckpoint.Save(path, trainer);
            }, CancellationToken.None);
            whole = Hash(trainer);
        }
        using (var device = new HostDevice(2))
        {
            var trainer = VibCheckpoint.Restore(device, path, epochs: null);
            Assert.That(trainer.History, Has.Count.EqualTo(1));
            trainer.Run(_ => { }, CancellationToken.None);
            resumed = Hash(trainer);
            Assert.That(trainer.History, Has.Count.EqualTo(2));
        }
        Assert.That(resumed, Is.EqualTo(whole));
    }

    [Test]
    public void Parameters_that_are_no_numbers_are_refused()
    {
        using var folder = new TempFolder();
        var path = folder.At("run.safetensors");
        using var device = new HostDevice(1);
        var trainer = new VibTrainer(device, Options with { Hidden = [], BatchSize = 1000 }, Sprites.Load());
        device.Ops.Fill(trainer.Vib.Parameters.Value(trainer.Vib.Parameters.Specs[^1].Name), float.NaN);
        VibCheckpoint.Save(path, trainer);
        Assert.That(() => VibCheckpoint.Restore(device, path, epochs: null),
            Throws.TypeOf<UserError>().With.Message.Contains(
                $"tensor {trainer.Vib.Parameters.Specs[^1].Name} holds NaN"));
    }

    [Test]
    public void Images_without_classes_are_refused()
    {
        using var device = new HostDevice(1);
        var bare = new ImageSet("bare", 1, 2, [0, 1, 1, 0]);
        Assert.That(() => new VibTrainer(device, Options with { BatchSize = 1 }, bare.Split(1, 1)),
            Throws.TypeOf<UserError>().With.Message.Contains("has no labels"));
        var halves = new ImageSet("halves", 1, 1, [0, 1], [0.5, 1], ["half"]);
        Assert.That(() => new VibTrainer(device, Options with { BatchSize = 1 }, halves.Split(1, 1)),
            Throws.TypeOf<UserError>().With.Message.Contains("the label 0.5"));
        var same = new ImageSet("same", 1, 1, [0, 1], [0, 0], ["class"]);
        Assert.That(() => new VibTrainer(device, Options with { BatchSize = 1 }, same.Split(1, 1)),
            Throws.TypeOf<UserError>().With.Message.Contains("one class only"));
    }
}
