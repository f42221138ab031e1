using Hybrid.Devices.Host;
using Hybrid.Models;

namespace Hybrid.Training.Tests;

[TestFixture]
public class RemedyTests
{
    static readonly string[] Texts = ["anneal:2", "cyclical:2,0.5", "free-bits:0.3", "capacity:3,2", "aggressive:1,20",
        "delta:1.5"];

    internal static string HashOf(VaeTrainer trainer) => ParametersHash.Of(trainer.Vae.Device, trainer.Vae.Parameters);

    internal static VaeTrainer Trained(HostDevice device, VaeRunOptions options)
    {
        var trainer = new VaeTrainer(device, options, Small.Data());
        trainer.Run(CancellationToken.None);
        return trainer;
    }

    // 10 steps an epoch, 80 in all, β = 2.
    [TestCase("none", 7, 2, 0)]
    [TestCase("anneal:4", 0, 0, 0)]
    [TestCase("anneal:4", 10, 0.5, 0)]
    [TestCase("anneal:4", 40, 2, 0)]
    [TestCase("anneal:4", 79, 2, 0)]
    [TestCase("anneal", 50, 1, 0, Description = "ten epochs unless told")]
    [TestCase("cyclical:4,0.5", 0, 0, 0)]
    [TestCase("cyclical:4,0.5", 5, 1, 0)]
    [TestCase("cyclical:4,0.5", 10, 2, 0)]
    [TestCase("cyclical:4,0.5", 19, 2, 0)]
    [TestCase("cyclical:4,0.5", 20, 0, 0)]
    [TestCase("cyclical", 65, 1, 0, Description = "M = 4, R = 0.5 unless told")]
    [TestCase("free-bits:0.3", 3, 2, 0.3)]
    [TestCase("capacity:6,3", 0, 2, 0)]
    [TestCase("capacity:6,3", 15, 2, 3)]
    [TestCase("capacity:6,3", 60, 2, 6)]
    [TestCase("aggressive", 3, 2, 0)]
    [TestCase("delta:3", 3, 2, 0)]
    public void Weighs_each_step(string text, int step, double beta, double level) =>
        Assert.That(Remedy.Parse(text).At(2, step, stepsPerEpoch: 10, total: 80), Is.EqualTo(new KlWeights(beta, level)));

    [TestCase("nothing", "is not known", "none, anneal")]
    [TestCase("none:1", "gives none 1 numbers", "none alone")]
    [TestCase("anneal:1,2", "gives anneal 2 numbers", "at most 1")]
    [TestCase("anneal:0", "'0'", "0.001 to")]
    [TestCase("anneal:nan", "'nan'", "0.001 to")]
    [TestCase("cyclical:2.5", "cycles", "a whole number")]
    [TestCase("cyclical:4,2", "'2'", "0.001 to 1")]
    [TestCase("capacity:-1", "C in nats", "from 0")]
    [TestCase("aggressive:5,x", "'x'", "from 1")]
    [TestCase("delta:-1", "δ in nats", "from 0")]
    [TestCase("delta:6", "more than the prior of 3 dimensions", "at most 4.95")]
    public void Refuses_what_it_cannot_be(string text, string what, string fix) =>
        Expect.UserError(() => _ = (Small.Options with { Remedy = text }).Validated(), $"--remedy {text}", what, fix);

    [Test]
    public void Continues_as_if_it_had_not_stopped([ValueSource(nameof(Texts))] string text, [Values(1, 7)] int after) =>
        Continues(Small.Options with { Remedy = text }, after);

    [Test]
    public void A_learnt_prior_continues_as_if_it_had_not_stopped(
        [Values(PriorKind.Mog, PriorKind.Vamp, PriorKind.Gtm, PriorKind.GtmVamp, PriorKind.Flow)] PriorKind prior,
        [Values("iwae:3", "iwae-stl:3", "iwae-dreg:3", "elbo")] string objective) =>
        Continues(Small.Options with
        {
            Prior = prior,
            PriorComponents = 4,
            Objective = objective,
            Remedy = objective == "elbo" ? "free-bits:0.3" : "none",
        }, 7);

    internal static void Continues(VaeRunOptions options, int after)
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
        VaeCheckpoint.Save(folder.At("checkpoint"), stopped, (9, 9));

        var checkpoint = VaeCheckpoint.Read(folder.At("checkpoint"));
        Assert.That((checkpoint.Options.Remedy, checkpoint.Options.Objective),
            Is.EqualTo((options.Remedy, options.Objective)));
        var resumed = new VaeTrainer(device, checkpoint.Options, Small.Data());
        checkpoint.Restore(resumed);
        resumed.Run(CancellationToken.None);

        var straight = Trained(device, options);
        Assert.That(HashOf(resumed), Is.EqualTo(HashOf(straight)));
        Assert.That(resumed.History.Select(r => (r.Test, r.Weights, r.EncoderSteps)),
            Is.EqualTo(straight.History.Select(r => (r.Test, r.Weights, r.EncoderSteps))));
        Assert.That(HashOf(straight), Is.Not.EqualTo(HashOf(Trained(device, Small.Options))), "it does something");
    }

    /// <summary>Rates that would be nothing at this β: dimensions take of what is free, and no more.</summary>
    [TestCase(PriorKind.Standard)]
    [TestCase(PriorKind.Mog)]
    [TestCase(PriorKind.Vamp)]
    [TestCase(PriorKind.Flow)]
    public void Free_bits_are_used(PriorKind prior)
    {
        using var device = new HostDevice(threads: 2);
        var options = Small.Options with
        {
            Epochs = 200,
            LearningRate = 5e-3,
            Beta = 20,
            Schedule = LearningRateSchedule.Linear,
            Prior = prior,
            PriorComponents = 4,
        };
        Assert.That(Trained(device, options).History[^1].Train.Kl, Is.LessThan(0.2), "collapsed without");
        var last = Trained(device, options with { Remedy = "free-bits:0.5" }).History[^1];
        Assert.That(last.Train.Kl, Is.InRange(1, 1.1 * 3 * 0.5), "three dimensions, half a nat each");
    }

    /// <summary>At a β that leaves nothing of a rate, and at a usual one: δ is always there.</summary>
    [TestCase(1e4, 1.02)]
    [TestCase(1, 10)]
    public void A_committed_rate_stays(double beta, double most)
    {
        const double Rate = 2;
        using var device = new HostDevice(threads: 2);
        var options = Small.Options with
        {
            Epochs = 200, LearningRate = 0.02, Schedule = LearningRateSchedule.Linear, Beta = beta, Remedy = "delta:2",
        };
        var trainer = Trained(device, options);
        Assert.That(trainer.History.Select(report => report.Test.Kl), Is.All.GreaterThan(Rate * (1 - 1e-6)));
        Assert.That(trainer.History[^1].Test.Kl, Is.LessThan(Rate * most));
    }

    [TestCase("delta", "elbo", Models.PriorKind.Mog, "--prior out")]
    [TestCase("delta", "tc:3", Models.PriorKind.Standard, "--objective out")]
    public void A_committed_rate_has_a_prior_of_its_own(
        string remedy, string objective, Models.PriorKind prior, string fix) => Expect.UserError(
        () => _ = (Small.Options with { Remedy = remedy, Objective = objective, Prior = prior }).Validated(),
        $"--remedy {remedy}", "a prior of its own", fix);

    [Test]
    public void One_dimension_commits_to_nothing() => Expect.UserError(
        () => _ = (Small.Options with { Remedy = "delta:1", Latent = 1 }).Validated(),
        "--remedy delta:1", "1 dimensions can commit to", "--latent 2");

    /// <summary>Sums over the batch and over the dimensions meet in another order: they differ by rounding.</summary>
    [Test]
    public void No_free_bits_are_beta()
    {
        using var device = new HostDevice(threads: 1);
        var options = Small.Options with { BatchSize = 16, Beta = 3 };
        var plain = Trained(device, options).History[^1].Test;
        var free = Trained(device, options with { Remedy = "free-bits:0" }).History[^1].Test;
        Assert.That(free.NegativeElbo, Is.EqualTo(plain.NegativeElbo).Within(1e-3));
    }

    /// <summary>With a batch of a power of two every weight is exact: 2γ/B − γ/B = β/B.</summary>
    [Test]
    public void A_capacity_of_nothing_is_beta()
    {
        using var device = new HostDevice(threads: 1);
        var options = Small.Options with { BatchSize = 16, Beta = 3 };
        Assert.That(HashOf(Trained(device, options with { Remedy = "capacity:0,1" })),
            Is.EqualTo(HashOf(Trained(device, options))));
    }

    /// <summary>Whether the rate would be below C or above it without.</summary>
    [TestCase(2)]
    [TestCase(9)]
    public void A_capacity_holds_the_rate(double C)
    {
        using var device = new HostDevice(threads: 2);
        var options = Small.Options with
        {
            Epochs = 200,
            LearningRate = 5e-3,
            Beta = 20,
            Schedule = LearningRateSchedule.Linear,
            Remedy = FormattableString.Invariant($"capacity:{C},20"),
        };
        var last = Trained(device, options).History[^1];
        Assert.That(last.Weights, Is.EqualTo(new KlWeights(20, C)));
        Assert.That(last.Train.Kl, Is.EqualTo(C).Within(5).Percent);
    }

    [Test]
    public void Aggressive_steps_move_the_encoder_alone_and_then_the_decoder_alone()
    {
        using var device = new HostDevice(threads: 1);
        var trainer = new VaeTrainer(device, Small.Options with { Remedy = "aggressive" }, Small.Data());
        var plan = trainer.Vae.TrainingPlan(20);
        var updates = new AggressiveUpdates(device, trainer, plan);
        var (encoder, decoder) = Parts();
        updates.CatchUp();
        Assert.That(updates.EncoderSteps, Is.Positive.And.LessThanOrEqualTo(100));
        Assert.That(updates.EncoderSteps % 10, Is.Zero, "they stop after a window");
        Assert.That(Parts().Encoder, Is.Not.EqualTo(encoder));
        Assert.That(Parts().Decoder, Is.EqualTo(decoder));

        encoder = Parts().Encoder;
        plan.Run(0);
        updates.Update(1e-3);
        Assert.That(Parts().Encoder, Is.EqualTo(encoder));
        Assert.That(Parts().Decoder, Is.Not.EqualTo(decoder));

        (float[] Encoder, float[] Decoder) Parts()
        {
            var values = device.ToArray(trainer.Vae.Parameters.Values);
            return (values[..trainer.Vae.EncoderWords], values[trainer.Vae.EncoderWords..]);
        }
    }

    [TestCase(new double[0], true)]
    [TestCase(new[] { 1.0, 2, 3, 4 }, true)]
    [TestCase(new[] { 1.0, 2, 2, 1 }, false)]
    [TestCase(new[] { 1.0, 2, 1.5, 3, 2 }, true)]
    [TestCase(new[] { 1.0, 0.5, 0.5, 9 }, false, Description = "once it has ended it does not begin again")]
    public void Aggression_ends_when_the_information_stands_still(double[] information, bool active) =>
        Assert.That(AggressiveUpdates.StillGrows(information, patience: 2), Is.EqualTo(active));

    [Test]
    public void Two_halves_of_Adam_are_the_whole()
    {
        using var device = new HostDevice(threads: 1);
        float[] Block(Action<AdamOptimizer, int> step)
        {
            var parameters = new Autodiff.Parameters(device, [new("a", new(70, 1)), new("b", new(9, 1))]);
            var optimizer = new AdamOptimizer(device, parameters);
            float[] gradient = [.. Enumerable.Range(0, 70).Select(i => i - 30f)];
            device.Upload(gradient, parameters.GradientOf("a"));
            device.Upload(gradient[..9], parameters.GradientOf("b"));
            for (var i = 0; i < 3; i++) step(optimizer, i);
            return device.ToArray(parameters.Values);
        }
        var whole = Block((optimizer, _) => optimizer.Step(0.01));
        Assert.That(Block((optimizer, i) =>
        {
            optimizer.Step(0.01, 128, whole.Length - 128, i + 1);
            optimizer.Step(0.01, 0, 128, i + 1);
        }), Is.EqualTo(whole));
    }
}
