using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Where EM begins: rows of the data that lie apart, and the spread around them.</summary>
/// <remarks>
/// k-means++ (Arthur &amp; Vassilvitskii 2007): a row becomes the next mean with a probability that grows
/// with its squared distance to the nearest mean so far, in units of the data's standard deviations. Of a few
/// such rows the one that lowers the sum of distances most is taken (the greedy variant). Doubles on the
/// host, numbers from counters: the same on every machine.
/// </remarks>
public static class MixtureSeeds
{
    /// <summary>Equal weights, K rows of x as means, and one variance per dimension for all.</summary>
    /// <param name="x">[N, D] row-major.</param>
    /// <param name="D">Columns.</param>
    /// <param name="K">Components.</param>
    /// <param name="seed">Of the choice.</param>
    /// <exception cref="ArgumentException">Fewer rows than components, or a column without variance.</exception>
    public static MixtureParameters Choose(ReadOnlySpan<float> x, int D, int K, ulong seed)
    {
        var N = x.Length / D;
        if (K < 1 || N < K) throw new ArgumentException($"{N} rows cannot seed {K} components.", nameof(K));
        var variance = Variances(x, D);
        if (variance.Any(v => !(v > 0))) throw new ArgumentException("A column of the data has no variance.", nameof(x));

        var candidates = 2 + (int)Math.Log(K);
        var (nearest, trial, best) = (new double[N], new double[N], new double[N]);
        var means = new float[K * D];
        uint draw = 0;
        Array.Fill(nearest, double.PositiveInfinity);
        for (var k = 0; k < K; k++)
        {
            var lowest = double.PositiveInfinity;
            for (var c = 0; c < candidates; c++)
            {
                var row = k == 0 ? (int)(Uniform() * N) : Weighted(nearest, Uniform());
                var sum = 0.0;
                for (var n = 0; n < N; n++)
                    sum += trial[n] = Math.Min(nearest[n], Distance(x, n, row, D, variance));
                if (sum >= lowest && c > 0) continue;
                lowest = sum;
                (best, trial) = (trial, best);
                x.Slice(row * D, D).CopyTo(means.AsSpan(k * D));
            }
            (nearest, best) = (best, nearest);
        }
        // What is left of the variance around the nearest mean, but not nothing.
        var left = Math.Clamp(nearest.Sum() / N / D, 1e-3, 1);
        var logVar = new float[K * D];
        for (var i = 0; i < logVar.Length; i++) logVar[i] = (float)Math.Log(variance[i % D] * left);
        return new(D, [.. Enumerable.Repeat(1.0 / K, K)], means, logVar);

        double Uniform() =>
            U32.ToUnit(Philox.Draw<U32, F32>(new U32(draw++), 0, new Noise(seed, 0, Streams.Data)).W0).V;
    }

    /// <summary>The variance of each column of x[N, D].</summary>
    public static double[] Variances(ReadOnlySpan<float> x, int D)
    {
        var (mean, variance) = (new double[D], new double[D]);
        var N = x.Length / D;
        for (var i = 0; i < x.Length; i++) mean[i % D] += x[i] / (double)N;
        for (var i = 0; i < x.Length; i++) variance[i % D] += Math.Pow(x[i] - mean[i % D], 2) / N;
        return variance;
    }

    static double Distance(ReadOnlySpan<float> x, int a, int b, int D, double[] variance)
    {
        double sum = 0;
        for (var d = 0; d < D; d++)
        {
            var difference = (double)x[a * D + d] - x[b * D + d];
            sum += difference * difference / variance[d];
        }
        return sum;
    }

    static int Weighted(double[] weights, double uniform)
    {
        var left = uniform * weights.Sum();
        for (var n = 0; n < weights.Length; n++)
            if ((left -= weights[n]) < 0) return n;
        return weights.Length - 1;
    }
}
