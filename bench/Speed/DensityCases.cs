using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>Mixtures over all pairs of a point and a component: aggregated posteriors, learnt priors, EM.</summary>
static class DensityCases
{
    const string Prior = "a batch under a VampPrior of 500", Aggregated = "an aggregated posterior";

    /// <param name="population">N of the aggregated posterior.</param>
    public static IEnumerable<OperationCase> All(int population) =>
    [
        LogDensity(128, 500, 40, Prior), LogDensity(population, population, 20, Aggregated),
        GradRows(128, 500, 40, Prior), GradComponents(128, 500, 40, Prior),
        LogMarginals(128, 128, 20, "total correlation of a batch"), LogMarginals(population, population, 20, Aggregated),
        MarginalGradRows(128, 128, 20, "total correlation of a batch"),
        MarginalGradComponents(128, 128, 20, "total correlation of a batch"),
        Moments(4096, 25, 2, "EM of points of the plane"),
    ];

    public static OperationCase LogDensity(int B, int N, int D, string reason) => new(
        nameof(IOps.MixtureLogDensity), $"{B}×{N}×{D}", reason, MixtureLogDensity.Cost(B, N, D),
        MixtureLogDensity.Ladder, device =>
        {
            var m = new Mixture(device, B, N, D);
            return new(() => device.Ops.MixtureLogDensity(m.Z, m.Mu, m.HalfPrecision, m.LogScale, m.LogDensity),
                m.LogDensity)
            {
                Rungs = BoundRung.Of(device, MixtureLogDensity.Ladder, on => new(
                    on(m.Z), on(m.Mu), on(m.HalfPrecision), on(m.LogScale), LogCount(N), 0, on(m.LogDensity),
                    B, N, D)),
            };
        })
    { FirstRungTolerance = OwnOrder(N, D) };

    public static OperationCase GradRows(int B, int N, int D, string reason) => new(
        nameof(IOps.MixtureGradRows), $"{B}×{N}×{D}", reason, MixtureGradRows.Cost(B, N, D),
        MixtureGradRows.Ladder, device =>
        {
            var m = new Mixture(device, B, N, D);
            m.FillDensity(device);
            Tensor dy = device.Uniform(B, 1, -1, 1, 4), dz = device.Arena.Allocate(B, D);
            return new(
                () => device.Ops.MixtureGradRows(m.Z, m.Mu, m.HalfPrecision, m.LogScale, m.LogDensity, dy, dz), dz)
            {
                Rungs = BoundRung.Of(device, MixtureGradRows.Ladder, on => new(
                    on(m.Z), on(m.Mu), on(m.HalfPrecision), on(m.LogScale), LogCount(N), 0, on(m.LogDensity), on(dy),
                    on(dz), B, N, D)),
            };
        });

    public static OperationCase GradComponents(int B, int N, int D, string reason) => new(
        nameof(IOps.MixtureGradComponents), $"{B}×{N}×{D}", reason, MixtureGradComponents.Cost(B, N, D),
        MixtureGradComponents.Ladder, device =>
        {
            var m = new Mixture(device, B, N, D);
            m.FillDensity(device);
            Tensor dy = device.Uniform(B, 1, -1, 1, 4), dMu = device.Arena.Allocate(N, D);
            Tensor dHalf = device.Arena.Allocate(N, D), dScale = device.Arena.Allocate(N, 1);
            return new(
                () => device.Ops.MixtureGradComponents(
                    m.Z, m.Mu, m.HalfPrecision, m.LogScale, m.LogDensity, dy, dMu, dHalf, dScale),
                dMu, dHalf, dScale)
            {
                Rungs = BoundRung.Of(device, MixtureGradComponents.Ladder, on => new(
                    on(m.Z), on(m.Mu), on(m.HalfPrecision), on(m.LogScale), LogCount(N), 0, on(m.LogDensity), on(dy),
                    on(dMu), on(dHalf), on(dScale), B, N, D)),
            };
        });

    public static OperationCase LogMarginals(int B, int N, int D, string reason) => new(
        nameof(IOps.MixtureLogMarginals), $"{B}×{N}×{D}", reason, MixtureLogMarginals.Cost(B, N, D),
        MixtureLogMarginals.Ladder, device =>
        {
            var m = new Mixture(device, B, N, D);
            return new(() => device.Ops.MixtureLogMarginals(m.Z, m.Mu, m.LogVar, m.HalfPrecision, m.LogMarginals),
                m.LogMarginals)
            {
                Rungs = BoundRung.Of(device, MixtureLogMarginals.Ladder, on => new(
                    on(m.Z), on(m.Mu), on(m.LogVar), on(m.HalfPrecision), LogCount(N), 0, on(m.LogMarginals),
                    B, N, D)),
            };
        })
    { FirstRungTolerance = OwnOrder(N, 1) };

    public static OperationCase MarginalGradRows(int B, int N, int D, string reason) => new(
        nameof(IOps.MixtureMarginalGradRows), $"{B}×{N}×{D}", reason, MixtureMarginalGradRows.Cost(B, N, D),
        MixtureMarginalGradRows.Ladder, device =>
        {
            var m = new Mixture(device, B, N, D);
            m.FillMarginals(device);
            Tensor dy = device.Uniform(B, D, -1, 1, 4), dz = device.Arena.Allocate(B, D);
            return new(
                () => device.Ops.MixtureMarginalGradRows(
                    m.Z, m.Mu, m.LogVar, m.HalfPrecision, m.LogMarginals, dy, dz), dz)
            {
                Rungs = BoundRung.Of(device, MixtureMarginalGradRows.Ladder, on => new(
                    on(m.Z), on(m.Mu), on(m.LogVar), on(m.HalfPrecision), LogCount(N), 0, on(m.LogMarginals), on(dy),
                    on(dz), B, N, D)),
            };
        });

    public static OperationCase MarginalGradComponents(int B, int N, int D, string reason) => new(
        nameof(IOps.MixtureMarginalGradComponents), $"{B}×{N}×{D}", reason,
        MixtureMarginalGradComponents.Cost(B, N, D), MixtureMarginalGradComponents.Ladder, device =>
        {
            var m = new Mixture(device, B, N, D);
            m.FillMarginals(device);
            Tensor dy = device.Uniform(B, D, -1, 1, 4), dMu = device.Arena.Allocate(N, D);
            Tensor dHalf = device.Arena.Allocate(N, D), dLogVar = device.Arena.Allocate(N, D);
            return new(
                () => device.Ops.MixtureMarginalGradComponents(
                    m.Z, m.Mu, m.LogVar, m.HalfPrecision, m.LogMarginals, dy, dMu, dHalf, dLogVar),
                dMu, dHalf, dLogVar)
            {
                Rungs = BoundRung.Of(device, MixtureMarginalGradComponents.Ladder, on => new(
                    on(m.Z), on(m.Mu), on(m.LogVar), on(m.HalfPrecision), LogCount(N), 0, on(m.LogMarginals), on(dy),
                    on(dMu), on(dHalf), on(dLogVar), B, N, D)),
            };
        });

    public static OperationCase Moments(int B, int K, int D, string reason) => new(
        nameof(IOps.MixtureMoments), $"{B}×{K}×{D}", reason, MixtureMoments.Cost(B, K, D), MixtureMoments.Ladder,
        device =>
        {
            var m = new Mixture(device, B, K, D);
            m.FillDensity(device);
            Tensor count = device.Arena.Allocate(K, 1), first = device.Arena.Allocate(K, D);
            var second = device.Arena.Allocate(K, D);
            return new(
                () => device.Ops.MixtureMoments(
                    m.Z, m.Mu, m.HalfPrecision, m.LogScale, m.LogDensity, count, first, second),
                count, first, second)
            {
                Rungs = BoundRung.Of(device, MixtureMoments.Ladder, on => new(
                    on(m.Z), on(m.Mu), on(m.HalfPrecision), on(m.LogScale), on(m.LogDensity), on(count), on(first),
                    on(second), LogCount(K), B, K, D)),
            };
        });

    /// <summary>Two orders of a log-sum-exp, relative to the result.</summary>
    /// <remarks>
    /// In units of 2⁻²⁴ a term passes at most N steps, each with an exponential and a rounding; the arguments of
    /// those add up to no more than the squares' range, 8·D, and the last steps round numbers below 32. Variances of
    /// at least 1 keep the result below −½ log 2π = −0.92 for each dimension.
    /// </remarks>
    static double OwnOrder(int N, int D) =>
        2 * (N * (2 * LaneMath.MaxUlp.Exp + 1) + 8 * D + 32) * Math.ScaleB(1, -24) / (0.9 * D);

    static float LogCount(int components) => MixtureDensity.LogCount(components);

    /// <summary>Points, components and what is made of them.</summary>
    sealed class Mixture
    {
        public Mixture(Device device, int B, int N, int D)
        {
            (Z, Mu) = (device.Uniform(B, D, -2, 2, 1), device.Uniform(N, D, -2, 2, 2));
            LogVar = device.Uniform(N, D, 0, 1, 3);
            (HalfPrecision, LogScale) = (device.Arena.Allocate(N, D), device.Arena.Allocate(N, 1));
            (LogDensity, LogMarginals) = (device.Arena.Allocate(B, 1), device.Arena.Allocate(B, D));
            device.Ops.GaussianScales(LogVar, HalfPrecision, LogScale);
        }

        public Tensor Z { get; }

        public Tensor Mu { get; }

        public Tensor LogVar { get; }

        public Tensor HalfPrecision { get; }

        public Tensor LogScale { get; }

        public Tensor LogDensity { get; }

        public Tensor LogMarginals { get; }

        public void FillDensity(Device device) =>
            device.Ops.MixtureLogDensity(Z, Mu, HalfPrecision, LogScale, LogDensity);

        public void FillMarginals(Device device) =>
            device.Ops.MixtureLogMarginals(Z, Mu, LogVar, HalfPrecision, LogMarginals);
    }
}
