using Hybrid.Devices.Host;
using Hybrid.Information;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests;

/// <summary>Codes of a trained VAE as points, and the account with a prior from elsewhere.</summary>
[TestFixture]
public sealed class LatentCodesTests
{
    static readonly VaeRunOptions Options = new()
    {
        Data = "sprites", Hidden = [32], Latent = 3, BatchSize = 100, Epochs = 1, Seed = 5,
    };

    TempFolder folder = null!;
    string path = null!;
    VaeEvaluation evaluation = null!;
    HostDevice device = null!;

    [OneTimeSetUp]
    public void Train()
    {
        (folder, device) = (new(), new(1));
        path = folder.At("run");
        var run = VaeRun.Start(device, Options, path);
        run.Run(CancellationToken.None);
        evaluation = new(run.Trainer.Vae, new(device, Sprites.Load().Test), Options.Binarize);
    }

    [OneTimeTearDown]
    public void Leave()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Test]
    public void Training_sees_several_draws_of_every_image_the_same_at_every_reading()
    {
        var points = LatentCodes.Of(LatentCodes.Prefix + path).ToTrain();
        var images = Sprites.Load().Train.N;
        Assert.That((points.N, points.D), Is.EqualTo((10 * images, 3)));
        Assert.That(points.Values[0], Is.Not.EqualTo(points.Values[3 * images]), "another draw");
        Assert.That(LatentCodes.Of(LatentCodes.Prefix + path).ToTrain().Fingerprint, Is.EqualTo(points.Fingerprint));
    }

    [Test]
    public void With_its_own_prior_the_account_is_the_models()
    {
        var codes = LatentCodes.Of(LatentCodes.Prefix + path).ToEvaluate(int.MaxValue);
        var (elbo, rate) = evaluation.Account();
        var standard = new double[codes.N];
        for (var i = 0; i < codes.Z.Length; i++)
            standard[i / codes.K] += 0.5 * (Math.Log(2 * Math.PI) + codes.Z[i] * (double)codes.Z[i]);
        var information = LatentCodes.MutualInformation(codes);
        var account = LatentAccount.Of(
            codes.Nll.Average(v => (double)v), codes.LogPosterior(), standard, information);
        Assert.That(information, Is.EqualTo(rate.MutualInformation).Within(1e-12));
        Assert.That(account.Distortion, Is.EqualTo(elbo.Reconstruction).Within(1e-9));
        // The closed form of the rate beside a mean of draws.
        Assert.That(account.Rate, Is.EqualTo(rate.Rate).Within(4 * account.RateStandardError));
        Assert.That(account.RateStandardError, Is.Positive);
    }

    [Test]
    public void The_aggregated_posterior_is_the_best_prior_and_leaves_the_information()
    {
        var codes = LatentCodes.Of(LatentCodes.Prefix + path).ToEvaluate(int.MaxValue);
        var posterior = new AggregatedPosterior(device, codes.N, codes.K);
        posterior.Set(codes.Mu, codes.LogVar);
        var log = new float[codes.N];
        posterior.LogDensities(codes.Z, log, new float[codes.Z.Length]);
        var account = LatentAccount.Of(
            0, codes.LogPosterior(), [.. log.Select(v => -(double)v)], LatentCodes.MutualInformation(codes));
        Assert.That(account.MarginalKl, Is.Zero.Within(1e-9), "sums of the same doubles in two orders");
    }

    [Test]
    public void Rows_may_be_fewer_and_names_are_usable_from_any_folder()
    {
        Assert.That(LatentCodes.Of(LatentCodes.Prefix + path).ToEvaluate(7).N, Is.EqualTo(7));
        Assert.That(LatentCodes.IsName("moons"), Is.False);
        Assert.That(LatentCodes.FullName("codes:run"), Is.EqualTo("codes:" + Path.GetFullPath("run")));
    }
}
