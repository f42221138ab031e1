using System.Diagnostics;
using System.Globalization;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Theory;
using Hybrid.Training;

namespace Hybrid.Bench.Exactness;

/// <summary>Hierarchies whose every distribution is linear and Gaussian, beside their closed forms.</summary>
/// <remarks>
/// The 5-D Gaussian along its axes, a decoder of variance 0.2 as the linear β-VAE has it, and steps that keep
/// the variance of every level at 1. Tolerances are four standard errors over draws where draws are averaged.
/// </remarks>
static class Hierarchies
{
    const int N = 20_000;

    static readonly double[] Above = [0.7, 0.4];

    public static IEnumerable<ExactnessExperiment> Experiments { get; } =
    [
        new("hierarchy/bottom-up", "a linear chain and its reverse on 20,000 draws; nothing is trained", BottomUp),
        new("hierarchy/top-down", "a linear ladder on 20,000 draws; nothing is trained", TopDown),
        new("hierarchy/diffusion",
            "VDM's steps as a hierarchy with the best denoiser of Gaussian data; nothing is trained", Diffusion),
        new("hierarchy/information",
            "what all levels know of x, beside the first level's on 8,000 draws", Information),
        new("hierarchy/trained",
            "linear hierarchies of two levels: 4,000 steps of Adam; data by exact second moments", Trained),
    ];

    /// <summary>One chain a dimension: z_1 as the linear VAE's optimum has it, and levels above.</summary>
    static GaussianChain[] Chains(double[] variances, int T) => Array.ConvertAll(variances, variance =>
        Theory.LinearHierarchy.Preserving(
            variance, [Math.Sqrt(1 - LinearBetaVae.DecoderVariance / variance), .. Above[..(T - 1)]]));

    static double Sum(GaussianChain[] chains, Func<GaussianChain, double> nats) => chains.Sum(nats);

    static double Entropy { get; } =
        MultivariateGaussian.EntropyDiagonalNats(Array.ConvertAll(GaussianData.Eigenvalues, Math.Log));

    static ExactnessRow Row(string name, double exact, Measured measured) =>
        new($"hierarchy/{name}", exact, measured.Mean, 4 * measured.Error, "nats", 0);

    static ExactnessRow[] Timed(Stopwatch watch, List<ExactnessRow> rows) =>
        [.. rows.Select(row => row with { Seconds = watch.Elapsed.TotalSeconds })];

    static ExactnessRow[] BottomUp(Func<Device> open)
    {
        var (watch, rows) = (Stopwatch.StartNew(), new List<ExactnessRow>());
        using var device = open();
        for (var T = 1; T <= 3; T++)
        {
            var chains = Chains(GaussianData.Eigenvalues, T);
            var vae = LinearHierarchyModel.Of(device, chains, Inference.BottomUp);
            var means = HierarchyMeans.Of(vae, LinearHierarchyModel.Draws(chains, N, seed: T));
            rows.Add(Row($"bottom-up/T={T}/negative-elbo", Entropy, means.NegativeElbo));
            if (T < 3) continue;
            rows.Add(Row($"bottom-up/T={T}/reconstruction",
                Sum(chains, chain => Theory.LinearHierarchy.ReconstructionNats(chain)), means.Reconstruction));
            for (var t = 1; t <= T; t++)
                rows.Add(Row($"bottom-up/T={T}/rate-{t}",
                    Sum(chains, chain => Theory.LinearHierarchy.RateNats(chain, t)), means.Rates[t - 1]));
            rows.Add(LogDensity("bottom-up", vae, chains));
        }
        return Timed(watch, rows);
    }

    static ExactnessRow[] TopDown(Func<Device> open)
    {
        const int T = 3;
        var (watch, rows) = (Stopwatch.StartNew(), new List<ExactnessRow>());
        using var device = open();
        var chains = Chains(GaussianData.Eigenvalues, T);
        var vae = LinearHierarchyModel.Of(device, chains, Inference.TopDown);
        var means = HierarchyMeans.Of(vae, LinearHierarchyModel.Draws(chains, N, seed: 4));
        rows.Add(Row($"top-down/T={T}/negative-elbo", Entropy, means.NegativeElbo));
        // A posterior that is the true one costs what it tells: I(x; z_t | z_{t+1}).
        for (var t = 1; t <= T; t++)
            rows.Add(Row($"top-down/T={T}/rate-{t}",
                Sum(chains, chain => Theory.LinearHierarchy.ConditionalInformationNats(chain, t)),
                means.Rates[t - 1]));
        rows.Add(new($"hierarchy/top-down/T={T}/sum-of-rates",
            Sum(chains, chain => Theory.LinearHierarchy.InformationNats(chain, [1])),
            means.Rates.Sum(rate => rate.Mean), 4 * means.Rates.Sum(rate => rate.Error), "nats", 0));
        rows.Add(LogDensity("top-down", vae, chains));
        return Timed(watch, rows);
    }

    /// <summary>
    /// Weights of a true posterior are all p(x): the largest fault of −log p(x) by ten draws.
    /// </summary>
    static ExactnessRow LogDensity(string name, HierarchicalVae vae, GaussianChain[] chains)
    {
        const int examples = 50, draws = 10;
        var (D, fault) = (chains.Length, 0.0);
        var x = LinearHierarchyModel.Draws(chains, examples, seed: 5);
        var plan = vae.EvaluationPlan(examples);
        vae.Device.Upload(x, plan.X);
        plan.Run(0);
        var importance = vae.ImportancePlan(draws);
        for (var n = 0; n < examples; n++)
        {
            var one = x.AsSpan(n * D, D);
            importance.Set(one);
            for (var t = 0; t < plan.Evidence.Count; t++)
                importance.Set(t, vae.Device.ToArray(plan.Evidence[t].Mu.RowRange(n, 1)),
                    vae.Device.ToArray(plan.Evidence[t].LogVar.RowRange(n, 1)));
            importance.Run((uint)n);
            var exact = 0.0;
            for (var d = 0; d < D; d++)
                exact -= Gaussian.LogDensityNats(0, Math.Log(chains[d].DataVariance), one[d]);
            foreach (var surprise in vae.Device.ToArray(importance.Surprise))
                fault = Math.Max(fault, Math.Abs(surprise - exact));
        }
        // Float32: 7 densities of 5 dimensions, each of terms up to 10 with some 10 roundings of 2⁻²⁴.
        const double tolerance = 7 * 5 * 10 * 10.0 / (1 << 24);
        return new($"hierarchy/{name}/T=3/largest-fault-of-log-p", 0, fault, tolerance, "nats", 0);
    }

    static ExactnessRow[] Diffusion(Func<Device> open)
    {
        var (watch, rows) = (Stopwatch.StartNew(), new List<ExactnessRow>());
        foreach (var T in (int[])[10, 50])
        {
            using var device = open();
            double[] levels = [.. Enumerable.Range(0, T + 1).Select(i => 13.3 - 18.3 * i / T)];
            GaussianChain[] chains = Array.ConvertAll(
                GaussianData.Eigenvalues, variance => Theory.LinearHierarchy.Diffusion(variance, levels));
            var vae = LinearHierarchyModel.Of(device, chains, Inference.BottomUp);
            var means = HierarchyMeans.Of(vae, LinearHierarchyModel.Draws(chains, N, seed: T));
            rows.Add(Row(string.Create(CultureInfo.InvariantCulture, $"diffusion/T={T}/negative-elbo"),
                VariationalBound.TotalNats(GaussianData.Eigenvalues, levels), means.NegativeElbo));
        }
        return Timed(watch, rows);
    }

    static ExactnessRow[] Information(Func<Device> open)
    {
        const int examples = 8000;
        var watch = Stopwatch.StartNew();
        using var device = open();
        // Two dimensions: N components tell no more than ln N apart.
        var chains = Chains([4, 2], 3);
        var (K, x) = (chains.Length, LinearHierarchyModel.Draws(chains, examples, seed: 6));
        var plan = LinearHierarchyModel.Of(device, chains, Inference.BottomUp).EvaluationPlan(examples);
        device.Upload(x, plan.X);
        plan.Run(0);
        var (mu, logVar) = (device.ToArray(plan.Levels[0].Mu), device.ToArray(plan.Levels[0].LogVar));
        var posterior = new AggregatedPosterior(device, examples, K);
        posterior.Set(mu, logVar);
        var account = RateAccount.Of(
            posterior, mu, logVar, device.ToArray(plan.Levels[0].Z), device.ToArray(plan.MeanRates[0])[0],
            factorises: false);
        var exact = Sum(chains, chain => Theory.LinearHierarchy.InformationNats(chain, [1, 2, 3]));
        // N components instead of all x cost (e^2I − 1)/2N more, as in the accounts of linear VAEs.
        var tolerance = 4 * account.StandardError + Math.Exp(2 * exact) / (2 * examples);
        return Timed(watch,
            [new("hierarchy/information/I(x;z_1..z_3)", exact, account.MutualInformation, tolerance, "nats", 0)]);
    }

    static ExactnessRow[] Trained(Func<Device> open)
    {
        const int repetitions = 64, steps = 4000, D = GaussianData.D;
        var rows = new List<ExactnessRow>();
        var watch = Stopwatch.StartNew();
        foreach (var inference in Enum.GetValues<Inference>())
        {
            using var device = open();
            var vae = new HierarchicalVae(
                device, LinearHierarchyModel.Shape(D, 2, LinearBetaVae.DecoderVariance, inference), seed: 1);
            var plan = vae.TrainingPlan(repetitions * 2 * D);
            device.Upload(GaussianData.Batch(repetitions), plan.X);
            var optimizer = new AdamOptimizer(device, vae.Parameters);
            for (var step = 0; step < steps; step++)
            {
                plan.Run((uint)step);
                optimizer.Step(AdamOptimizer.Rate(LearningRateSchedule.Linear, 0.005, step, steps));
            }
            var means = HierarchyMeans.Of(vae, GaussianData.Draws(N, new Random(7)));
            var name = inference == Inference.BottomUp ? "bottom-up" : "top-down";
            // 1 %, as of linear VAEs: what is left of Adam's noise.
            rows.Add(new($"hierarchy/trained/{name}/T=2/negative-elbo", Entropy, means.NegativeElbo.Mean,
                0.01 * Entropy + 4 * means.NegativeElbo.Error, "nats", 0));
        }
        return Timed(watch, rows);
    }
}
