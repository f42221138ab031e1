using Hybrid.Devices.Host;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests;

[TestFixture]
public class VaeEvaluationTests
{
    static VaeTrainer Trained(HostDevice device)
    {
        var trainer = new VaeTrainer(device, Small.Options, Small.Data(test: 530));
        trainer.Run(CancellationToken.None);
        return trainer;
    }

    [Test]
    public void Is_the_same_every_time_and_changes_nothing()
    {
        using var device = new HostDevice(threads: 2);
        var trainer = Trained(device);
        var hash = ParametersHash.Of(device, trainer.Vae.Parameters);
        var first = trainer.Evaluation.Run();
        Assert.That(trainer.Evaluation.Run(), Is.EqualTo(first));
        Assert.That(first, Is.EqualTo(trainer.History[^1].Test));
        Assert.That(ParametersHash.Of(device, trainer.Vae.Parameters), Is.EqualTo(hash));
    }

    /// <summary>530 images are a batch of 500 and one of 30: the mean must be over images, not batches.</summary>
    [Test]
    public void Is_the_mean_over_images_whatever_the_batches()
    {
        using var device = new HostDevice(threads: 1);
        var trainer = Trained(device);
        var whole = trainer.Evaluation.Run();
        var first = Part(500);
        Assert.That(whole.StandardError, Is.Positive);
        // The first 500 of 530 carry 500/530 of the sum; the others can change the mean by their share only.
        var others = (whole.NegativeElbo * 530 - first.NegativeElbo * 500) / 30;
        Assert.That(others, Is.EqualTo(first.NegativeElbo).Within(10 * first.StandardError * Math.Sqrt(500.0 / 30)));

        Information.ElboAccount Part(int count)
        {
            var images = Small.Data(test: 530).Test;
            var part = new ImageSet("part", 9, 9, images.Pixels[..(count * images.D)]);
            return new VaeEvaluation(trainer.Vae, new(device, part), binarize: true).Run();
        }
    }

    [Test]
    public void Reconstructs_the_images_that_it_saw()
    {
        using var device = new HostDevice(threads: 1);
        var trainer = Trained(device);
        var (originals, reconstructions) = trainer.Evaluation.Reconstruct(510);
        Assert.That(originals, Has.Length.EqualTo(510 * 81));
        Assert.That(originals, Has.All.EqualTo(0f).Or.EqualTo(1f), "binarised");
        Assert.That(reconstructions, Has.All.InRange(0f, 1f));
        Assert.That(trainer.Evaluation.Reconstruct(1000).Originals, Has.Length.EqualTo(530 * 81));
    }

    [Test]
    public void Grey_values_stay_grey_for_a_Gaussian()
    {
        using var device = new HostDevice(threads: 1);
        var data = Small.Data();
        var vae = new Vae(device, Small.Gaussian.ShapeFor(81), seed: 0);
        var (originals, _) = new VaeEvaluation(vae, new(device, data.Test), binarize: false).Reconstruct(30);
        Assert.That(originals, Is.EqualTo(data.Test.Pixels.ToArray()));
    }

    /// <summary>
    /// Where the prior is no product, the rate is by the draws that also give I_q: KL(q(z) ‖ p(z)) is what is left, and
    /// nothing is said of single dimensions.
    /// </summary>
    [Test]
    public void A_prior_that_is_no_product_has_no_terms_of_dimensions(
        [Values(PriorKind.Mog, PriorKind.Vamp, PriorKind.Flow)] PriorKind prior)
    {
        using var device = new HostDevice(threads: 1);
        var trainer = new VaeTrainer(device, Small.Options with { Prior = prior, PriorComponents = 4 }, Small.Data());
        trainer.Run(CancellationToken.None);
        var (elbo, rate) = trainer.Evaluation.Account();
        Assert.Multiple(() =>
        {
            Assert.That(rate.Rate, Is.EqualTo(elbo.Kl));
            Assert.That(rate.MutualInformation, Is.InRange(0, rate.Ceiling));
            Assert.That(rate.MarginalKl, Is.EqualTo(rate.Rate - rate.MutualInformation));
            Assert.That(new[] { rate.TotalCorrelation, rate.DimensionKl, rate.Residual }, Is.All.NaN);
            Assert.That(rate.KlPerDimension, Is.Empty);
            Assert.That(rate.Factorises, Is.False);
            // −KL(q(z) ‖ p(z)) = E log p(z) + H[z], but for H[z | x], of which one is exact and one by draws of 30.
            Assert.That(rate.LogPrior + rate.Entropy, Is.EqualTo(-rate.MarginalKl).Within(2));
        });
    }

    /// <summary>The rate of the evaluation is in float, its parts are sums of doubles: they meet within 1e-4.</summary>
    [Test]
    public void The_rate_closes()
    {
        using var device = new HostDevice(threads: 2);
        var (elbo, rate) = Trained(device).Evaluation.Account();
        Assert.Multiple(() =>
        {
            Assert.That(rate.N, Is.EqualTo(530));
            Assert.That(rate.Rate, Is.EqualTo(elbo.Kl).And.Positive);
            Assert.That(elbo.MutualInformation, Is.EqualTo(rate.MutualInformation));
            Assert.That(rate.Residual, Is.Zero.Within(1e-4));
            Assert.That(rate.KlPerDimension.Sum(), Is.EqualTo(rate.Rate).Within(1e-4 * rate.Rate));
            Assert.That(rate.MutualInformation, Is.InRange(0, Math.Min(rate.Rate, rate.Ceiling) + 1e-4));
            Assert.That(rate.LogPrior + rate.Entropy, Is.EqualTo(rate.MutualInformation - rate.Rate).Within(1e-3));
        });
    }

    /// <summary>Draws are cut into batches for the decoder: no cut changes what is estimated.</summary>
    [Test]
    public void The_likelihood_is_better_than_its_bound([Values(1, 50, 501)] int draws)
    {
        using var device = new HostDevice(threads: 2);
        var trainer = new VaeTrainer(device, Small.Options, Small.Data());
        trainer.Run(CancellationToken.None);
        var (elbo, nll) = (trainer.Evaluation.Run(), trainer.Evaluation.Nll(draws));
        Assert.That((nll.K, nll.N), Is.EqualTo((draws, 30)));
        Assert.That(nll.StandardError, Is.Positive);
        if (draws == 1)
        {
            // Other draws of the same figure.
            Assert.That(nll.Nll, Is.EqualTo(elbo.NegativeElbo).Within(5 * elbo.StandardError));
            Assert.That(nll.SamplingError, Is.NaN);
            return;
        }
        Assert.That(nll.Nll, Is.LessThan(elbo.NegativeElbo));
        Assert.That(nll.EffectiveSamples, Is.InRange(1, draws));
        Assert.That(trainer.Evaluation.Nll(draws), Is.EqualTo(nll), "the same every time");
    }
}
