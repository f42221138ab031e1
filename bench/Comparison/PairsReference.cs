namespace Hybrid.Bench.Comparison;

/// <summary>An aggregated posterior's densities in double, by their definition.</summary>
static class PairsReference
{
    /// <summary>Error allowed to a log-density in nats, relative to 1 + |value|.</summary>
    const double Nats = 1e-3;

    /// <summary>Points whose densities are made again: each costs N·D exponentials.</summary>
    const int Samples = 20;

    /// <summary>The largest error of log q(z_i) and log q(z_id) over what is allowed.</summary>
    /// <param name="pairs">The case.</param>
    /// <param name="data">Its points, means and log-variances.</param>
    /// <param name="results">N densities, then N rows of D marginals.</param>
    public static double Compare(PairsCase pairs, PeerData data, ReadOnlySpan<float> results)
    {
        var (N, D) = (pairs.N, pairs.D);
        if (results.Length != N * (1 + D)) return double.PositiveInfinity;
        var random = new Random(1);
        var largest = 0.0;
        for (var sample = 0; sample < Samples; sample++)
        {
            var i = random.Next(N);
            var exact = At(pairs, data, i);
            largest = Checks.Worse(largest, Error(results[i], exact[D]));
            for (var d = 0; d < D; d++) largest = Checks.Worse(largest, Error(results[N + i * D + d], exact[d]));
        }
        return largest;
    }

    static double Error(float actual, double exact) => Math.Abs(actual - exact) / (Nats * (1 + Math.Abs(exact)));

    /// <summary>log q(z_id) of point i for each d, and behind them log q(z_i).</summary>
    static double[] At(PairsCase pairs, PeerData data, int i)
    {
        var (N, D) = (pairs.N, pairs.D);
        ReadOnlySpan<float> z = data.Z(pairs)[(i * D)..], mu = data.Mu(pairs), logVar = data.LogVar(pairs);
        var sums = new double[D + 1];
        for (var n = 0; n < N; n++)
        {
            var joint = 0.0;
            for (var d = 0; d < D; d++)
            {
                double residual = z[d] - mu[n * D + d], l = logVar[n * D + d];
                var log = -0.5 * (Math.Log(2 * Math.PI) + l + residual * residual * Math.Exp(-l));
                joint += log;
                sums[d] += Math.Exp(log) / N;
            }
            sums[D] += Math.Exp(joint) / N;
        }
        return Array.ConvertAll(sums, Math.Log);
    }
}
