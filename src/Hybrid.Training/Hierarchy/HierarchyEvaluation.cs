using Hybrid.Formulas;
using Hybrid.Information;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>
/// Measures a hierarchy on a whole set: the account that one draw of every level per example gives.
/// </summary>
/// <remarks>The draws are the same at every evaluation. A second draw tells which units are active.</remarks>
public sealed class HierarchyEvaluation(HierarchicalVae vae, DeviceImages data, bool binarize)
{
    const int LargestBatch = 500;

    /// <summary>Steps of the second draw: no batch of the first has such a number.</summary>
    const uint Again = 1u << 31;

    readonly EvaluationBatches<HierarchyPlan> batches =
        new(data, binarize, vae.Seed, LargestBatch, B => vae.EvaluationPlan(B));

    AggregatedPosterior? posterior;

    /// <summary>The level whose posterior given x is a Gaussian, from 0.</summary>
    int Gaussian => vae.Shape.Inference == Inference.BottomUp ? 0 : vae.Shape.T - 1;

    /// <summary>−ELBO by terms, active units of each level, and what the Gaussian level knows of x.</summary>
    public HierarchyAccount Run()
    {
        var (N, T, K) = (data.Images.N, vae.Shape.T, vae.Shape.Latents);
        var each = new double[N];
        var (nll, rates) = (new float[N], new float[N]);
        var (mu, again) = (Rows(), Rows());
        var (logVar, z) = (new float[N * K[Gaussian]], new float[N * K[Gaussian]]);
        var sums = new double[T];
        var device = vae.Device;
        batches.ForEach(N, (plan, from, count) =>
        {
            device.Download(plan.Nll, nll.AsSpan(from, count));
            for (var n = from; n < from + count; n++) each[n] = nll[n];
            for (var t = 0; t < T; t++)
            {
                device.Download(plan.Levels[t].Rate, rates.AsSpan(0, count));
                for (var n = 0; n < count; n++)
                {
                    sums[t] += rates[n];
                    each[from + n] += rates[n];
                }
                device.Download(plan.Levels[t].Mu, mu[t].AsSpan(from * K[t], count * K[t]));
            }
            var (level, k) = (plan.Levels[Gaussian], K[Gaussian]);
            device.Download(level.LogVar, logVar.AsSpan(from * k, count * k));
            device.Download(level.Z, z.AsSpan(from * k, count * k));
            plan.Run((uint)from | Again);
            for (var t = 0; t < T; t++)
                device.Download(plan.Levels[t].Mu, again[t].AsSpan(from * K[t], count * K[t]));
        });
        posterior ??= new(device, N, K[Gaussian]);
        posterior.Set(mu[Gaussian], logVar);
        var information = RateAccount.Of(
            posterior, mu[Gaussian], logVar, z, sums[Gaussian] / N, factorises: Gaussian == T - 1);

        double sumNll = 0, squares = 0;
        for (var n = 0; n < N; n++) sumNll += nll[n];
        var mean = (sumNll + sums.Sum()) / N;
        for (var n = 0; n < N; n++) squares += (each[n] - mean) * (each[n] - mean);
        var levels = new LevelAccount[T];
        for (var t = 0; t < T; t++)
            levels[t] = new(K[t], sums[t] / N, ActiveUnits.Count(mu[t], again[t], K[t]),
                t == Gaussian ? information.MutualInformation : null,
                t == Gaussian ? information.StandardError : null);
        return new(sumNll / N, levels, Math.Sqrt(squares / N / N), N, vae.Shape.DataDim);

        float[][] Rows() => [.. K.Select(k => new float[N * k])];
    }

    /// <summary>
    /// −log p(x) by importance sampling over all levels, of the images as <see cref="Run"/> sees them.
    /// </summary>
    /// <param name="K">Draws of z_1 … z_T per image; time is proportional to it.</param>
    public NllEstimate Nll(int K) => NllEstimate.Of(Weights(K));

    /// <summary>What K draws for each image say of its log p(x), in the set's order.</summary>
    public ImportanceWeights[] Weights(int K)
    {
        var parts = (K - 1) / LargestBatch + 1;
        var importance = vae.ImportancePlan((K - 1) / parts + 1);
        var (D, host) = (vae.Shape.DataDim, new float[parts * importance.Rows]);
        var weights = new ImportanceWeights[data.Images.N];
        batches.ForEach(data.Images.N, (plan, from, count) =>
        {
            var x = vae.Device.ToArray(plan.X);
            (float[] Mu, float[] LogVar)[] said =
                [.. plan.Evidence.Select(e => (vae.Device.ToArray(e.Mu), vae.Device.ToArray(e.LogVar)))];
            for (var i = 0; i < count; i++)
            {
                importance.Set(x.AsSpan(i * D, D));
                for (var t = 0; t < said.Length; t++)
                {
                    var (mu, logVar) = said[t];
                    var k = vae.Shape.Latents[t];
                    importance.Set(t, mu.AsSpan(i * k, k), logVar.AsSpan(i * k, k));
                }
                for (var part = 0; part < parts; part++)
                {
                    importance.Run((uint)((from + i) * parts + part));
                    vae.Device.Download(
                        importance.Surprise, host.AsSpan(part * importance.Rows, importance.Rows));
                }
                // The last part may draw a few more than were asked for; they are not looked at.
                weights[from + i] = ImportanceWeights.Of(host.AsSpan(0, K));
            }
        });
        return weights;
    }

    /// <summary>
    /// The first <paramref name="count"/> images as the model saw them, and their reconstructions.
    /// </summary>
    public (float[] Originals, float[] Reconstructions) Reconstruct(int count) => batches.Reconstruct(count);
}
