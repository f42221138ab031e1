namespace Hybrid.Information;

/// <summary>Where a VAE's rate goes, in nats per example, on a data set of N.</summary>
/// <remarks>
/// <para>rate = I_q + TC + Σ_k KL(q(z_k) ‖ p(z_k)): what z knows about which example it is, what its dimensions know
/// about each other, and how far each is from the prior (Hoffman &amp; Johnson 2016; Chen et al. 2018,
/// arXiv:1802.04942, eq. 2). In the essay's terms the rate is I_q − H[z] − E log p(z).</para>
/// <para>One z is drawn per example. log q(z | x) − log q(z) is averaged as it is: its own component is in q(z), so
/// no draw passes ln N. The last term also takes the draws' log q(z | x) − log p(z), less what theirs should be on
/// average, which is known: that keeps its mean, cuts its variance, and lets the account close on the rate in closed
/// form.</para>
/// </remarks>
/// <param name="N">Examples: components of q(z).</param>
/// <param name="Rate">
/// E KL(q(z | x) ‖ p(z)), from the evaluation: in closed form, or by the same draws where the prior has none.
/// </param>
/// <param name="MutualInformation">I_q(n; z), between 0 and the ceiling.</param>
/// <param name="StandardError">Of the mutual information, over the draws.</param>
/// <param name="TotalCorrelation">
/// KL(q(z) ‖ Π_k q(z_k)); NaN where the prior does not factorise, like the next.
/// </param>
/// <param name="DimensionKl">Σ_k KL(q(z_k) ‖ p(z_k)).</param>
/// <param name="LogPrior">E_q(z) log p(z), in closed form, or by the draws.</param>
/// <param name="ConditionalEntropy">H[z | x], in closed form.</param>
/// <param name="KlPerDimension">
/// E KL(q(z_k | x) ‖ p(z_k)), K numbers whose sum is the rate; none where the prior does not factorise.
/// </param>
public sealed record RateAccount(
    int N, double Rate, double MutualInformation, double StandardError, double TotalCorrelation, double DimensionKl,
    double LogPrior, double ConditionalEntropy, IReadOnlyList<double> KlPerDimension)
{
    /// <summary>
    /// TC as a discriminator trained beside the model sees it at the same draws; NaN without one.
    /// </summary>
    public double DiscriminatorTotalCorrelation { get; init; } = double.NaN;

    /// <summary>ln N: who can tell N examples apart knows no more.</summary>
    public double Ceiling => Math.Log(N);

    /// <summary>KL(q(z) ‖ p(z)): what the prior pays for the shape of q(z), its holes among them.</summary>
    public double MarginalKl => Factorises ? TotalCorrelation + DimensionKl : Rate - MutualInformation;

    /// <summary>Whether p(z) = Π p(z_k), so that dimensions have terms of their own.</summary>
    public bool Factorises => KlPerDimension.Count > 0;

    /// <summary>H[z] = H[z | x] + I_q.</summary>
    public double Entropy => ConditionalEntropy + MutualInformation;

    /// <summary>
    /// Rate less its parts, relative to it: what is left is rounding. NaN where the last part is found as what
    /// is left.
    /// </summary>
    public double Residual => (Rate - MutualInformation - TotalCorrelation - DimensionKl) / Math.Max(Rate, 1);

    /// <summary>Splits the rate of N examples.</summary>
    /// <param name="posterior">Set to these means and log-variances.</param>
    /// <param name="mu">[N, K].</param>
    /// <param name="logVar">[N, K].</param>
    /// <param name="z">A draw of each, [N, K].</param>
    /// <param name="rate">The mean KL that the evaluation found.</param>
    /// <param name="factorises">
    /// Whether the prior is N(0, I); else only what needs no dimension of its own is split.
    /// </param>
    public static RateAccount Of(
        AggregatedPosterior posterior, ReadOnlySpan<float> mu, ReadOnlySpan<float> logVar, ReadOnlySpan<float> z,
        double rate, bool factorises = true)
    {
        var (N, K) = (posterior.N, posterior.K);
        var (logQ, logMarginals) = (new float[N], new float[N * K]);
        posterior.LogDensities(z, logQ, logMarginals);

        #region rate-account
        double information = 0, squares = 0, correlation = 0, dimensions = 0, prior = 0, conditional = 0;
        double condition = 0;
        var kl = new double[K];
        for (var n = 0; n < N; n++)
        {
            double logCondition = 0, marginals = 0, surplus = 0;
            for (var k = 0; k < K; k++)
            {
                var i = n * K + k;
                var pair = new GaussianDraw(mu[i], logVar[i], z[i]);
                logCondition += pair.LogPosterior;
                marginals += logMarginals[i];
                surplus += pair.LogPosterior - pair.LogPrior - pair.Kl;
                dimensions += logMarginals[i] - pair.LogPrior;
                kl[k] += pair.Kl / N;
                prior += pair.ExpectedLogPrior;
                conditional += pair.Entropy;
            }
            condition += logCondition;
            var known = logCondition - logQ[n];
            information += known;
            squares += known * known;
            correlation += logQ[n] - marginals;
            dimensions -= surplus;
        }
        #endregion
        information /= N;
        var variance = Math.Max(0, squares / N - information * information);
        if (!factorises)
            return new(
                N, rate, information, Math.Sqrt(variance / N), double.NaN, double.NaN, condition / N - rate,
                conditional / N, []);
        return new(
            N, rate, information, Math.Sqrt(variance / N), correlation / N, dimensions / N, prior / N, conditional / N,
            kl);
    }

    /// <summary>One dimension of one posterior, the prior N(0, 1), and a draw.</summary>
    readonly struct GaussianDraw(double mu, double logVar, double z)
    {
        static readonly double LogTwoPi = Math.Log(2 * Math.PI);

        readonly double variance = Math.Exp(logVar);

        public double LogPosterior => -0.5 * (LogTwoPi + logVar + (z - mu) * (z - mu) / variance);

        public double LogPrior => -0.5 * (LogTwoPi + z * z);

        public double ExpectedLogPrior => -0.5 * (LogTwoPi + mu * mu + variance);

        public double Entropy => 0.5 * (LogTwoPi + logVar + 1);

        public double Kl => -Entropy - ExpectedLogPrior;
    }
}
