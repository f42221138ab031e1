using Hybrid.Information;
using Hybrid.Theory;

namespace Hybrid.Models.Tests.Information;

/// <summary>The product's closed form beside the theory's, which was written from the papers.</summary>
[TestFixture]
public class LinearOptimumTests
{
    const double Rounding = 1e-12;

    static readonly double[] Lambda = [4, 2, 1, 0.5, 0.25];

    [Test]
    public void A_given_sigma_is_reverse_water_filling(
        [Values(0.25, 0.5, 1, 2, 4, 8, 16, 20, 30)] double beta, [Values(1, 2, 5, 9)] int latent)
    {
        var exact = ReverseWaterFilling.AtOptimum(Lambda, latent, beta, 0.2);
        var optimum = LinearOptimum.Of(Lambda, latent, beta, Math.Sqrt(0.2));
        Assert.Multiple(() =>
        {
            Assert.That(optimum.ActiveUnits, Is.EqualTo(exact.ActiveUnits));
            Assert.That(optimum.Account.Kl, Is.EqualTo(exact.RateNats).Within(Rounding));
            Assert.That(optimum.Account.Reconstruction, Is.EqualTo(exact.ReconstructionNats).Within(20 * Rounding));
        });
    }

    /// <summary>On other data too the account is that of the parameters at the optimum, taken by expectations.</summary>
    [Test]
    public void On_other_data_it_is_what_its_parameters_are_worth([Values(0.5, 1, 3)] double beta)
    {
        double[] moments = [3, 2.5, 0.2, 0.7, 0.1];
        var parameters = LinearVae.AtOptimum(Diagonal(Lambda), 4, beta, 0.2);
        var exact = LinearVae.Account(parameters, Diagonal(moments));
        var account = LinearOptimum.Of(Lambda, 4, beta, Math.Sqrt(0.2)).On(moments);
        Assert.That(account.Kl, Is.EqualTo(exact.RateNats).Within(Rounding));
        Assert.That(account.Reconstruction, Is.EqualTo(exact.ReconstructionNats).Within(20 * Rounding));
    }

    [Test]
    public void The_best_sigma_is_probabilistic_PCA([Values(0, 1, 2, 4)] int latent)
    {
        var exact = Ppca.MaximumLikelihood(Diagonal(Lambda), latent);
        var optimum = LinearOptimum.WithBestSigma(Lambda, latent, beta: 1)!;
        Assert.That(optimum.DecoderVariance, Is.EqualTo(exact.NoiseVariance).Within(Rounding));
        Assert.That(optimum.Account.NegativeElbo, Is.EqualTo(exact.NegativeLogLikelihoodNats).Within(20 * Rounding));
    }

    /// <summary>No σ of a fine grid has a lower objective, and the nearest comes close.</summary>
    [Test]
    public void No_other_sigma_is_better([Values(0.3, 1, 1.7, 6, 40)] double beta, [Values(1, 3, 5)] int latent)
    {
        if (LinearOptimum.WithBestSigma(Lambda, latent, beta) is not { } optimum)
        {
            // z holds everything and is cheap: the less σ the better.
            Assert.That((latent, beta), Is.EqualTo((5, 0.3)));
            Assert.That(Objective(1e-6), Is.LessThan(Objective(1e-5)));
            return;
        }
        var (best, least) = (Math.Sqrt(optimum.DecoderVariance), double.PositiveInfinity);
        for (var i = -2000; i <= 2000; i++) least = Math.Min(least, Objective(best * Math.Exp(i * 1e-3)));
        Assert.That(optimum.Account.Reconstruction + beta * optimum.Account.Kl, Is.EqualTo(least).Within(1e-9));

        double Objective(double sigma)
        {
            var account = LinearOptimum.Of(Lambda, latent, beta, sigma).Account;
            return account.Reconstruction + beta * account.Kl;
        }
    }

    [Test]
    public void Data_that_z_can_hold_whole_have_no_best_sigma() =>
        Assert.That(LinearOptimum.WithBestSigma([2, 1, 0, -1e-17], latent: 2, beta: 1), Is.Null);

    [Test]
    public void A_weight_or_sigma_that_is_not_positive_is_refused()
    {
        Assert.That(() => LinearOptimum.Of(Lambda, 2, 0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LinearOptimum.Of(Lambda, 2, 1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    static double[,] Diagonal(double[] values)
    {
        var matrix = new double[values.Length, values.Length];
        for (var i = 0; i < values.Length; i++) matrix[i, i] = values[i];
        return matrix;
    }
}
