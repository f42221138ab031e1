using System.Text.Json.Nodes;
using Hybrid.Information;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>A VAE's account with a diffusion for its prior, in nats per image, as JSON.</summary>
sealed class LatentResult
{
    readonly double[] logPosterior;
    readonly double distortion, information;

    public LatentResult(VaeCodes codes)
    {
        logPosterior = codes.LogPosterior();
        distortion = codes.Nll.Average(nats => (double)nats);
        information = LatentCodes.MutualInformation(codes);
        Vae = new()
        {
            ["distortionNats"] = VaeResult.Number(distortion),
            ["mutualInformationNats"] = VaeResult.Number(information),
            ["mutualInformationCeilingNats"] = VaeResult.Number(Math.Log(codes.N)),
            ["ownPrior"] = Json(LatentAccount.Of(distortion, new double[codes.N],
                Array.ConvertAll(codes.Kl, nats => (double)nats), information)),
        };
    }

    /// <summary>
    /// What does not depend on the diffusion, and the account with the prior that the VAE was trained with.
    /// </summary>
    public JsonObject Vae { get; }

    /// <summary>The account where −log p(z) of the codes is this.</summary>
    public JsonObject With(LikelihoodEstimate surprise)
    {
        if (surprise.Rows.Length > 0)
            return Json(LatentAccount.Of(distortion, logPosterior, surprise.Rows, information));
        var (mean, error) = DiffusionEvaluation.Moments(logPosterior);
        return Json(new(distortion, mean + surprise.Nats,
            Math.Sqrt(error * error + surprise.StandardError * surprise.StandardError), information));
    }

    static JsonObject Json(LatentAccount account) => new()
    {
        ["negativeElboNats"] = VaeResult.Number(account.NegativeElbo),
        ["rateNats"] = VaeResult.Number(account.Rate),
        ["rateStandardErrorNats"] = VaeResult.Number(account.RateStandardError),
        ["marginalKlNats"] = VaeResult.Number(account.MarginalKl),
    };
}
