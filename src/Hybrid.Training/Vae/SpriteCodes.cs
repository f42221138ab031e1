using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Information.Metrics;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What a VAE's encoder makes of sprites with chosen factors: the posterior's means.</summary>
/// <param name="vae">Trained on sprites, or on anything of their size.</param>
/// <param name="size">Pixels along each side.</param>
/// <param name="binarize">Draw each pixel as 0 or 1, as in training; anew for every image, equally in every
/// run.</param>
public sealed class SpriteCodes(Vae vae, int size, bool binarize) : IFactorCodes
{
    const int LargestBatch = 500;

    readonly Dictionary<int, (Plan Plan, Tensor X, Tensor Mu)> plans = [];
    uint batches;

    public IReadOnlyList<Factor> Factors => Sprites.Factors;

    public int K => vae.Shape.Latent;

    public void Encode(ReadOnlySpan<int> values, Span<float> codes)
    {
        var (device, F) = (vae.Device, Factors.Count);
        for (int from = 0, B = values.Length / F; from < B; from += LargestBatch)
        {
            var count = Math.Min(LargestBatch, B - from);
            var (plan, x, mu) = PlanFor(count);
            device.Upload(Pictures(values.Slice(from * F, count * F)), x);
            var noise = new Noise(vae.Seed ^ 0xD1B54A32D192ED03, batches++, Streams.Binarize);
            if (binarize) device.Ops.Binarize(x, noise, x);
            plan.Run(0);
            device.Download(mu, codes.Slice(from * K, count * K));
        }
    }

    (Plan Plan, Tensor X, Tensor Mu) PlanFor(int B)
    {
        if (plans.TryGetValue(B, out var known)) return known;
        var (plan, mu) = vae.EncoderPlan(B);
        return plans[B] = (plan, plan.Input("x"), plan.TensorOf(mu));
    }

    float[] Pictures(ReadOnlySpan<int> values)
    {
        var (F, D) = (Factors.Count, size * size);
        var sprites = new Sprite[values.Length / F];
        for (var i = 0; i < sprites.Length; i++) sprites[i] = Sprites.At(Sprites.Cell(values.Slice(i * F, F)));
        var pixels = new float[sprites.Length * D];
        Parallel.For(0, sprites.Length, i => sprites[i].Draw(size, pixels.AsSpan(i * D, D)));
        return pixels;
    }
}
