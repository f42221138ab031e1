using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>EM for a mixture of diagonal Gaussians: the likelihood of the data never falls.</summary>
/// <remarks>
/// Dempster, Laird &amp; Rubin 1977; Bishop 2006, section 9.2.2. The log-likelihood is a bound of Jensen's,
/// tight at the responsibilities r = p(k | x) (E-step) and then raised by the parameters (M-step). Rows go
/// through the device a batch at a time; the batches' sums meet in doubles. A step allocates nothing.
/// </remarks>
public sealed class ExpectationMaximization
{
    /// <summary>Rows whose moments are summed in float32 at a time.</summary>
    public const int LargestBatch = 4096;

    /// <summary>The least variance of a component, as a part of the data's in that dimension.</summary>
    /// <remarks>A component on a single row would have the variance 0 and an infinite likelihood.</remarks>
    public const double VarianceFloor = 1e-6;

    /// <summary>
    /// The least weight: a component without rows keeps its place, and its logarithm is a number.
    /// </summary>
    public const double WeightFloor = 1e-30;

    readonly Device device;
    readonly Tensor x, logDensity, count, first, second;
    readonly float[] densities, counts, firsts, seconds;
    readonly double[] totalCount, totalFirst, totalSecond, variance;

    /// <param name="device">Where the E-step runs.</param>
    /// <param name="x">Data, [N, D] row-major.</param>
    /// <param name="start">Where to begin; changed in place by each step.</param>
    /// <exception cref="ArgumentException">No rows, or rows of another length.</exception>
    public ExpectationMaximization(Device device, ReadOnlySpan<float> x, MixtureParameters start)
    {
        var (K, D) = (start.K, start.D);
        if (x.Length == 0 || x.Length % D != 0)
            throw new ArgumentException($"{x.Length} values are not rows of {D}.", nameof(x));
        this.device = device;
        (Parameters, N) = (start, x.Length / D);
        Mixture = new(device, K, D);
        Mixture.Set(start);
        this.x = device.From(x, N, D);
        var batch = Math.Min(N, LargestBatch);
        logDensity = device.Arena.Allocate(batch, 1);
        (count, first, second) = (
            device.Arena.Allocate(K, 1), device.Arena.Allocate(K, D), device.Arena.Allocate(K, D));
        (densities, counts) = (new float[batch], new float[K]);
        (firsts, seconds) = (new float[K * D], new float[K * D]);
        (totalCount, totalFirst, totalSecond) = (new double[K], new double[K * D], new double[K * D]);
        variance = MixtureSeeds.Variances(x, D);
    }

    /// <summary>Rows of data.</summary>
    public int N { get; }

    /// <summary>As they stand after the last step.</summary>
    public MixtureParameters Parameters { get; }

    /// <summary>The same on the device.</summary>
    public GaussianMixture Mixture { get; }

    /// <summary>An E-step and an M-step.</summary>
    /// <returns>Mean log p(x) of the parameters before the step, nats per row.</returns>
    public double Step()
    {
        var likelihood = Expect();
        Maximize();
        Mixture.Set(Parameters);
        return likelihood;
    }

    /// <summary>Mean log p(x) of the parameters as they are, nats per row.</summary>
    public double LogLikelihood()
    {
        double sum = 0;
        for (var from = 0; from < N; from += LargestBatch) sum += Densities(from, out _, out _);
        return sum / N;
    }

    #region expectation
    double Expect()
    {
        Array.Clear(totalCount);
        Array.Clear(totalFirst);
        Array.Clear(totalSecond);
        double likelihood = 0;
        for (var from = 0; from < N; from += LargestBatch)
        {
            likelihood += Densities(from, out var rows, out var density);
            device.Ops.MixtureMoments(
                rows, Mixture.Mu, Mixture.HalfPrecision, Mixture.LogScale, density, count, first, second);
            AddTo(totalCount, count, counts);
            AddTo(totalFirst, first, firsts);
            AddTo(totalSecond, second, seconds);
        }
        return likelihood / N;
    }
    #endregion

    double Densities(int from, out Tensor rows, out Tensor density)
    {
        var batch = Math.Min(LargestBatch, N - from);
        (rows, density) = (x.RowRange(from, batch), logDensity.RowRange(0, batch));
        Mixture.LogDensity(rows, density);
        var values = densities.AsSpan(0, batch);
        device.Download(density, values);
        double sum = 0;
        foreach (var value in values) sum += value;
        return sum;
    }

    void AddTo(double[] total, Tensor tensor, float[] values)
    {
        device.Download(tensor, values);
        for (var i = 0; i < total.Length; i++) total[i] += values[i];
    }

    #region maximization
    void Maximize()
    {
        var (K, D) = (Parameters.K, Parameters.D);
        var total = 0.0;
        foreach (var rows in totalCount) total += rows;
        for (var k = 0; k < K; k++)
        {
            Parameters.Weights[k] = Math.Max(totalCount[k] / total, WeightFloor);
            // Less than a thousandth of a row says nothing about where the component should be.
            if (totalCount[k] < 1e-3) continue;
            for (var d = 0; d < D; d++)
            {
                var i = k * D + d;
                var shift = totalFirst[i] / totalCount[k];
                var spread = totalSecond[i] / totalCount[k] - shift * shift;
                Parameters.Mu[i] = (float)(Parameters.Mu[i] + shift);
                Parameters.LogVar[i] = (float)Math.Log(Math.Max(spread, VarianceFloor * variance[d]));
            }
        }
    }
    #endregion
}
