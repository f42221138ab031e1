namespace Hybrid.Information;

/// <summary>
/// Estimates of I_q(n; z) on a data set of N from one batch of B posteriors and a draw of each, in nats: what papers
/// print where the whole data set's q(z) was too much to sum.
/// </summary>
/// <remarks>
/// Each is the mean of log q(z_i | x_i) − log q̂(z_i) with q̂ a weighted sum over the batch. They are here to be seen
/// beside <see cref="RateAccount.MutualInformation"/>, and with what bounds them.
/// </remarks>
public static class MinibatchEstimates
{
    /// <summary>
    /// q̂ = the batch's own mixture. Never more than ln B, whatever I_q is: He et al. 2019, arXiv:1901.05534, print
    /// 3.9 = ln 50 for every β from 0.2 to 0.8.
    /// </summary>
    public static double InBatch(in PosteriorBatch batch)
    {
        var B = batch.B;
        return batch.Mean((_, _) => 1.0 / B);
    }

    /// <summary>
    /// Minibatch-weighted sampling (Chen et al. 2018, arXiv:1802.04942, appendix C.1): q̂ = Σ_j q(z | x_j) / (N·B).
    /// </summary>
    /// <remarks>The in-batch estimate plus ln N, so it can pass ln N, which nothing true does.</remarks>
    public static double MinibatchWeighted(in PosteriorBatch batch, int N)
    {
        var weight = 1.0 / ((double)N * batch.B);
        return batch.Mean((_, _) => weight);
    }

    /// <summary>
    /// Minibatch-stratified sampling (appendix C.2 there): q̂ takes the own example for what it is, one of N, and
    /// lets the others of the batch stand for the rest.
    /// </summary>
    public static double MinibatchStratified(in PosteriorBatch batch, int N)
    {
        var B = batch.B;
        return batch.Mean((i, j) => StratifiedWeight(i, j, B, N));
    }

    /// <summary>
    /// Weight of example j in row i: the own example 1/N, its neighbour (N − M)/(N·M), the others 1/M, with M = B − 1.
    /// </summary>
    /// <remarks>
    /// A row sums to 1. Over all batches that hold the own example each of the N gets 1/N on average, so q̂(z) is
    /// unbiased; its logarithm is not, and I_q comes out a little high (Jensen).
    /// </remarks>
    public static double StratifiedWeight(int i, int j, int B, int N) =>
        j == i ? 1.0 / N : j == (i + 1) % B ? Odd(B, N) : 1.0 / (B - 1);

    /// <summary>The estimate with the weights that code in circulation has.</summary>
    /// <remarks>
    /// A published mistake, kept to show what it does: nearly the in-batch estimate, and its ceiling
    /// (github.com/rtqichen/beta-tcvae, pull request 1, open since 2019; copied by later libraries).
    /// </remarks>
    public static double StratifiedAsPublished(in PosteriorBatch batch, int N)
    {
        var B = batch.B;
        return batch.Mean((i, j) => PublishedWeight(i, j, B, N));
    }

    /// <summary>
    /// The matrix is filled with a stride of B where B + 1 was meant: 1/N falls on the first column, the odd weight
    /// on the second, and no example gets the weight of its own.
    /// </summary>
    public static double PublishedWeight(int i, int j, int B, int N) =>
        j == 1 || (i, j) == (B - 2, 0) ? Odd(B, N) : j == 0 ? 1.0 / N : 1.0 / (B - 1);

    static double Odd(int B, int N)
    {
        var M = B - 1;
        return ((double)N - M) / ((double)N * M);
    }
}

/// <summary>B diagonal Gaussians and a draw of each, [B, K] row-major.</summary>
public readonly ref struct PosteriorBatch(
    ReadOnlySpan<float> mu, ReadOnlySpan<float> logVar, ReadOnlySpan<float> z, int K)
{
    readonly ReadOnlySpan<float> mu = mu, logVar = logVar, z = z;

    public int K { get; } = K;

    public int B { get; } = mu.Length / K;

    /// <summary>Mean over i of log q(z_i | x_i) − log Σ_j w_ij q(z_i | x_j).</summary>
    internal double Mean(Func<int, int, double> weight)
    {
        double sum = 0;
        var terms = new double[B];
        for (var i = 0; i < B; i++)
        {
            for (var j = 0; j < B; j++) terms[j] = Math.Log(weight(i, j)) + LogDensity(i, j);
            sum += LogDensity(i, i) - LogSumExp(terms);
        }
        return sum / B;
    }

    /// <summary>log q(z_i | x_j).</summary>
    double LogDensity(int i, int j)
    {
        double sum = 0;
        for (var k = 0; k < K; k++)
        {
            double logVariance = logVar[j * K + k], residual = (double)z[i * K + k] - mu[j * K + k];
            sum -= 0.5 * (Math.Log(2 * Math.PI) + logVariance + residual * residual * Math.Exp(-logVariance));
        }
        return sum;
    }

    static double LogSumExp(double[] terms)
    {
        var largest = terms.Max();
        return largest + Math.Log(terms.Sum(term => Math.Exp(term - largest)));
    }
}
