using Hybrid.Devices.Host;
using Hybrid.Models;
using static Hybrid.Training.Tests.RemedyTests;

namespace Hybrid.Training.Tests;

/// <summary>What <c>--objective</c> may be: read, refused, trained and continued.</summary>
[TestFixture]
public class ObjectiveTests
{
    [Test]
    public void A_run_continues_as_if_it_had_not_stopped(
        [Values("iwae:3", "iwae-stl:3", "iwae-dreg:3", "dip-i:5", "dip-ii:5,2", "tc:5", "info:0.5,20", "factor:5")]
        string text, [Values(1, 7)] int after) =>
        Continues(Small.Options with { Objective = text }, after);

    [Test]
    public void A_penalty_of_nothing_is_the_ELBO([Values("dip-i:0", "dip-ii:0,0", "tc:1", "info:0,1")] string objective)
    {
        using var device = new HostDevice(threads: 1);
        Assert.That(HashOf(Trained(device, Small.Options with { Objective = objective })),
            Is.EqualTo(HashOf(Trained(device, Small.Options))));
    }

    [TestCase("iwae:0", "none", "'0'", "1 to 10,000")]
    [TestCase("iwae:x", "none", "'x'", "1 to 10,000")]
    [TestCase("vae", "none", "is not known", "iwae:K")]
    [TestCase("elbo:1", "none", "is not known", "elbo")]
    [TestCase("dip-i:-1", "none", "'-1'", "0 to 1e6")]
    [TestCase("dip-ii:1,2,3", "none", "more than two", "dip-ii:OFF,ON")]
    [TestCase("tc:-1", "none", "'-1'", "0 to 1e6")]
    [TestCase("tc:1,2", "none", "more than the weight", "tc:NUMBER")]
    [TestCase("factor:x", "none", "'x'", "0 to 1e6")]
    [TestCase("info:1,2,3", "none", "more than two", "info:ALPHA,LAMBDA")]
    [TestCase("info:1.5", "none", "one of them negative", "from 0 to 1")]
    [TestCase("info:0.5,0.2", "none", "one of them negative", "1 − ALPHA or more")]
    [TestCase("info", "anneal", "weighs the KL itself", "--remedy out")]
    [TestCase("iwae", "anneal", "as it stands", "--remedy out")]
    public void A_bound_is_named_and_alone(string objective, string remedy, string what, string fix) =>
        Expect.UserError(
            () => _ = (Small.Options with { Objective = objective, Remedy = remedy }).Validated(),
            $"--objective {objective}", what, fix);

    /// <summary>Nothing of γ, and the discriminator watches: the model's own parameters are the ELBO's.</summary>
    [Test]
    public void A_discriminator_that_only_watches_changes_nothing()
    {
        using var device = new HostDevice(threads: 1);
        var watched = Trained(device, Small.Options with { Objective = "factor:0" });
        var plain = Trained(device, Small.Options);
        foreach (var spec in plain.Vae.Parameters.Specs)
            Assert.That(device.ToArray(watched.Vae.Parameters.Value(spec.Name)),
                Is.EqualTo(device.ToArray(plain.Vae.Parameters.Value(spec.Name))), spec.Name);
    }

    /// <summary>The exact TC of the test set, and what a discriminator makes of it, in every report.</summary>
    [Test]
    public void Reports_the_total_correlation()
    {
        using var device = new HostDevice(threads: 1);
        Assert.That(Trained(device, Small.Options).History[^1].TotalCorrelation, Is.Null);
        var tc = Trained(device, Small.Options with { Objective = "tc:2" }).History[^1].TotalCorrelation!;
        Assert.That((double.IsFinite(tc.Exact), double.IsNaN(tc.Discriminator)), Is.EqualTo((true, true)));
        var trainer = Trained(device, Small.Options with { Objective = "factor:2" });
        var factor = trainer.History[^1].TotalCorrelation!;
        Assert.That(factor.Exact, Is.EqualTo(trainer.Evaluation.Account().Rate.TotalCorrelation));
        Assert.That(double.IsFinite(factor.Discriminator), Is.True);
    }

    [Test]
    public void A_discriminator_has_hidden_layers() => Expect.UserError(
        () => _ = (Small.Options with { Objective = "factor", Hidden = [] }).Validated(),
        "--objective factor", "the encoder's hidden layers", "--hidden");

    [Test]
    public void A_batch_of_one_has_no_total_correlation() => Expect.UserError(
        () => _ = (Small.Options with { Objective = "tc:6", BatchSize = 1 }).Validated(),
        "--objective tc:6", "the images of a batch", "--batch 2");

    [Test]
    public void A_discrepancy_knows_the_standard_prior_alone() => Expect.UserError(
        () => _ = (Small.Options with { Objective = "info", Prior = PriorKind.Mog }).Validated(),
        "--objective info", "N(0, I)", "--prior out");

    [TestCase("info:1,2", 0)]
    [TestCase("info:0.75", 0.25)]
    public void The_line_says_what_the_KL_weighed(string objective, double beta)
    {
        using var device = new HostDevice(threads: 1);
        Assert.That(Trained(device, Small.Options with { Objective = objective }).History[^1].Weights,
            Is.EqualTo(new KlWeights(beta, 0)));
    }
}
