using Hybrid.Devices.Host;
using Hybrid.Models;
using Hybrid.Training.Checkpoints;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Hierarchy;

/// <summary>A hierarchy's run: what it learns, allocates, saves and refuses.</summary>
[TestFixture]
public sealed class HierarchyTrainerTests
{
    static HierarchyRunOptions Options(Inference inference, params int[] latents) => new(Small.Options)
    {
        Latents = latents, Between = [8], Inference = inference,
    };

    static string Hash(HierarchyTrainer trainer) =>
        ParametersHash.Of(trainer.Vae.Device, trainer.Vae.Parameters);

    /// <summary>The steps, the parameters and the account, for a likelihood with a parameter of its own too.</summary>
    [Test]
    public void One_level_trains_as_a_VAE_to_the_bit(
        [Values] Inference inference, [Values("none", "anneal:1.5")] string remedy)
    {
        using var device = new HostDevice(1);
        var options = (remedy == "none" ? Small.Gaussian : Small.Options) with { Remedy = remedy };
        var vae = new VaeTrainer(device, options.Validated(), Small.Data());
        vae.Run(CancellationToken.None);
        var one = new HierarchyTrainer(
            device, (Options(inference, 3) with { Vae = options }).Validated(), Small.Data());
        one.Run(_ => { }, CancellationToken.None);
        Assert.That(Hash(one), Is.EqualTo(ParametersHash.Of(device, vae.Vae.Parameters)));

        var (expected, found) = (vae.History[^1], one.History[^1]);
        Assert.That(found.Test.Reconstruction, Is.EqualTo(expected.Test.Reconstruction));
        Assert.That(found.Test.Rate, Is.EqualTo(expected.Test.Kl));
        Assert.That(found.Test.StandardError, Is.EqualTo(expected.Test.StandardError).Within(1e-5));
        Assert.That(found.Test.Levels[0].ActiveUnits, Is.EqualTo(expected.Test.ActiveUnits));
        Assert.That(found.Test.Levels[0].MutualInformation, Is.EqualTo(expected.Test.MutualInformation));
        Assert.That(found.TrainNegativeElbo, Is.EqualTo(expected.Train.NegativeElbo).Within(1e-9));
        Assert.That(found.Beta, Is.EqualTo(expected.Weights.Beta));
        // The same K draws; the weights' logarithms are sums in another order.
        Assert.That(one.Evaluation.Nll(20).Nll, Is.EqualTo(vae.Evaluation.Nll(20).Nll).Within(1e-3));
    }

    [Test]
    public void It_learns_on_every_level([Values] Inference inference)
    {
        using var device = new HostDevice(2);
        // Of a small σ: nothing is worth more than the pixels.
        var vae = Small.Gaussian with
        {
            Likelihood = LikelihoodKind.GaussianFixed, Sigma = 0.1, Epochs = 15, LearningRate = 5e-3,
        };
        var options = Options(inference, 4, 2) with { Vae = vae };
        var trainer = new HierarchyTrainer(device, options.Validated(), Small.Data(train: 600));
        var guess = trainer.Evaluation.Run();
        trainer.Run(_ => { }, CancellationToken.None);
        var learnt = trainer.History[^1].Test;
        Assert.That(learnt.NegativeElbo, Is.LessThan(guess.NegativeElbo));
        Assert.That(learnt.Levels, Has.Count.EqualTo(2));
        Assert.That(learnt.Rate, Is.GreaterThan(1));
        var gaussian = learnt.Levels[inference == Inference.BottomUp ? 0 : 1];
        Assert.That(gaussian.MutualInformation, Is.GreaterThan(0).And.LessThanOrEqualTo(learnt.Ceiling));
        Assert.That(learnt.Levels.Count(level => level.MutualInformation is null), Is.EqualTo(1));

        // −log p(x) is not above −ELBO, and more draws come nearer to it.
        var (one, many) = (trainer.Evaluation.Nll(1), trainer.Evaluation.Nll(300));
        Assert.That(many.Nll, Is.LessThan(one.Nll));
        Assert.That(many.Nll, Is.LessThan(learnt.NegativeElbo));
        Assert.That(many.EffectiveSamples, Is.GreaterThan(1));
    }

    [Test]
    public void A_step_allocates_nothing([Values(1, 2)] int threads, [Values] Inference inference)
    {
        using var device = new HostDevice(threads);
        var options = Options(inference, 3, 2) with { Vae = Small.Options with { Remedy = "anneal:2" } };
        var trainer = new HierarchyTrainer(device, options.Validated(), Small.Data());
        for (var step = 0; step < 3; step++) trainer.Step();
        var allocated = AllocationTests.AllocatedBy(device, () =>
        {
            for (var step = 0; step < 2; step++) trainer.Step();
        });
        Assert.That(allocated, Is.All.Zero);
    }

    [Test]
    public void A_checkpoint_continues_bit_for_bit([Values] Inference inference)
    {
        using var folder = new TempFolder();
        var path = folder.At("run.safetensors");
        var options = (Options(inference, 3, 2) with
        {
            Vae = Small.Options with { Data = Small.Digits(folder), Epochs = 3, Remedy = "anneal:2" },
        }).Validated();
        string whole;
        using (var device = new HostDevice(1))
        {
            var trainer = new HierarchyTrainer(device, options, VaeRun.LoadData(options.Vae.Data));
            trainer.Run(report =>
            {
                if (report.Epoch == 1) HierarchyCheckpoint.Save(path, trainer);
            }, CancellationToken.None);
            whole = Hash(trainer);
        }
        using (var device = new HostDevice(2))
        {
            var trainer = HierarchyCheckpoint.Restore(device, path, epochs: null);
            Assert.That(trainer.History, Has.Count.EqualTo(1));
            trainer.Run(_ => { }, CancellationToken.None);
            Assert.That(Hash(trainer), Is.EqualTo(whole));
            Assert.That(trainer.History, Has.Count.EqualTo(3));
            HierarchyCheckpoint.Save(path, trainer);
            var read = HierarchyCheckpoint.Of(SafetensorsFile.Read(path));
            Assert.That((read.Height, read.Width), Is.EqualTo((9, 9)));
            Assert.That(ParametersHash.Of(device, read.Load(device).Parameters), Is.EqualTo(whole));
            Assert.That(() => HierarchyCheckpoint.Restore(device, path, epochs: 2),
                Throws.TypeOf<UserError>().With.Message.Contains("--epochs"));
            Assert.That(
                () => read.LoadData("sprites"), Throws.TypeOf<UserError>().With.Message.Contains("9×9"));
        }
    }

    [Test]
    public void Options_survive_their_text()
    {
        var options = Options(Inference.TopDown, 5, 4, 3).Validated();
        var read = HierarchyRunOptions.FromJson(options.ToJson(), "here");
        Assert.That(read.ToJson(), Is.EqualTo(options.ToJson()));
        Assert.That(options.ToJson(), Does.Contain("\"top-down\"").And.Contain("\"latents\":[5,4,3]"));
        string[] others = ["{}", "null", "[", """{"vae":null}""", """{"vae":{"data":"sprites"},"x":1}"""];
        foreach (var text in others)
            Assert.That(() => HierarchyRunOptions.FromJson(text, "here"),
                Throws.TypeOf<UserError>().With.Message.Contains("here"), text);
    }

    static readonly TestCaseData[] Mistakes =
    [
        new TestCaseData(Options(Inference.BottomUp), "--latents"),
        new TestCaseData(Options(Inference.BottomUp, 3, 0), "--latents 3,0"),
        new TestCaseData(Options(Inference.BottomUp, 3) with { Between = [-1] }, "--between -1"),
        new TestCaseData(Options((Inference)7, 3), "--inference"),
        new TestCaseData(Options(Inference.BottomUp, 3) with
        {
            Vae = Small.Options with { Objective = "iwae:5" },
        }, "--objective"),
        new TestCaseData(Options(Inference.BottomUp, 3) with
        {
            Vae = Small.Options with { Remedy = "capacity:1" },
        }, "--remedy capacity:1"),
        new TestCaseData(Options(Inference.BottomUp, 3) with
        {
            Vae = Small.Options with { Prior = PriorKind.Mog },
        }, "--prior"),
    ];

    [TestCaseSource(nameof(Mistakes))]
    public void Mistakes_are_named(HierarchyRunOptions options, string named) => Assert.That(
        () => options.Validated(), Throws.TypeOf<UserError>().With.Message.Contains(named));

    [Test]
    public void Too_many_parameters_and_too_few_images_are_refused()
    {
        using var device = new HostDevice(1);
        var wide = Options(Inference.BottomUp, 3, 3) with { Between = [60_000, 60_000] };
        Assert.That(() => wide.ShapeFor(10), Throws.TypeOf<UserError>().With.Message.Contains("parameters"));
        var batch = Options(Inference.BottomUp, 3) with { Vae = Small.Options with { BatchSize = 200 } };
        Assert.That(() => new HierarchyTrainer(device, batch, Small.Data()),
            Throws.TypeOf<UserError>().With.Message.Contains("--batch 200"));
    }
}
