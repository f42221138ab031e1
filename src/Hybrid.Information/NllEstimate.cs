namespace Hybrid.Information;

/// <summary>−log p(x) of a data set by importance sampling, nats per example.</summary>
/// <remarks>
/// Burda, Grosse &amp; Salakhutdinov 2016, arXiv:1509.00519: in expectation an upper bound that falls as K grows, is
/// −ELBO at K = 1 and −log p(x) in the limit.
/// </remarks>
/// <param name="K">Draws of z per example.</param>
/// <param name="N">Examples.</param>
/// <param name="Nll">Mean of −log (1/K) Σ_k w_k.</param>
/// <param name="StandardError">Of the mean, over the examples: what other examples would change.</param>
/// <param name="SamplingError">Of the mean, over the draws: what other draws would change; NaN where K = 1.</param>
/// <param name="EffectiveSamples">Mean number of draws that carry the weight.</param>
public sealed record NllEstimate(
    int K, int N, double Nll, double StandardError, double SamplingError, double EffectiveSamples)
{
    /// <summary>The estimate of all examples from each one's weights.</summary>
    public static NllEstimate Of(IReadOnlyList<ImportanceWeights> examples)
    {
        var (N, K) = (examples.Count, examples[0].K);
        var mean = -examples.Average(weights => weights.LogMean);
        var squares = examples.Sum(weights => Math.Pow(weights.LogMean + mean, 2));
        return new(K, N, mean, Math.Sqrt(squares / N / N),
            K == 1 ? double.NaN : Math.Sqrt(examples.Sum(weights => weights.Variance)) / N,
            examples.Average(weights => weights.EffectiveSize));
    }
}
