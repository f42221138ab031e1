using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hybrid.Information;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>The figures of a run or an evaluation as one line of JSON; every name carries its unit.</summary>
static class VaeResult
{
    static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(VaeRun run, LinearReport? linear)
    {
        var (trainer, history) = (run.Trainer, run.Trainer.History);
        var result = new JsonObject
        {
            ["model"] = "vae",
            ["device"] = trainer.Vae.Device.Description,
            ["options"] = JsonNode.Parse(trainer.Options.ToJson()),
            ["finished"] = trainer.IsFinished,
            ["epochs"] = history.Count,
            ["steps"] = trainer.Optimizer.Steps,
            ["trainingSeconds"] = history.Count > 0 ? history[^1].TrainingSeconds : 0,
            ["beta"] = trainer.Options.Beta,
            ["test"] = history.Count > 0 ? Account(history[^1].Test) : null,
            ["best"] = run.Best is { } best
                ? Account(best.Test, ("epoch", best.Epoch), ("trainingSeconds", best.TrainingSeconds))
                : null,
            ["sigma"] = Number(trainer.Vae.Sigma),
            ["parametersHash"] = ParametersHash.Of(trainer.Vae.Device, trainer.Vae.Parameters),
            ["checkpoint"] = run.CheckpointPath,
        };
        if (linear is not null) result["linear"] = linear.Json();
        return result.ToJsonString(OneLine);
    }

    /// <summary>The terms of −ELBO in nats per image.</summary>
    public static JsonObject Account(ElboAccount account, params (string Name, JsonNode Value)[] first)
    {
        var result = new JsonObject();
        foreach (var (name, value) in first) result[name] = value;
        result["negativeElboNats"] = Number(account.NegativeElbo);
        result["standardErrorNats"] = Number(account.StandardError);
        result["reconstructionNats"] = Number(account.Reconstruction);
        result["klNats"] = Number(account.Kl);
        result["mutualInformationNats"] = Number(account.MutualInformation);
        result["natsPerDim"] = Number(account.NatsPerDim);
        result["bitsPerDim"] = Number(account.BitsPerDim);
        result["activeUnits"] = account.ActiveUnits;
        return result;
    }

    /// <summary>
    /// Where the rate goes, in nats per image; terms of single dimensions need a prior that factorises.
    /// </summary>
    public static JsonObject Rate(RateAccount account) => new()
    {
        ["examples"] = account.N,
        ["mutualInformationNats"] = Number(account.MutualInformation),
        ["mutualInformationStandardErrorNats"] = Number(account.StandardError),
        ["mutualInformationCeilingNats"] = Number(account.Ceiling),
        ["totalCorrelationNats"] = Number(account.TotalCorrelation),
        ["discriminatorTotalCorrelationNats"] = Number(account.DiscriminatorTotalCorrelation),
        ["dimensionKlNats"] = Number(account.DimensionKl),
        ["marginalKlNats"] = Number(account.MarginalKl),
        ["logPriorNats"] = Number(account.LogPrior),
        ["entropyNats"] = Number(account.Entropy),
        ["conditionalEntropyNats"] = Number(account.ConditionalEntropy),
        ["relativeResidual"] = Number(account.Residual),
        ["klPerDimensionNats"] = account.Factorises
            ? new JsonArray([.. account.KlPerDimension.Select(kl => Number(kl))])
            : null,
        ["verdict"] = account.Factorises ? Collapse.Of(account).Text : null,
    };

    /// <summary>−log p(x) by importance sampling, in nats per image: an upper bound, in expectation.</summary>
    public static JsonObject Nll(NllEstimate estimate) => new()
    {
        ["samples"] = estimate.K,
        ["images"] = estimate.N,
        ["nats"] = Number(estimate.Nll),
        ["standardErrorNats"] = Number(estimate.StandardError),
        ["samplingErrorNats"] = Number(estimate.SamplingError),
        ["effectiveSamples"] = Number(estimate.EffectiveSamples),
    };

    public static string Line(JsonObject result) => result.ToJsonString(OneLine);

    /// <summary>JSON has no NaN: what was not measured is null.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;
}
