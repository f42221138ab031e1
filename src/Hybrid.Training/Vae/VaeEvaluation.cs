using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Measures a VAE on a whole set: the account that one draw of z per example gives.</summary>
/// <remarks>
/// The draws (of z, and of the pixels where they are binarised) are the same at every evaluation, so two
/// evaluations of equal parameters agree to the last bit and epochs are compared on equal terms.
/// </remarks>
public sealed class VaeEvaluation(Vae vae, DeviceImages data, bool binarize)
{
    const int LargestBatch = 500;

    readonly EvaluationBatches<VaePlan> batches =
        new(data, binarize, vae.Seed, LargestBatch, B => vae.EvaluationPlan(B));

    readonly Dictionary<int, (Plan Plan, Value Logit)> discriminators = [];
    AggregatedPosterior? posterior;

    /// <summary>−ELBO by terms, its standard error, I_q and the active units.</summary>
    public ElboAccount Run() => Account().Elbo;

    /// <summary>The same, and where the rate goes.</summary>
    public (ElboAccount Elbo, RateAccount Rate) Account()
    {
        var (N, K) = (data.Images.N, vae.Shape.Latent);
        var (mu, logVar, z, nll, kl) = Codes();
        double sumNll = 0, sumKl = 0, squares = 0;
        for (var i = 0; i < N; i++) (sumNll, sumKl) = (sumNll + nll[i], sumKl + kl[i]);
        var mean = (sumNll + sumKl) / N;
        for (var i = 0; i < N; i++) squares += Math.Pow((double)nll[i] + kl[i] - mean, 2);

        posterior ??= new(vae.Device, N, K);
        posterior.Set(mu, logVar);
        var rate = RateAccount.Of(posterior, mu, logVar, z, sumKl / N, vae.Prior.Factorises) with
        {
            DiscriminatorTotalCorrelation = vae.Shape.HasDiscriminator ? MeanLogit(z) : double.NaN,
        };
        var elbo = new ElboAccount(
            sumNll / N, sumKl / N, rate.MutualInformation, Math.Sqrt(squares / N / N), ActiveUnits.Count(mu, K),
            vae.Shape.DataDim);
        return (elbo, rate);
    }

    /// <summary>
    /// Every image's posterior, a draw of it, and the terms of −ELBO at that draw, in the set's order.
    /// </summary>
    /// <param name="pass">Other numbers are other draws, of z and of pixels; 0 for those of the account.</param>
    public VaeCodes Codes(uint pass = 0)
    {
        var (N, K) = (data.Images.N, vae.Shape.Latent);
        var codes = new VaeCodes(
            new float[N * K], new float[N * K], new float[N * K], new float[N], new float[N]);
        batches.ForEach(N, (plan, from, count) =>
        {
            vae.Device.Download(plan.Mu, codes.Mu.AsSpan(from * K, count * K));
            vae.Device.Download(plan.LogVar, codes.LogVar.AsSpan(from * K, count * K));
            vae.Device.Download(plan.Z, codes.Z.AsSpan(from * K, count * K));
            vae.Device.Download(plan.Nll, codes.Nll.AsSpan(from, count));
            vae.Device.Download(plan.Kl, codes.Kl.AsSpan(from, count));
        }, pass * (uint)N);
        return codes;
    }

    /// <summary>The discriminator's logit at draws of z, on average.</summary>
    double MeanLogit(ReadOnlySpan<float> z)
    {
        var (N, K) = (data.Images.N, vae.Shape.Latent);
        double sum = 0;
        for (var from = 0; from < N; from += LargestBatch)
        {
            var count = Math.Min(LargestBatch, N - from);
            if (!discriminators.TryGetValue(count, out var known))
                discriminators[count] = known = vae.DiscriminatorPlan(count);
            vae.Device.Upload(z.Slice(from * K, count * K), known.Plan.Input("z"));
            known.Plan.Run(0);
            foreach (var logit in vae.Device.ToArray(known.Plan.TensorOf(known.Logit))) sum += logit;
        }
        return sum / N;
    }

    /// <summary>q(z) of the whole set beside the prior, over a latent plane.</summary>
    /// <exception cref="ArgumentException">The latent space has not two dimensions.</exception>
    public DensityMap Densities()
    {
        var codes = Codes();
        posterior ??= new(vae.Device, data.Images.N, vae.Shape.Latent);
        return DensityMap.Of(posterior, codes.Mu, codes.LogVar, LogPrior, PriorExtent());
    }

    float[] LogPrior(float[] z)
    {
        const int rows = DensityMap.Side;
        var (plan, density) = vae.PriorPlan(rows);
        var (points, values) = (plan.Input("z"), new float[z.Length / 2]);
        for (var from = 0; from < values.Length; from += rows)
        {
            vae.Device.Upload(z.AsSpan(2 * from, 2 * rows), points);
            plan.Run(0);
            vae.Device.Download(plan.TensorOf(density), values.AsSpan(from, rows));
        }
        return values;
    }

    /// <summary>
    /// How far 999 of 1,000 coordinates of the prior's draws lie from 0: a flow's tails may be long.
    /// </summary>
    double PriorExtent()
    {
        const int draws = 10_000;
        var z = vae.Device.Arena.Allocate(draws, vae.Shape.Latent);
        vae.SamplePrior(z, vae.Seed);
        var distances = Array.ConvertAll(vae.Device.ToArray(z), Math.Abs);
        Array.Sort(distances);
        return distances[distances.Length * 999 / 1000];
    }

    /// <summary>−log p(x) by importance sampling, of the images as <see cref="Run"/> sees them.</summary>
    /// <param name="K">Draws of z per image; time is proportional to it.</param>
    public NllEstimate Nll(int K) => NllEstimate.Of(Weights(K));

    /// <summary>What K draws for each image say of its log p(x), in the set's order.</summary>
    public ImportanceWeights[] Weights(int K)
    {
        var (D, latent) = (vae.Shape.DataDim, vae.Shape.Latent);
        var sampling = new ImportanceSampling(vae, K);
        var weights = new ImportanceWeights[data.Images.N];
        batches.ForEach(data.Images.N, (plan, from, count) =>
        {
            var (x, mu, logVar) =
                (vae.Device.ToArray(plan.X), vae.Device.ToArray(plan.Mu), vae.Device.ToArray(plan.LogVar));
            for (var i = 0; i < count; i++)
                weights[from + i] = sampling.Weights(from + i, x.AsSpan(i * D, D), mu.AsSpan(i * latent, latent),
                    logVar.AsSpan(i * latent, latent));
        });
        return weights;
    }

    /// <summary>
    /// The first <paramref name="count"/> images as the model saw them, and their reconstructions.
    /// </summary>
    public (float[] Originals, float[] Reconstructions) Reconstruct(int count) => batches.Reconstruct(count);
}
