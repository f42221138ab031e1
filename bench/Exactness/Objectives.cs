using System.Diagnostics;
using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Models;

namespace Hybrid.Bench.Exactness;

/// <summary>Terms of objectives at codes whose answer is known, from the graph that training differentiates.</summary>
static class Objectives
{
    const int B = 64, N = 1000, K = 3;

    public static IEnumerable<ExactnessExperiment> Experiments =>
    [
        new("objective/tc", "total correlation of a batch of 64 that stands for 1,000 posteriors", TotalCorrelation),
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
            var graph = new Graph();
            Value mu = graph.Input("mu", count, K), logVar = graph.Input("logVar", count, K);
            var (z, kl) = graph.ReparameterizeKl(mu, logVar);
            var penalty = new TotalCorrelation(2).For(examples);
            var terms = penalty.Terms(graph, new(mu, logVar, z, kl, kl, z));
            var plan = Plan.Evaluating(
                device, graph, new(device, [new("none", new(1, 1))]), 1, [terms[0].Value, terms[1].Value]);
            device.Upload([.. Enumerable.Range(0, count).SelectMany(mean)], plan.Input("mu"));
            device.Ops.Fill(plan.Input("logVar"), -2);
            plan.Run(0);
            double Sum(Value value) => device.ToArray(plan.TensorOf(value)).Sum(x => (double)x);
            return (Sum(terms[0].Value) - Sum(terms[1].Value)) / count;
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
}
