using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>Likelihoods of grey values, couplings of a flow, and bounds from several draws.</summary>
static class LikelihoodCases
{
    const string Batch = "a training batch";

    const int Pixels = 784;

    public static IEnumerable<OperationCase> All() =>
    [
        WithGrad(new(PixelDistribution.ContinuousBernoulli), 128),
        WithGrad(new(PixelDistribution.DiscretizedLogistic), 128),
        WithGrad(new(PixelDistribution.LogisticMixture, 5), 128),
        WithGrad(new(PixelDistribution.Categorical, 256), 16),
        Coupling(128, 20, "a RealNVP prior"), Coupling(1 << 15, 64, "a large batch"),
        Importance(128, 50, "IWAE-50"), Importance(100, 5000, "a digit's likelihood by 5,000 draws"),
        Permutation(128, 20, "FactorVAE's discriminator"), Permutation(1000, 20, "a large batch"),
    ];

    public static OperationCase WithGrad(PixelLikelihood likelihood, int B)
    {
        var ladder = PixelNllRowsWithGrad.Ladder(likelihood.Distribution);
        return new(
            ladder.Operation, $"{B}×{likelihood.Outputs}×{Pixels}", Batch,
            PixelNllRowsWithGrad.Cost(likelihood, B, Pixels), ladder, device =>
            {
                // Grey values as data has them: multiples of 1/255.
                var grey = new float[B * Pixels];
                for (var i = 0; i < grey.Length; i++) grey[i] = i * 7 % 256 / 255f;
                Tensor x = device.From(grey, B, Pixels), dNll = device.Uniform(B, 1, 0, 1, 2);
                var output = device.Uniform(B, likelihood.Outputs * Pixels, -2, 1, 1);
                Tensor nll = device.Arena.Allocate(B, 1), dOutput = device.Arena.Allocate(output.Rows, output.Cols);
                return new(
                    () => device.Ops.PixelNllRowsWithGrad(likelihood, output, x, dNll, nll, dOutput), nll, dOutput)
                {
                    Rungs = BoundRung.Of(device, ladder, on => new(
                        on(output), on(x), on(dNll), on(nll), on(dOutput), B, Pixels, likelihood.Count)),
                };
            });
    }

    public static OperationCase Coupling(int B, int D, string reason) => new(
        nameof(IOps.AffineCoupling), $"{B}×{D}", reason, AffineCoupling.Cost(B, D), AffineCoupling.Ladder, device =>
        {
            Tensor x = device.Uniform(B, D, -2, 2, 1), s = device.Uniform(B, D, -1, 1, 2);
            Tensor t = device.Uniform(B, D, -1, 1, 3), y = device.Arena.Allocate(B, D);
            var logDet = device.Arena.Allocate(B, 1);
            return new(() => device.Ops.AffineCoupling(x, s, t, y, logDet), y, logDet)
            {
                Rungs = BoundRung.Of(device, AffineCoupling.Ladder,
                    on => new(on(x), on(s), on(t), on(y), on(logDet), B, D)),
            };
        });

    public static OperationCase Importance(int B, int K, string reason) => new(
        nameof(IOps.ImportanceNllRows), $"{B}×{K}", reason, ImportanceNllRows.Cost(B, K), ImportanceNllRows.Ladder,
        device =>
        {
            var surprise = device.Uniform(B, K, 90, 110, 1);
            Tensor nll = device.Arena.Allocate(B, 1), share = device.Arena.Allocate(B, K);
            return new(() => device.Ops.ImportanceNllRows(surprise, nll, share), nll, share)
            {
                Rungs = BoundRung.Of(device, ImportanceNllRows.Ladder, on => new(
                    on(surprise), MixtureDensity.LogCount(K), on(nll), on(share), B, K)),
            };
        });

    public static OperationCase Permutation(int B, int D, string reason) => new(
        nameof(IOps.PermuteColumns), $"{B}×{D}", reason, PermuteColumns.Cost(B, D), PermuteColumns.Ladder, device =>
        {
            Tensor x = device.Uniform(B, D, -2, 2, 1), keys = device.Uniform(B, D, 0, 1, 2);
            var y = device.Arena.Allocate(B, D);
            return new(() => device.Ops.PermuteColumns(x, keys, y), y)
            {
                Rungs = BoundRung.Of(device, PermuteColumns.Ladder, on => new(on(x), on(keys), on(y), B, D)),
            };
        });
}
