using Hybrid.Devices.Host;

namespace Hybrid.Models.Tests;

/// <summary>Bounds from several draws, and free bits, with priors that learn.</summary>
[TestFixture]
public sealed class PriorObjectiveTests
{
    const int B = 4, D = 5, Latent = 2, K = 4;

    static readonly PriorKind[] Learnt =
        [PriorKind.Mog, PriorKind.Vamp, PriorKind.Gtm, PriorKind.GtmVamp, PriorKind.Flow];

    HostDevice device = null!;

    [SetUp]
    public void Open() => device = new(threads: 1);

    [TearDown]
    public void Close() => device.Dispose();

    Vae Moved(PriorKind kind) => MovedVae.Of(device, kind, D, Latent, K);

    double Elbo(VaePlan plan) => (double)device.ToArray(plan.MeanNll)[0] + device.ToArray(plan.MeanKl)[0];

    float[] Gradient(Vae vae) =>
        [.. vae.Parameters.Specs.SelectMany(spec => device.ToArray(vae.Parameters.GradientOf(spec.Name)))];

    /// <summary>Of step 0, 1, …: [step][number].</summary>
    float[][] Gradients(PriorKind kind, ImportanceGradient gradient, int draws, int steps)
    {
        var vae = Moved(kind);
        var plan = vae.TrainingPlan(B, new ImportanceObjective(draws, gradient));
        MovedVae.Fill(vae, plan);
        return [.. Enumerable.Range(0, steps).Select(step =>
        {
            plan.Run((uint)step);
            return Gradient(vae);
        })];
    }

    [Test]
    public void Gradients_are_differences_of_the_bound([Values] PriorKind kind)
    {
        var vae = Moved(kind);
        var plan = vae.TrainingPlan(B, new ImportanceObjective(3, ImportanceGradient.Full));
        MovedVae.MustBeDifferences(vae, plan, () => device.ToArray(plan.Bound).Average(nats => (double)nats));
    }

    /// <summary>
    /// One weight is the ELBO of its draw, and both plans draw with the same noise; sums meet in another order.
    /// </summary>
    [TestCaseSource(nameof(Learnt))]
    public void With_one_draw_it_is_the_ELBO(PriorKind kind)
    {
        Vae one = Moved(kind), other = Moved(kind);
        var bound = one.TrainingPlan(B, new ImportanceObjective(1, ImportanceGradient.Full));
        var elbo = other.TrainingPlan(B);
        MovedVae.Fill(one, bound);
        MovedVae.Fill(other, elbo);
        bound.Run(3);
        elbo.Run(3);
        // Terms of size 10, in sums of tens of roundings.
        const double rounding = 64 * 10 / 16777216.0;
        Assert.That(device.ToArray(bound.Bound).Average(nats => (double)nats), Is.EqualTo(Elbo(elbo)).Within(rounding));
        Assert.That(Elbo(bound), Is.EqualTo(Elbo(elbo)).Within(rounding));
        Assert.That(Gradient(one), Is.EqualTo(Gradient(other)).Within(rounding));
    }

    [TestCaseSource(nameof(Learnt))]
    public void With_one_draw_its_share_is_one_and_its_square_too(PriorKind kind) => Assert.That(
        Gradients(kind, ImportanceGradient.DoublyReparameterized, 1, 3),
        Is.EqualTo(Gradients(kind, ImportanceGradient.StickingTheLanding, 1, 3)));

    /// <summary>
    /// What is held is the posterior that is drawn from, not pseudo-inputs' way through the same encoder.
    /// </summary>
    [TestCaseSource(nameof(Learnt))]
    public void Squared_shares_have_no_bias(PriorKind kind) => AverageGradients.MustAgree(
        Gradients(kind, ImportanceGradient.DoublyReparameterized, 3, 2000),
        Gradients(kind, ImportanceGradient.Full, 3, 2000));

    /// <summary>The test above can fail.</summary>
    [TestCaseSource(nameof(Learnt))]
    public void Sticking_the_landing_has_one(PriorKind kind) => Assert.That(
        () => AverageGradients.MustAgree(
            Gradients(kind, ImportanceGradient.StickingTheLanding, 3, 2000),
            Gradients(kind, ImportanceGradient.Full, 3, 2000)),
        Throws.InstanceOf<AssertionException>());

    /// <summary>mean(nll) + β·max(2λ, mean(log q − log p)): with the rate above what is free, and below.</summary>
    [Test]
    public void Free_bits_are_those_of_all_dimensions_together(
        [ValueSource(nameof(Learnt))] PriorKind kind, [Values(-3, 3)] double above)
    {
        const double beta = 1.5;
        var vae = Moved(kind);
        var plan = vae.TrainingPlan(B, KlTerm.FreeBits);
        MovedVae.Fill(vae, plan);
        plan.Run(0);
        var free = device.ToArray(plan.MeanKl)[0] + above;
        plan.SetBeta(beta, free / Latent);
        MovedVae.MustBeDifferences(vae, plan, () =>
            device.ToArray(plan.MeanNll)[0] + beta * Math.Max(free, device.ToArray(plan.MeanKl)[0]));
        if (above < 0) return;
        plan.Run(0);
        var prior = vae.Prior.Parameters().Select(start => start.Spec.Name).SelectMany(name =>
            device.ToArray(vae.Parameters.GradientOf(name)));
        Assert.That(prior, Has.All.Zero, "a free rate asks nothing of the prior");
    }
}
