using Hybrid.Devices.Host;
using Hybrid.Information;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests;

/// <summary>A run of M2: which labels it sees, what it learns, allocates, saves and refuses.</summary>
[TestFixture]
public sealed class M2TrainerTests
{
    static readonly M2RunOptions Options = new()
    {
        Hidden = [24], Latent = 4, BatchSize = 50, Epochs = 4, Labels = 30, Alpha = 5, LearningRate = 3e-3, Seed = 2,
    };

    static DataSplit Data() => Sprites.Load(train: 600, test: 150, size: 12);

    [Test]
    public void Labels_are_as_many_of_each_class_and_no_image_is_lost([Values(1, 30, 599, 600)] int labels)
    {
        var data = Data().Train;
        var (with, without) = LabelledRows.Split(data, labels, seed: 1);
        Assert.That(with.N, Is.EqualTo(labels));
        Assert.That(without?.N ?? 0, Is.EqualTo(600 - labels));
        if (labels == 30)
        {
            var counts = ClassLabels.Of(with).CountBy(c => c).Select(pair => pair.Value);
            Assert.That(counts, Is.All.EqualTo(10));
            Assert.That(LabelledRows.Split(data, labels, seed: 2).Labelled.Fingerprint,
                Is.Not.EqualTo(with.Fingerprint));
        }
        double Sum(ImageSet? set) => set is null ? 0 : set.Pixels.ToArray().Sum(pixel => (double)pixel);
        Assert.That(Sum(with) + Sum(without), Is.EqualTo(Sum(data)).Within(1e-6));
    }

    /// <summary>The bound falls, the classifier learns, and a weight on I(x; y) leaves more of it.</summary>
    [Test]
    public void It_learns_shapes_and_a_weight_raises_the_information()
    {
        using var device = new HostDevice();
        M2Trainer Trained(double weight)
        {
            var trainer = new M2Trainer(device, Options with { Labels = 300, Epochs = 40, Information = weight }, Data());
            trainer.Run(_ => { }, CancellationToken.None);
            return trainer;
        }
        var (plain, raised) = (Trained(0).History, Trained(20).History[^1].Test);
        Assert.Multiple(() =>
        {
            Assert.That(plain[^1].Test.UnlabelledBound, Is.LessThan(plain[0].Test.UnlabelledBound - 5));
            Assert.That(plain[^1].TrainCrossEntropy, Is.LessThan(plain[0].TrainCrossEntropy));
            Assert.That(raised.Information, Is.GreaterThan(plain[^1].Test.Information));
            Assert.That(plain[^1].Test.Error, Is.LessThan(0.6), "two thirds is a guess");
        });
    }

    /// <summary>With all labels there is no unlabelled term: what is minimised is L, and α·CE.</summary>
    [Test]
    public void With_every_label_it_is_the_labelled_bound()
    {
        using var device = new HostDevice(1);
        var trainer = new M2Trainer(device, Options with { Labels = 600, Epochs = 1 }, Data());
        trainer.Run(_ => { }, CancellationToken.None);
        Assert.That(trainer.StepsPerEpoch, Is.EqualTo(12));
        Assert.That(trainer.History[0].TrainUnlabelled, Is.Null);
        Assert.That(trainer.History[0].TrainLabelled, Is.InRange(30, 144 * Math.Log(2) + Math.Log(3) + 20));
    }

    [Test]
    public void A_step_allocates_nothing([Values(1, 2)] int threads)
    {
        using var device = new HostDevice(threads);
        var trainer = new M2Trainer(device, Options with { Information = 1 }, Data());
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
        string whole, resumed;
        M2Account account;
        using (var device = new HostDevice(1))
        {
            // The embedded sprites at full size, as a checkpoint finds its data again.
            var options = Options with { BatchSize = 1000, Epochs = 2, Information = 0.5 };
            var trainer = new M2Trainer(device, options, Sprites.Load());
            trainer.Run(report =>
            {
                if (report.Epoch == 1) M2Checkpoint.Save(path, trainer);
            }, CancellationToken.None);
            whole = ParametersHash.Of(device, trainer.M2.Parameters);
            account = trainer.History[^1].Test;
        }
        using (var device = new HostDevice(2))
        {
            var trainer = M2Checkpoint.Restore(device, path, epochs: null);
            Assert.That(trainer.History, Has.Count.EqualTo(1));
            trainer.Run(_ => { }, CancellationToken.None);
            resumed = ParametersHash.Of(device, trainer.M2.Parameters);
            Assert.That(trainer.History[^1].Test, Is.EqualTo(account));
        }
        Assert.That(resumed, Is.EqualTo(whole));
    }

    [Test]
    public void What_cannot_be_is_refused()
    {
        using var device = new HostDevice(1);
        Assert.That(() => new M2Trainer(device, Options with { Labels = 601 }, Data()),
            Throws.TypeOf<UserError>().With.Message.Contains("--labels 601"));
        Assert.That(() => new M2Trainer(device, Options with { Labels = 600, Information = 1 }, Data()),
            Throws.TypeOf<UserError>().With.Message.Contains("--mi"));
        Assert.That(() => (Options with { Hidden = [] }).Validated(),
            Throws.TypeOf<UserError>().With.Message.Contains("--hidden"));
        var bare = new ImageSet("bare", 1, 2, [0, 1, 1, 0]);
        Assert.That(() => new M2Trainer(device, Options with { Labels = 1 }, bare.Split(1, 1)),
            Throws.TypeOf<UserError>().With.Message.Contains("has no labels"));
    }
}
