using System.Diagnostics;
using System.Globalization;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>The account of a rate, from draws and pairs, beside the same account in closed form.</summary>
/// <remarks>
/// A trained linear β-VAE encodes N draws from the 5-D Gaussian. Theory knows I_q(x; z) and KL(q(z) ‖ p(z)) of those
/// very parameters over all of x; the account knows them of N examples.
/// </remarks>
static class LinearVaeAccounts
{
    const int N = 8000;

    static readonly double[] Betas = [4, 8, 16];

    public static IEnumerable<ExactnessExperiment> Experiments => Betas.Select(beta => new ExactnessExperiment(
        NameOf(beta), "the account of a trained linear β-VAE on 8,000 draws, beside its closed form", open => Run(open, beta)));

    static string NameOf(double beta) => string.Create(CultureInfo.InvariantCulture, $"account/beta={beta}");

    static ExactnessRow[] Run(Func<Device> open, double beta)
    {
        var watch = Stopwatch.StartNew();
        var parameters = LinearBetaVae.Trained(open, beta);
        var exact = LinearVae.Account(parameters, GaussianData.Covariance());
        var random = new Random(20160613);
        var (mu, logVar) = Encode(parameters, GaussianData.Draws(N, random));
        var account = GaussianPosteriors.Account(open, mu, logVar, random, GaussianData.D);

        // Four standard errors of what is averaged. N components instead of all x cost (e^2I − 1)/2N more: a sum of N
        // terms that holds its own has the variance χ²/N, and for a Gaussian channel χ² is e^2I − 1.
        var bias = Math.Exp(2 * exact.MutualInformationNats) / (2 * N);
        var information = 4 * account.StandardError + bias;
        var rate = 4 * StandardErrorOfRate(mu, logVar);
        var seconds = watch.Elapsed.TotalSeconds;
        ExactnessRow Row(string quantity, double truth, double value, double tolerance, string unit) =>
            new($"{NameOf(beta)}/{quantity}", truth, value, tolerance, unit, seconds);
        return
        [
            Row("relative-residual", 0, account.Residual, 1e-4, "1"),
            Row("rate", exact.RateNats, account.Rate, rate, "nats"),
            Row("mutual-information", exact.MutualInformationNats, account.MutualInformation, information, "nats"),
            Row("marginal-kl", exact.MarginalKlNats, account.MarginalKl, information + rate, "nats"),
        ];
    }

    static (float[] Mu, float[] LogVar) Encode(LinearVaeParameters parameters, float[] x)
    {
        const int D = GaussianData.D;
        var K = parameters.PosteriorVariance.Length;
        var (mu, logVar) = (new float[N * K], new float[N * K]);
        for (var n = 0; n < N; n++)
            for (var k = 0; k < K; k++)
            {
                var mean = parameters.EncoderBias[k];
                for (var d = 0; d < D; d++) mean += parameters.EncoderWeights[k, d] * x[n * D + d];
                (mu[n * K + k], logVar[n * K + k]) = ((float)mean, (float)Math.Log(parameters.PosteriorVariance[k]));
            }
        return (mu, logVar);
    }

    static double StandardErrorOfRate(float[] mu, float[] logVar)
    {
        double sum = 0, squares = 0;
        var K = mu.Length / N;
        for (var n = 0; n < N; n++)
        {
            double kl = 0;
            for (var i = n * K; i < n * K + K; i++) kl += Gaussian.KlStandardNormalNats(mu[i], logVar[i]);
            (sum, squares) = (sum + kl, squares + kl * kl);
        }
        return Math.Sqrt(Math.Max(0, squares / N - sum / N * (sum / N)) / N);
    }
}
