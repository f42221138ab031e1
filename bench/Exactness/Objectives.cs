using System.Diagnostics;
using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Bench.Exactness;

/// <summary>Terms of objectives at codes whose answer is known, from the graph that training differentiates.</summary>
static class Objectives
{
    const int B = 64, N = 1000, K = 3;

    public static IEnumerable<ExactnessExperiment> Experiments =>
    [
        new("objective/tc", "total correlation of a batch of 64 that stands for 1,000 posteriors", TotalCorrelation),
        new("objective/mmd", "MMD² of Gaussian codes from the prior, from 500 batches of 64", Discrepancies),
        new("objective/factor", "a discriminator, 4,000 steps on draws of a correlated Gaussian", Discriminator),
    ];

    /// <summary>
    /// Posteriors that never meet: on a diagonal each coordinate tells all, and TC = (K − 1)·ln N; at the corners of a
    /// cube, which are all there are, the coordinates are independent.
    /// </summary>
    static ExactnessRow[] TotalCorrelation(Func<Device> open)
    {
        var watch = Stopwatch.StartNew();
        double Of(Func<int, float[]> mean, int count, int examples)
        {
            using var device = open();
            var codes = new Codes(device, new TotalCorrelation(2).For(examples), count);
            device.Upload([.. Enumerable.Range(0, count).SelectMany(mean)], codes.Plan.Input("mu"));
            device.Ops.Fill(codes.Plan.Input("logVar"), -2);
            var (joint, marginals) = codes.Run(0);
            return (joint.Sum(x => (double)x) - marginals.Sum(x => (double)x)) / count;
        }

        var diagonal = Of(n => [100 * n, -50 * n, 70 * n], B, N);
        var cube = Of(n => [100 * (n & 1), 100 * (n >> 1 & 1), 100 * (n >> 2)], 8, 8);
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            new("objective/tc/diagonal", (K - 1) * Math.Log(N), diagonal, 1e-4, "nats", seconds),
            new("objective/tc/cube", 0, cube, 1e-4, "nats", seconds),
        ];
    }

    /// <summary>All codes of one Gaussian: what its mean and its variance are away from the prior.</summary>
    static ExactnessRow[] Discrepancies(Func<Device> open) =>
    [
        Discrepancy(open, "prior", 0, 1), Discrepancy(open, "shifted", 1, 1), Discrepancy(open, "narrow", 0, 0.1),
    ];

    static ExactnessRow Discrepancy(Func<Device> open, string name, double mean, double deviation)
    {
        const int steps = 500;
        var watch = Stopwatch.StartNew();
        using var device = open();
        var codes = new Codes(device, new KernelDiscrepancy(1), B);
        KernelDiscrepancy.SetKernel(device, codes.Plan, K);
        device.Ops.Fill(codes.Plan.Input("mu"), (float)mean);
        device.Ops.Fill(codes.Plan.Input("logVar"), (float)(2 * Math.Log(deviation)));
        double sum = 0, squares = 0;
        for (var step = 0; step < steps; step++)
        {
            var (pairs, prior) = codes.Run((uint)step);
            var value = KernelDiscrepancy.Of(pairs, prior, K);
            (sum, squares) = (sum + value, squares + value * value);
        }
        var average = sum / steps;
        var error = Math.Sqrt((squares / steps - average * average) / (steps - 1));
        var exact = Theory.Discrepancy.FromStandardNormal(
            KernelDiscrepancy.SquareOf(K), [.. Enumerable.Repeat(mean, K)],
            [.. Enumerable.Repeat(deviation * deviation, K)]);
        return new($"objective/mmd/{name}", exact, average, 5 * error, "1", watch.Elapsed.TotalSeconds);
    }

    /// <summary>TC of a Gaussian is its dimensions' mutual information, −½ ln(1 − ρ²) of two.</summary>
    static ExactnessRow[] Discriminator(Func<Device> open)
    {
        const int rows = 256, steps = 4000, last = 400;
        const double rho = 0.9;
        var exact = -0.5 * Math.Log(1 - rho * rho);
        var watch = Stopwatch.StartNew();
        using var device = open();
        var shape = new VaeShape(1, [64, 64], 2, Activation.Gelu, Likelihood.Bernoulli);
        var penalty = (DensityRatio)new DensityRatio(0).For(shape, rows);
        var graph = new Graph();
        var zero = graph.Input("zero", rows, 2);
        var (noise, kl) = graph.ReparameterizeKl(zero, zero);
        var z = graph.MatrixProduct(noise, graph.Input("root", 2, 2));
        var terms = penalty.Terms(graph, new(zero, zero, z, kl, kl, z));
        var parameters = Initialization.Parameters(device, [.. penalty.Network!.Parameters()], seed: 1);
        var mean = graph.Mean(terms[0].Value);
        var plan = Plan.Training(device, graph, parameters, 1, terms, [mean]);
        device.Ops.Fill(plan.Input("zero"), 0);
        device.Upload([1, (float)rho, 0, (float)Math.Sqrt(1 - rho * rho)], plan.Input("root"));
        DensityRatio.Weigh(plan, rows, 0);
        var optimizer = new AdamOptimizer(device, parameters);
        double sum = 0;
        for (var step = 0; step < steps; step++)
        {
            plan.Run((uint)step);
            if (step >= steps - last) sum += device.ToArray(plan.TensorOf(mean))[0];
            optimizer.Step(AdamOptimizer.Rate(LearningRateSchedule.Linear, 2e-3, step, steps));
        }
        // The mean logit of 100,000 draws has an error of 0.003; the rest of 5 % is what the network does not reach.
        return
        [
            new("objective/factor/correlated", exact, sum / last, 0.05 * exact, "nats",
                watch.Elapsed.TotalSeconds),
        ];
    }

    /// <summary>The two terms of a penalty at draws of posteriors that are given.</summary>
    sealed class Codes
    {
        readonly Device device;
        readonly (Value Value, string Weight)[] terms;

        public Codes(Device device, Penalty penalty, int count)
        {
            this.device = device;
            var graph = new Graph();
            Value mu = graph.Input("mu", count, K), logVar = graph.Input("logVar", count, K);
            var (z, kl) = graph.ReparameterizeKl(mu, logVar);
            terms = penalty.Terms(graph, new(mu, logVar, z, kl, kl, z));
            Plan = Plan.Evaluating(
                device, graph, new(device, [new("none", new(1, 1))]), 1, [terms[0].Value, terms[1].Value]);
        }

        public Plan Plan { get; }

        /// <summary>With the noise of a step.</summary>
        public (float[] First, float[] Second) Run(uint step)
        {
            Plan.Run(step);
            return (device.ToArray(Plan.TensorOf(terms[0].Value)), device.ToArray(Plan.TensorOf(terms[1].Value)));
        }
    }
}
