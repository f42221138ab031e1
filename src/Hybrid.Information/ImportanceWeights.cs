namespace Hybrid.Information;

/// <summary>What the weights of one example's draws say about log p(x).</summary>
/// <param name="LogMean">log (1/K) Σ_k w_k, nats: an estimate of log p(x), not above it in expectation.</param>
/// <param name="EffectiveSize">(Σ w)² / Σ w², from 1 (one draw has all the weight) to K (all the same).</param>
/// <param name="K">Draws.</param>
public readonly record struct ImportanceWeights(double LogMean, double EffectiveSize, int K)
{
    /// <summary>
    /// Variance of <see cref="LogMean"/> to first order, Var w / (K·mean²); half of it is how far below log p(x) it
    /// lies on average (Jensen).
    /// </summary>
    public double Variance => 1 / EffectiveSize - 1.0 / K;

    /// <summary>Sums in doubles, the largest weight taken off first.</summary>
    /// <param name="surprise">−log w of each draw, nats.</param>
    public static ImportanceWeights Of(ReadOnlySpan<float> surprise)
    {
        double least = double.PositiveInfinity, sum = 0, squares = 0;
        foreach (var s in surprise) least = Math.Min(least, s);
        foreach (var s in surprise)
        {
            var weight = Math.Exp(least - s);
            sum += weight;
            squares += weight * weight;
        }
        return new(Math.Log(sum / surprise.Length) - least, sum * sum / squares, surprise.Length);
    }
}
