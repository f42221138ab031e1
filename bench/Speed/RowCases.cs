using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>The row-by-row operations: one pass over memory, a few flops a number.</summary>
static class RowCases
{
    const string TrainingBatch = "a training batch", Large = "more than caches hold";

    const int Pixels = 784, Latent = 20;

    /// <param name="shrink">Divides the rows of the large shapes.</param>
    public static IEnumerable<OperationCase> All(int shrink) =>
    [
        Kl(128, Latent, TrainingBatch), Kl((1 << 18) / shrink, 64, Large),
        Bernoulli(128, Pixels, TrainingBatch), Bernoulli((1 << 14) / shrink, Pixels, Large),
        Gaussian(128, Pixels, TrainingBatch), Gaussian((1 << 14) / shrink, Pixels, Large),
        Reparameterize(128, Latent, TrainingBatch), Reparameterize((1 << 17) / shrink, 64, Large),
        Adam(800_000, "every parameter of the 784-400-200-20 VAE"), Adam((1 << 23) / shrink, Large),
    ];

    static OperationCase Kl(int B, int D, string reason) => new(
        nameof(IOps.KlRows), $"{B}×{D}", reason, RowCosts.Kl(B, D), device =>
        {
            Tensor mu = device.Uniform(B, D, -2, 2, 1), logVar = device.Uniform(B, D, -4, 1, 2);
            var kl = device.Arena.Allocate(B, 1);
            return new(() => device.Ops.KlRows(mu, logVar, kl), kl);
        });

    static OperationCase Bernoulli(int B, int D, string reason) => new(
        nameof(IOps.BernoulliNllRows), $"{B}×{D}", reason, RowCosts.Bernoulli(B, D), device =>
        {
            Tensor logits = device.Uniform(B, D, -6, 6, 1), x = device.Uniform(B, D, 0, 1, 2);
            var nll = device.Arena.Allocate(B, 1);
            return new(() => device.Ops.BernoulliNllRows(logits, x, nll), nll);
        });

    static OperationCase Gaussian(int B, int D, string reason) => new(
        nameof(IOps.GaussianNllRows), $"{B}×{D}", reason, RowCosts.Gaussian(B, D), device =>
        {
            Tensor x = device.Uniform(B, D, 0, 1, 1), mean = device.Uniform(B, D, 0, 1, 2);
            var logVar = device.From([-2f], 1, 1);
            var nll = device.Arena.Allocate(B, 1);
            return new(() => device.Ops.GaussianNllRows(x, mean, logVar, nll), nll);
        });

    static OperationCase Reparameterize(int B, int D, string reason) => new(
        nameof(IOps.ReparameterizeKl), $"{B}×{D}", reason, RowCosts.Reparameterize(B, D), device =>
        {
            Tensor mu = device.Uniform(B, D, -2, 2, 1), logVar = device.Uniform(B, D, -4, 1, 2);
            Tensor z = device.Arena.Allocate(B, D), kl = device.Arena.Allocate(B, 1);
            return new(() => device.Ops.ReparameterizeKl(mu, logVar, new Noise(7, 1, 1), z, kl), z, kl);
        });

    static OperationCase Adam(int n, string reason) => new(
        nameof(IOps.Adam), $"{n}", reason, RowCosts.Adam(n), device =>
        {
            Tensor parameters = device.Uniform(n, 1, -0.1f, 0.1f, 1), gradient = device.Uniform(n, 1, -1, 1, 2);
            Tensor m = device.Uniform(n, 1, -1, 1, 3), v = device.Uniform(n, 1, 0.01f, 1, 4);
            var step = AdamStep.At(10, 1e-3);
            return new(() => device.Ops.Adam(parameters, gradient, m, v, step), parameters, m, v);
        });
}
