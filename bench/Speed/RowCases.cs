using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>The row-by-row operations: one pass over memory, a few flops a number.</summary>
static class RowCases
{
    const string TrainingBatch = "a training batch", Large = "a large batch";

    const int Pixels = 784, Latent = 20;

    /// <param name="size">Of the large shapes: 1 moves some 10 MiB.</param>
    public static IEnumerable<OperationCase> All(int size) =>
    [
        Kl(128, Latent, TrainingBatch), Kl(size << 15, 64, Large), Kl(size << 18, 8, "short rows"),
        KlOfColumns(128, Latent, TrainingBatch), KlOfColumns(size << 15, 64, Large),
        Bernoulli(128, Pixels, TrainingBatch), Bernoulli(size << 11, Pixels, Large),
        BernoulliWithGrad(128, Pixels, TrainingBatch), BernoulliWithGrad(size << 11, Pixels, Large),
        Columns(128, 400, TrainingBatch), Columns(1 << 14, 256, "a critic's pairs"),
        Gaussian(128, Pixels, TrainingBatch), Gaussian(size << 11, Pixels, Large),
        Reparameterize(128, Latent, TrainingBatch), Reparameterize(size << 14, 64, Large),
        Adam(800_000, "every parameter of the 784-400-200-20 VAE"), Adam(size << 20, "more than caches hold"),
    ];

    public static OperationCase Kl(int B, int D, string reason) => new(
        nameof(IOps.KlRows), $"{B}×{D}", reason, KlRows.Cost(B, D), KlRows.Ladder, device =>
        {
            Tensor mu = device.Uniform(B, D, -2, 2, 1), logVar = device.Uniform(B, D, -4, 1, 2);
            var kl = device.Arena.Allocate(B, 1);
            return new(() => device.Ops.KlRows(mu, logVar, kl), kl)
            {
                Rungs = BoundRung.Of(device, KlRows.Ladder, on => new(on(mu), on(logVar), on(kl), B, D)),
            };
        })
    { FirstRungTolerance = OwnOrder(D) };

    public static OperationCase KlOfColumns(int B, int D, string reason) => new(
        nameof(IOps.KlColumns), $"{B}×{D}", reason, KlColumns.Cost(B, D), KlColumns.Ladder, device =>
        {
            Tensor mu = device.Uniform(B, D, -2, 2, 1), logVar = device.Uniform(B, D, -4, 1, 2);
            var kl = device.Arena.Allocate(D, 1);
            return new(() => device.Ops.KlColumns(mu, logVar, kl), kl)
            {
                Rungs = BoundRung.Of(device, KlColumns.Ladder, on => new(on(mu), on(logVar), on(kl), B, D)),
            };
        });

    public static OperationCase Bernoulli(int B, int D, string reason) => new(
        nameof(IOps.BernoulliNllRows), $"{B}×{D}", reason, BernoulliNllRows.Cost(B, D),
        BernoulliNllRows.Ladder, device =>
        {
            Tensor logits = device.Uniform(B, D, -6, 6, 1), x = device.Uniform(B, D, 0, 1, 2);
            var nll = device.Arena.Allocate(B, 1);
            return new(() => device.Ops.BernoulliNllRows(logits, x, nll), nll)
            {
                Rungs = BoundRung.Of(
                    device, BernoulliNllRows.Ladder, on => new(on(logits), on(x), on(nll), B, D)),
            };
        })
    { FirstRungTolerance = OwnOrder(D) };

    public static OperationCase BernoulliWithGrad(int B, int D, string reason) => new(
        nameof(IOps.BernoulliNllRowsWithGrad), $"{B}×{D}", reason, BernoulliNllRowsWithGrad.Cost(B, D),
        BernoulliNllRowsWithGrad.Ladder, device =>
        {
            Tensor logits = device.Uniform(B, D, -6, 6, 1), x = device.Uniform(B, D, 0, 1, 2);
            Tensor dNll = device.Uniform(B, 1, -1, 1, 3), nll = device.Arena.Allocate(B, 1);
            var dLogits = device.Arena.Allocate(B, D);
            return new(() => device.Ops.BernoulliNllRowsWithGrad(logits, x, dNll, nll, dLogits), nll, dLogits)
            {
                Rungs = BoundRung.Of(device, BernoulliNllRowsWithGrad.Ladder,
                    on => new(on(logits), on(x), on(dNll), on(nll), on(dLogits), B, D)),
            };
        });

    public static OperationCase Columns(int B, int D, string reason) => new(
        nameof(IOps.ColumnSums), $"{B}×{D}", reason, ColumnSums.Cost(B, D), ColumnSums.Ladder, device =>
        {
            Tensor x = device.Uniform(B, D, -1, 1, 1), y = device.Arena.Allocate(D, 1);
            return new(() => device.Ops.ColumnSums(x, y), y)
            {
                Rungs = BoundRung.Of(device, ColumnSums.Ladder, on => new(on(x), on(y), B, D)),
            };
        });

    public static OperationCase Gaussian(int B, int D, string reason) => new(
        nameof(IOps.GaussianNllRows), $"{B}×{D}", reason, GaussianNllRows.Cost(B, D),
        GaussianNllRows.Ladder, device =>
        {
            Tensor x = device.Uniform(B, D, 0, 1, 1), mean = device.Uniform(B, D, 0, 1, 2);
            Tensor logVar = device.From([-1f], 1, 1), nll = device.Arena.Allocate(B, 1);
            return new(() => device.Ops.GaussianNllRows(x, mean, logVar, nll), nll)
            {
                Rungs = BoundRung.Of(
                    device, GaussianNllRows.Ladder, on => new(on(x), on(mean), on(logVar), on(nll), B, D)),
            };
        })
    { FirstRungTolerance = OwnOrder(D) };

    public static OperationCase Reparameterize(int B, int D, string reason) => new(
        nameof(IOps.ReparameterizeKl), $"{B}×{D}", reason, ReparameterizeKl.Cost(B, D),
        ReparameterizeKl.Ladder, device =>
        {
            Tensor mu = device.Uniform(B, D, -2, 2, 1), logVar = device.Uniform(B, D, -4, 1, 2);
            Tensor z = device.Arena.Allocate(B, D), kl = device.Arena.Allocate(B, 1);
            var noise = new Noise(7, 1, 1);
            return new(() => device.Ops.ReparameterizeKl(mu, logVar, noise, z, kl), z, kl)
            {
                Rungs = BoundRung.Of(device, ReparameterizeKl.Ladder,
                    on => new(on(mu), on(logVar), noise, on(z), on(kl), B, D)),
            };
        })
    { FirstRungTolerance = OwnOrder(D) };

    public static OperationCase Adam(int n, string reason) => new(
        nameof(IOps.Adam), $"{n}", reason, AdamUpdate.Cost(n), AdamUpdate.Ladder, device =>
        {
            Tensor p = device.Uniform(n, 1, -0.1f, 0.1f, 1), g = device.Uniform(n, 1, -1, 1, 2);
            Tensor m = device.Uniform(n, 1, -1, 1, 3), v = device.Uniform(n, 1, 0.01f, 1, 4);
            var step = AdamStep.At(10, 1e-3);
            return new(() => device.Ops.Adam(p, g, m, v, step), p, m, v)
            {
                Rungs = BoundRung.Of(
                    device, AdamUpdate.Ladder, on => new(on(p), on(g), on(m), on(v), step, n)),
            };
        });

    /// <summary>
    /// 2·D·2⁻²⁴: two sums of D terms in two orders, each within D·2⁻²⁴ of the exact one (Higham 2002,
    /// eq. 4.4); none of these cases has a negative term.
    /// </summary>
    static double OwnOrder(int D) => 2 * D * Math.ScaleB(1, -24);
}
