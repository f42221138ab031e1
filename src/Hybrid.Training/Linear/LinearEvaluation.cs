using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// The account of a VAE with a linear decoder and Gaussian pixels, its mean over z in closed form.
/// </summary>
public sealed class LinearEvaluation(Vae vae)
{
    const int LargestBatch = 500;

    readonly Dictionary<int, VaePlan> plans = [];
    readonly Dictionary<int, (Plan Plan, Value Mean)> decoders = [];

    #region reached
    /// <summary>E‖x − x̂‖² = ‖x − x̂(μ)‖² + Σ_k σ_k² ‖w_k‖² where x̂ is linear in z; nats per image.</summary>
    public ElboAccount Run(ImageSet images)
    {
        var (D, K, N) = (images.D, vae.Shape.Latent, images.N);
        var x = images.Pixels;
        var (squares, means) = (ColumnSquares(), new float[N * K]);
        double error = 0, rate = 0;
        for (var from = 0; from < N; from += LargestBatch)
        {
            var count = Math.Min(LargestBatch, N - from);
            var (mu, logVar) = Posterior(x.Slice(from * D, count * D), count);
            mu.CopyTo(means, from * K);
            for (var i = 0; i < mu.Length; i++)
            {
                double mean = mu[i], spread = Math.Exp(logVar[i]);
                rate += 0.5 * (mean * mean + spread - 1 - logVar[i]);
                error += spread * squares[i % K];
            }
            var decoded = Decoded(mu, count);
            for (var i = 0; i < decoded.Length; i++) error += Math.Pow((double)x[from * D + i] - decoded[i], 2);
        }
        var variance = vae.Sigma * vae.Sigma;
        var distortion = 0.5 * (D * Math.Log(2 * Math.PI * variance) + error / N / variance);
        return new(distortion, rate / N, double.NaN, double.NaN, ActiveUnits.Count(means, K), D);
    }
    #endregion

    (float[] Mu, float[] LogVar) Posterior(ReadOnlySpan<float> x, int count)
    {
        if (!plans.TryGetValue(count, out var plan)) plans[count] = plan = vae.EvaluationPlan(count);
        vae.Device.Upload(x, plan.X);
        plan.Run(0);
        return (vae.Device.ToArray(plan.Mu), vae.Device.ToArray(plan.LogVar));
    }

    /// <summary>‖w_k‖², from what the decoder makes of 0 and of the unit vectors.</summary>
    double[] ColumnSquares()
    {
        var (D, K) = (vae.Shape.DataDim, vae.Shape.Latent);
        var z = new float[(K + 1) * K];
        for (var k = 0; k < K; k++) z[k * K + k] = 1;
        var (decoded, squares) = (Decoded(z, K + 1), new double[K]);
        for (var k = 0; k < K; k++)
            for (var d = 0; d < D; d++) squares[k] += Math.Pow((double)decoded[k * D + d] - decoded[K * D + d], 2);
        return squares;
    }

    float[] Decoded(ReadOnlySpan<float> z, int rows)
    {
        if (!decoders.TryGetValue(rows, out var decoder)) decoders[rows] = decoder = vae.DecoderPlan(rows);
        vae.Device.Upload(z, decoder.Plan.Input("z"));
        decoder.Plan.Run(0);
        return vae.Device.ToArray(decoder.Plan.TensorOf(decoder.Mean));
    }
}
