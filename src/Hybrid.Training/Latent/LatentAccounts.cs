using Hybrid.Information;

namespace Hybrid.Training;

/// <summary>The accounts of a VAE's codes, prior by prior.</summary>
public sealed class LatentAccounts(VaeCodes codes)
{
    readonly double[] logPosterior = codes.LogPosterior();

    /// <summary>E −log p(x | z), nats: the same for all priors.</summary>
    public double Distortion { get; } = codes.Nll.Average(nats => (double)nats);

    /// <summary>I_q(n; z) of the codes, nats: the same for all priors.</summary>
    public double MutualInformation { get; } = LatentCodes.MutualInformation(codes);

    /// <summary>With the prior that the VAE was trained with.</summary>
    public LatentAccount Own => LatentAccount.Of(
        Distortion, new double[codes.N], Array.ConvertAll(codes.Kl, nats => (double)nats), MutualInformation);

    /// <summary>With a prior whose −log p(z) of the codes this is.</summary>
    public LatentAccount With(LikelihoodEstimate surprise)
    {
        if (surprise.Rows.Length > 0)
            return LatentAccount.Of(Distortion, logPosterior, surprise.Rows, MutualInformation);
        var (mean, error) = SampleMean.Of(logPosterior);
        return new(Distortion, mean + surprise.Nats,
            Math.Sqrt(error * error + surprise.StandardError * surprise.StandardError), MutualInformation);
    }
}
