using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Theory;

namespace Hybrid.Bench.Exactness;

/// <summary>
/// A hierarchy without hidden layers, its parameters set to a linear-Gaussian chain of each dimension.
/// </summary>
/// <remarks>
/// A head is [W | 0] and its bias [0 | log σ²]: means are linear in what is given, and variances do not
/// depend on it.
/// </remarks>
static class LinearHierarchyModel
{
    /// <summary>The shape for D dimensions and T levels of as many.</summary>
    public static HierarchyShape Shape(int D, int T, double decoderVariance, Inference inference) => new(
        D, [], [.. Enumerable.Repeat(D, T)], [], Activation.Identity,
        Likelihood.Gaussian(Math.Sqrt(decoderVariance)), inference);

    /// <summary>The model of chains, one for each dimension, whose decoders have one variance.</summary>
    public static HierarchicalVae Of(Device device, GaussianChain[] chains, Inference inference)
    {
        var T = chains[0].Up.Length;
        var vae = new HierarchicalVae(
            device, Shape(chains.Length, T, chains[0].Down[0].Variance, inference), seed: 1);
        for (var t = 0; t < T; t++)
        {
            var level = t + 1;
            Head(vae, t == 0 ? "encoder" : $"encoder/z{level}", [.. chains.Select(chain =>
                inference == Inference.BottomUp ? chain.Up[t]
                : level == T ? Theory.LinearHierarchy.Posterior(chain, level)
                : Theory.LinearHierarchy.Evidence(chain, level))]);
            if (t > 0) Head(vae, $"decoder/z{t}", [.. chains.Select(chain => chain.Down[t])]);
        }
        Diagonal(vae, "decoder/0/w", [.. chains.Select(chain => chain.Down[0].Gain)]);
        return vae;
    }

    static void Head(HierarchicalVae vae, string name, LinearStep[] steps)
    {
        Diagonal(vae, $"{name}/0/w", [.. steps.Select(step => step.Gain)]);
        vae.Device.Upload(
            [.. new float[steps.Length], .. steps.Select(step => (float)Math.Log(step.Variance))],
            vae.Parameters.Value($"{name}/0/b"));
    }

    static void Diagonal(HierarchicalVae vae, string name, double[] gains)
    {
        var weights = vae.Parameters.Value(name);
        var values = new float[weights.Rows * weights.Cols];
        for (var i = 0; i < gains.Length; i++) values[i * weights.Cols + i] = (float)gains[i];
        vae.Device.Upload(values, weights);
    }

    /// <summary>N draws of the data of these chains, [N, D].</summary>
    public static float[] Draws(GaussianChain[] chains, int N, int seed)
    {
        var (random, x) = (new Random(seed), new float[N * chains.Length]);
        for (var i = 0; i < x.Length; i++)
        {
            var deviation = Math.Sqrt(chains[i % chains.Length].DataVariance);
            x[i] = (float)MathNet.Numerics.Distributions.Normal.Sample(random, 0, deviation);
        }
        return x;
    }
}

/// <summary>Means over rows and draws, with their standard errors, nats.</summary>
/// <param name="NegativeElbo">−ELBO.</param>
/// <param name="Reconstruction">E[−log p(x | z_1)].</param>
/// <param name="Rates">z_1 … z_T.</param>
sealed record HierarchyMeans(Measured NegativeElbo, Measured Reconstruction, Measured[] Rates)
{
    const int Batch = 2000;

    /// <summary>One draw of every level for each row of x[N, D].</summary>
    public static HierarchyMeans Of(HierarchicalVae vae, float[] x)
    {
        var (D, T) = (vae.Shape.DataDim, vae.Shape.T);
        var plan = vae.EvaluationPlan(Batch);
        var (columns, total) = (new List<double>[T + 1], new List<double>());
        for (var i = 0; i <= T; i++) columns[i] = [];
        for (var from = 0; from < x.Length / D; from += Batch)
        {
            vae.Device.Upload(x.AsSpan(from * D, Batch * D), plan.X);
            plan.Run((uint)from);
            var sums = new double[Batch];
            for (var i = 0; i <= T; i++)
            {
                var values = vae.Device.ToArray(i == 0 ? plan.Nll : plan.Levels[i - 1].Rate);
                for (var n = 0; n < Batch; n++)
                {
                    columns[i].Add(values[n]);
                    sums[n] += values[n];
                }
            }
            total.AddRange(sums);
        }
        return new(Measured.Of(total), Measured.Of(columns[0]), [.. columns.Skip(1).Select(Measured.Of)]);
    }
}

/// <summary>A mean and its standard error.</summary>
readonly record struct Measured(double Mean, double Error)
{
    public static Measured Of(List<double> values)
    {
        var mean = values.Average();
        return new(mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean))) / values.Count);
    }
}
