using Hybrid.Devices.Host;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Training.Tests;

[TestFixture]
public class VaeRunTests
{
    TempFolder folder = null!;
    HostDevice device = null!;
    VaeRunOptions options = null!;

    [SetUp]
    public void Open()
    {
        folder = new();
        device = new(threads: 1);
        options = Small.Options with { Data = Small.Digits(folder) };
    }

    [TearDown]
    public void Close()
    {
        device.Dispose();
        folder.Dispose();
    }

    VaeRun Finished(VaeRunOptions options, string name = "run")
    {
        var run = VaeRun.Start(device, options, folder.At(name));
        run.Run(CancellationToken.None);
        return run;
    }

    string HashIn(string file) => ParametersHash.Of(device, VaeCheckpoint.Read(file).Load(device).Parameters);

    [Test]
    public void A_new_run_writes_its_folder_before_its_first_step()
    {
        var run = VaeRun.Start(device, options, folder.At("a/b"));
        Assert.That(Directory.GetFiles(folder.At("a/b")), Is.EqualTo(new[] { run.CheckpointPath }));
        Assert.That(HashIn(run.CheckpointPath), Is.EqualTo(ParametersHash.Of(device, run.Trainer.Vae.Parameters)));
        Expect.UserError(() => VaeRun.Start(device, options, folder.At("a/b")), "a/b", "--resume");
    }

    [Test]
    public void Data_that_cannot_be_read_leaves_no_folder()
    {
        Expect.UserError(() => VaeRun.Start(device, options with { Data = "nosuch" }, folder.At("run")), "nosuch");
        Assert.That(folder.Names, Is.EqualTo(new[] { "digits" }));
    }

    /// <summary>Long training on few images: the test set is best understood in the middle.</summary>
    [Test]
    public void The_best_epoch_is_kept_when_later_ones_are_worse()
    {
        var run = Finished(options with { Epochs = 60, BatchSize = 54, LearningRate = 0.03 });
        var best = run.Best!;
        Assert.That(best.Epoch, Is.LessThan(60), "a run that overfits");
        Assert.That(run.Trainer.History.Min(report => report.Test.NegativeElbo), Is.EqualTo(best.Test.NegativeElbo));

        var checkpoint = VaeCheckpoint.Read(run.BestPath);
        Assert.That(checkpoint.HasProgress, Is.False);
        var test = VaeRun.LoadData(options.Data).Test;
        var account = new VaeEvaluation(checkpoint.Load(device), new(device, test), binarize: true).Run();
        Assert.That(account, Is.EqualTo(best.Test));
        Assert.That(HashIn(run.CheckpointPath), Is.Not.EqualTo(HashIn(run.BestPath)));
    }

    [Test]
    public void Resuming_extends_and_keeps_the_history()
    {
        var straight = Finished(options with { Epochs = 5 }, "straight");
        Finished(options with { Epochs = 2 }, "parts");
        var resumed = VaeRun.Resume(device, folder.At("parts"), epochs: 5);
        resumed.Run(CancellationToken.None);
        Assert.That(HashIn(resumed.CheckpointPath), Is.EqualTo(HashIn(straight.CheckpointPath)));
        Assert.That(HashIn(resumed.BestPath), Is.EqualTo(HashIn(straight.BestPath)));
        Assert.That(resumed.Trainer.History.Select(r => r.Test), Is.EqualTo(straight.Trainer.History.Select(r => r.Test)));
    }

    /// <summary>A prior's parameters and moments are saved with the others, and it continues bit for bit.</summary>
    [Test]
    public void A_run_with_any_prior_continues_bit_for_bit([Values] PriorKind prior)
    {
        var wanted = options with { Prior = prior, PriorComponents = 4, Epochs = 2 };
        var straight = Finished(wanted, "straight");
        Finished(wanted with { Epochs = 1 }, "parts");
        var resumed = VaeRun.Resume(device, folder.At("parts"), epochs: 2);
        resumed.Run(CancellationToken.None);
        Assert.That(HashIn(resumed.CheckpointPath), Is.EqualTo(HashIn(straight.CheckpointPath)));
        Assert.That(resumed.Trainer.Options.Prior, Is.EqualTo(prior));

        var test = VaeRun.LoadData(options.Data).Test;
        var vae = VaeCheckpoint.Read(straight.BestPath).Load(device);
        Assert.That(new VaeEvaluation(vae, new(device, test), binarize: true).Run(), Is.EqualTo(straight.Best!.Test));
    }

    [Test]
    public void Resuming_refuses_fewer_epochs_than_were_begun()
    {
        using var cancellation = new CancellationTokenSource();
        var run = VaeRun.Start(device, options, folder.At("run"));
        run.Trainer.AfterStep = steps =>
        {
            if (steps == run.Trainer.StepsPerEpoch + 1) cancellation.Cancel();
        };
        run.Run(cancellation.Token);
        Expect.UserError(() => VaeRun.Resume(device, folder.At("run"), epochs: 1), "--epochs 1", "more epochs");
        Assert.That(VaeRun.Resume(device, folder.At("run"), epochs: 2).Trainer.IsFinished, Is.False);
    }

    [Test]
    public void Resuming_refuses_other_data()
    {
        Finished(options);
        Small.Digits(folder, n: 200);
        Expect.UserError(() => VaeRun.Resume(device, folder.At("run"), null), "checkpoint.safetensors", "other images");
        Small.Digits(folder, n: 120, size: 10);
        Expect.UserError(() => VaeRun.Resume(device, folder.At("run"), null), "9×9", "10×10");
    }

    /// <summary>Writes the checkpoint again with a change that a checksum cannot see.</summary>
    string Changed(Func<NamedTensor, NamedTensor> tensor, Action<Dictionary<string, string>> notes)
    {
        var file = SafetensorsFile.Read(Finished(options).CheckpointPath);
        var changed = new Dictionary<string, string>(file.Metadata);
        notes(changed);
        foreach (var key in changed.Keys.Where(key => key.Contains("sha", StringComparison.OrdinalIgnoreCase)).ToList())
            changed.Remove(key);
        var path = folder.At("changed.safetensors");
        SafetensorsFile.Write(path, [.. file.Names.Select(name => tensor(file[name]))], changed);
        return path;
    }

    [TestCase("decoder/0/w")]
    [TestCase("adam.v/encoder/1/b")]
    public void A_tensor_that_is_not_finite_is_refused(string name)
    {
        var path = Changed(
            tensor =>
            {
                if (tensor.Name != name) return tensor;
                var values = new float[tensor.Bytes.Length / sizeof(float)];
                values[1] = float.NaN;
                return NamedTensor.Of(name, values, tensor.Shape);
            },
            _ => { });
        Expect.UserError(() => VaeRun.Resume(device, path, null), "changed.safetensors", name, "NaN");
    }

    [Test]
    public void A_tensor_of_another_shape_is_refused()
    {
        var path = Changed(
            tensor => tensor.Name == "decoder/0/b" ? NamedTensor.Of(tensor.Name, [1f, 2f], 2, 1) : tensor, _ => { });
        Expect.UserError(() => VaeCheckpoint.Read(path).Load(device), "changed.safetensors", "decoder/0/b");
    }

    [TestCase("hybrid.options", "{}x", "options")]
    [TestCase("hybrid.options", "null", "options")]
    [TestCase("hybrid.options", """{"latent":0}""", "--latent 0")]
    [TestCase("hybrid.options", """{"hidden":null}""", "options")]
    [TestCase("hybrid.options", """{"beta":-1}""", "--beta -1")]
    [TestCase("hybrid.options", """{"nosuch":1}""", "options")]
    [TestCase("hybrid.image", "9", "hybrid.image")]
    [TestCase("hybrid.image", "0x9", "hybrid.image")]
    [TestCase("hybrid.image", "99999x99999", "hybrid.image")]
    [TestCase("hybrid.model", "gan", "VAE checkpoint")]
    [TestCase("hybrid.progress", "{", "progress")]
    [TestCase("hybrid.progress", "{}", "")]
    [TestCase("hybrid.steps", "x", "progress")]
    [TestCase("hybrid.steps", "-3", "")]
    public void A_note_that_makes_no_sense_is_refused(string key, string value, string names)
    {
        var path = Changed(tensor => tensor, notes => notes[key] = value);
        Expect.UserError(() => VaeRun.Resume(device, path, null), names);
    }

    [Test]
    public void Numbers_of_runs_count_up()
    {
        var next = VaeRun.NextFolder("vae-of-a-test");
        Assert.That(next, Is.EqualTo(Path.Combine("runs", "vae-of-a-test-1")));
    }
}
