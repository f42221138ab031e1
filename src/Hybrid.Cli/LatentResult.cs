using System.Text.Json.Nodes;
using Hybrid.Information;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>A VAE's account with a diffusion for its prior, in nats per image, as JSON.</summary>
sealed class LatentResult
{
    readonly LatentAccounts accounts;

    public LatentResult(VaeCodes codes)
    {
        accounts = new(codes);
        Vae = new()
        {
            ["distortionNats"] = VaeResult.Number(accounts.Distortion),
            ["mutualInformationNats"] = VaeResult.Number(accounts.MutualInformation),
            ["mutualInformationCeilingNats"] = VaeResult.Number(Math.Log(codes.N)),
            ["ownPrior"] = Json(accounts.Own),
        };
    }

    /// <summary>
    /// What does not depend on the diffusion, and the account with the prior that the VAE was trained with.
    /// </summary>
    public JsonObject Vae { get; }

    /// <summary>The account where −log p(z) of the codes is this.</summary>
    public JsonObject With(LikelihoodEstimate surprise) => Json(accounts.With(surprise));

    static JsonObject Json(LatentAccount account) => new()
    {
        ["negativeElboNats"] = VaeResult.Number(account.NegativeElbo),
        ["rateNats"] = VaeResult.Number(account.Rate),
        ["rateStandardErrorNats"] = VaeResult.Number(account.RateStandardError),
        ["marginalKlNats"] = VaeResult.Number(account.MarginalKl),
    };
}
