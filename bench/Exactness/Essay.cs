using System.Diagnostics;
using System.Globalization;
using Hybrid.Devices;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>Four statements that are often made of VAEs and mutual information, each settled by a number.</summary>
/// <remarks>Chapter 18. Exact values from closed forms of the linear β-VAE, and quadrature of mixtures.</remarks>
static class Essay
{
    public static IEnumerable<ExactnessExperiment> Experiments =>
    [
        new("essay/overlap", "\"the KL term minimises the overlap of q(z|x) and the prior\": it maximises it", Overlaps),
        new("essay/collapse", "\"β > 1 limits the collapse\": it causes more", Collapses),
        .. Distances.Select(distance => new ExactnessExperiment(
            NameOf(distance), "\"disjoint posteriors have low mutual information\": they have the most, ln N",
            open => Disjoint(open, distance))),
        new("essay/minimising", "\"minimising I_q is what hurts\": at β = 1 the bound is tight with I_q > 0", Minimising),
    ];

    /// <summary>1 % of what is known, or this: what is left of Adam's noise, as in the β-VAE's own rows.</summary>
    const double Trained = 0.02;

    static ExactnessRow[] Overlaps(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        var covariance = GaussianData.Covariance();
        double[] betas = [0.25, 1, 4, 16, 20];
        var (rows, overlaps, rates) = (new List<ExactnessRow>(), new List<double>(), new List<double>());
        foreach (var beta in betas)
        {
            var optimum = LinearVae.AtOptimum(covariance, GaussianData.D, beta, LinearBetaVae.DecoderVariance);
            var trained = LinearBetaVae.Trained(open, beta);
            var (exact, measured) = (Overlap.OfLinearVae(optimum, covariance), Overlap.OfLinearVae(trained, covariance));
            overlaps.Add(measured);
            rates.Add(LinearVae.Account(trained, covariance).RateNats);
            rows.Add(new(
                string.Create(CultureInfo.InvariantCulture, $"essay/overlap/beta={beta}"), exact, measured, Trained, "1",
                watch.Elapsed.TotalSeconds));
        }
        // Each pair of neighbours: less KL, more overlap.
        var rises = Enumerable.Range(1, betas.Length - 1)
            .Count(i => rates[i] < rates[i - 1] && overlaps[i] > overlaps[i - 1]);
        rows.Add(new(
            "essay/overlap/steps-up-as-the-kl-falls", betas.Length - 1, rises, 0, "1", watch.Elapsed.TotalSeconds));
        return [.. rows];
    }

    static ExactnessRow[] Collapses(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        return [.. new double[] { 1, 2, 4, 8, 16, 20 }.Select(beta =>
        {
            var exact = ReverseWaterFilling.AtOptimum(
                GaussianData.Eigenvalues, GaussianData.D, beta, LinearBetaVae.DecoderVariance);
            var measured = LinearVae.Account(LinearBetaVae.Trained(open, beta), GaussianData.Covariance());
            return new ExactnessRow(
                string.Create(CultureInfo.InvariantCulture, $"essay/collapse/beta={beta}/active-units"),
                exact.ActiveUnits, measured.ActiveUnits, 0, "1", watch.Elapsed.TotalSeconds);
        })];
    }

    /// <summary>Between neighbours, in standard deviations.</summary>
    static readonly double[] Distances = [0, 1, 3, 12];

    /// <summary>Unit posteriors in a row, and draws of each.</summary>
    const int Posteriors = 16, Repeats = 500;

    static string NameOf(double distance) =>
        string.Create(CultureInfo.InvariantCulture, $"essay/disjoint/distance={distance}");

    static ExactnessRow[] Disjoint(Func<Device> open, double distance)
    {
        var watch = Stopwatch.StartNew();
        double Mean(int n) => distance * (n - 0.5 * (Posteriors - 1));
        var mu = new float[Posteriors * Repeats];
        for (var i = 0; i < mu.Length; i++) mu[i] = (float)Mean(i % Posteriors);
        var account = GaussianPosteriors.Account(open, mu, new float[mu.Length], new(2), D: 1);

        double[][] means = [.. Enumerable.Range(0, Posteriors).Select(n => new[] { Mean(n) })];
        double[][] logVars = [.. means.Select(_ => new double[1])];
        // E log N(z; μ_n, 1)/q(z), around each component by itself.
        var information = Enumerable.Range(0, Posteriors).Average(n => Quadrature.OverReals(Mean(n), 0.5, z =>
        {
            var own = Gaussian.LogDensityNats(Mean(n), 0, z);
            return Math.Exp(own) * (own - Mixture.LogDensityNats(means, logVars, [z]));
        }));
        var rate = means.Average(mean => Gaussian.KlStandardNormalNats(mean[0], 0));

        // Five standard errors of the draws, and float's 24 bits of log-densities below 50.
        var tolerance = 5 * account.StandardError + 2e-4;
        var seconds = watch.Elapsed.TotalSeconds;
        ExactnessRow Row(string quantity, double truth, double measured) =>
            new($"{NameOf(distance)}/{quantity}", truth, measured, tolerance, "nats", seconds);
        return
        [
            Row("mutual-information", information, account.MutualInformation),
            Row("marginal-kl", rate - information, account.MarginalKl),
        ];
    }

    static ExactnessRow[] Minimising(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        var exact = ReverseWaterFilling.AtOptimum(
            GaussianData.Eigenvalues, GaussianData.D, beta: 1, LinearBetaVae.DecoderVariance);
        var measured = LinearVae.Account(LinearBetaVae.Trained(open, 1), GaussianData.Covariance());
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new("essay/minimising/negative-elbo-is-the-entropy", exact.DataEntropyNats, measured.NegativeElboNats,
                0.01 * exact.DataEntropyNats, "nats", seconds),
            new("essay/minimising/mutual-information", exact.MutualInformationNats, measured.MutualInformationNats,
                0.01 * exact.MutualInformationNats, "nats", seconds),
            new("essay/minimising/marginal-kl", 0, measured.MarginalKlNats, Trained, "nats", seconds),
        ];
    }
}
