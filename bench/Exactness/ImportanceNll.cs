using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>−log p(x) from K draws of a posterior that is wrong, where log p(x) is known.</summary>
/// <remarks>
/// A linear VAE with its true decoder, the posterior's mean 0.8 and its variance 1.4 times what they should be. Burda,
/// Grosse &amp; Salakhutdinov 2016, arXiv:1509.00519; Tipping &amp; Bishop 1999, eq. 4.
/// </remarks>
static class ImportanceNll
{
    const int Latent = 3, N = 2 * GaussianData.D, Draws = 5000;

    const double Sigma = 0.6, Mean = 0.8, Variance = 1.4;

    public static ExactnessExperiment Experiment => new(
        "nll", $"importance sampling with K = 1 and K = {Draws} draws from a wrong posterior of a linear VAE", Run);

    static ExactnessRow[] Run(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        var covariance = GaussianData.Covariance();
        var model = Bent(LinearVae.AtOptimum(covariance, Latent, 1, Sigma * Sigma));
        var exact = Theory.Ppca.NegativeLogLikelihoodNats(
            covariance, model.DecoderWeights, model.DecoderBias, Sigma * Sigma);
        var elbo = LinearVae.Account(model, covariance).NegativeElboNats;
        using Sampler once = new(open, model, 1), often = new(open, model, Draws);
        var many = often.Estimate(repeat: 0);
        // One draw has no spread of its own to give: the mean of many single draws, and theirs.
        var single = Enumerable.Range(0, Draws).Select(repeat => once.Estimate((uint)repeat).Nll).ToArray();
        var average = single.Average();
        var error = Math.Sqrt(single.Average(nll => (nll - average) * (nll - average)) / Draws);
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new("nll/K=1/negative-elbo", elbo, average, 5 * error, "nats", seconds),
            new($"nll/K={Draws}/negative-log-likelihood", exact, many.Nll,
                5 * many.SamplingError + 0.5 * N * many.SamplingError * many.SamplingError, "nats", seconds),
        ];
    }

    static LinearVaeParameters Bent(LinearVaeParameters optimum)
    {
        var encoder = (double[,])optimum.EncoderWeights.Clone();
        for (var k = 0; k < Latent; k++)
            for (var d = 0; d < GaussianData.D; d++)
                encoder[k, d] *= Mean;
        return new(encoder, optimum.EncoderBias, [.. optimum.PosteriorVariance.Select(s => s * Variance)],
            optimum.DecoderWeights, optimum.DecoderBias, optimum.DecoderVariance);
    }

    /// <summary>The model on a device, ready to draw so many times from each posterior.</summary>
    sealed class Sampler : IDisposable
    {
        readonly Device device;
        readonly LinearVaeParameters model;
        readonly ImportancePlan plan;
        readonly Tensor surprise;
        readonly float[] points = GaussianData.Batch(1), logVar;

        public Sampler(Func<Device> open, LinearVaeParameters model, int draws)
        {
            (device, this.model) = (open(), model);
            var shape = new VaeShape(GaussianData.D, [], Latent, Activation.Identity, Likelihood.Gaussian(Sigma));
            var vae = new Vae(device, shape, seed: 1);
            // A layer computes x·A on rows: A = Wᵀ.
            var weights = Enumerable.Range(0, Latent * GaussianData.D)
                .Select(i => (float)model.DecoderWeights[i % GaussianData.D, i / GaussianData.D]);
            device.Upload([.. weights], vae.Parameters.Value("decoder/0/w"));
            plan = vae.ImportancePlan(draws);
            surprise = device.Arena.Allocate(draws, 1);
            logVar = [.. model.PosteriorVariance.Select(s => (float)Math.Log(s))];
        }

        public NllEstimate Estimate(uint repeat) => NllEstimate.Of([.. Enumerable.Range(0, N).Select(n =>
        {
            var x = points[(n * GaussianData.D)..((n + 1) * GaussianData.D)];
            plan.Set(x, [.. Enumerable.Range(0, Latent).Select(k =>
                (float)x.Select((value, d) => model.EncoderWeights[k, d] * value).Sum())], logVar);
            plan.Run(repeat * N + (uint)n, surprise);
            return ImportanceWeights.Of(device.ToArray(surprise));
        })]);

        public void Dispose() => device.Dispose();
    }
}
