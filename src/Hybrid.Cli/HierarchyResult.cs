using System.Text.Json.Nodes;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>The figures of a hierarchy as JSON, level by level; every name carries its unit.</summary>
static class HierarchyResult
{
    /// <summary>Of a run, finished or not.</summary>
    public static JsonObject Of(HierarchyTrainer trainer, string folder)
    {
        var history = trainer.History;
        return new()
        {
            ["model"] = HierarchyCheckpoint.Kind,
            ["device"] = trainer.Vae.Device.Description,
            ["options"] = JsonNode.Parse(trainer.Options.ToJson()),
            ["finished"] = trainer.IsFinished,
            ["epochs"] = history.Count,
            ["trainingSeconds"] = history.Count > 0 ? history[^1].TrainingSeconds : 0,
            ["test"] = history.Count > 0 ? Account(history[^1].Test) : null,
            ["sigma"] = VaeResult.Number(trainer.Vae.Sigma),
            ["parametersHash"] = ParametersHash.Of(trainer.Vae.Device, trainer.Vae.Parameters),
            ["checkpoint"] = Path.Combine(folder, HierarchyCheckpoint.FileName),
        };
    }

    /// <summary>
    /// Of a trained model on a test set; −log p(x) too, where <paramref name="draws"/> are asked for.
    /// </summary>
    public static JsonObject Evaluate(
        HierarchyCheckpoint checkpoint, Device device, string? data, int? draws)
    {
        var vae = checkpoint.Load(device);
        var (options, test) = (checkpoint.Options.Vae, checkpoint.LoadData(data).Test);
        var evaluation = new HierarchyEvaluation(vae, new(device, test, options.Levels), options.Binarize);
        var result = new JsonObject
        {
            ["model"] = HierarchyCheckpoint.Kind,
            ["device"] = device.Description,
            ["data"] = test.Name,
            ["images"] = test.N,
            ["inference"] = JsonNode.Parse(checkpoint.Options.ToJson())!["inference"]!.DeepClone(),
            ["beta"] = options.Beta,
            ["remedy"] = options.Remedy,
        };
        foreach (var (name, value) in Account(evaluation.Run())) result[name] = value?.DeepClone();
        if (draws is { } K) result["nll"] = VaeResult.Nll(evaluation.Nll(K));
        result["sigma"] = VaeResult.Number(vae.Sigma);
        result["parametersHash"] = ParametersHash.Of(device, vae.Parameters);
        return result;
    }

    /// <summary>−ELBO = reconstruction + Σ rates, in nats per image.</summary>
    static JsonObject Account(HierarchyAccount account) => new()
    {
        ["negativeElboNats"] = VaeResult.Number(account.NegativeElbo),
        ["standardErrorNats"] = VaeResult.Number(account.StandardError),
        ["reconstructionNats"] = VaeResult.Number(account.Reconstruction),
        ["rateNats"] = VaeResult.Number(account.Rate),
        ["marginalKlNats"] = account.MarginalKl is { } nats ? VaeResult.Number(nats) : null,
        ["bitsPerDim"] = VaeResult.Number(account.NegativeElbo / account.DataDim / Math.Log(2)),
        ["mutualInformationCeilingNats"] = VaeResult.Number(account.Ceiling),
        ["levels"] = new JsonArray([.. account.Levels.Select(Level)]),
        ["verdict"] = Verdict(account),
    };

    static JsonNode Level(LevelAccount level, int t) => new JsonObject
    {
        ["level"] = t + 1,
        ["dimensions"] = level.Dimensions,
        ["rateNats"] = VaeResult.Number(level.Rate),
        ["activeUnits"] = level.ActiveUnits,
        ["mutualInformationNats"] = level.MutualInformation is { } nats ? VaeResult.Number(nats) : null,
        ["mutualInformationStandardErrorNats"] =
            level.InformationError is { } error ? VaeResult.Number(error) : null,
    };

    static string Verdict(HierarchyAccount account)
    {
        string[] collapsed =
        [
            .. account.Levels.Select((level, t) => (level, t)).Where(one => one.level.HasCollapsed)
                .Select(one => $"z_{one.t + 1}"),
        ];
        return collapsed.Length == 0
            ? "no level has collapsed"
            : $"collapsed: {string.Join(", ", collapsed)} of {account.Levels.Count} levels";
    }
}
