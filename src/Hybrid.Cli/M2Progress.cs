using System.Text.Json.Nodes;
using Hybrid.Information;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>Runs semi-supervised VAEs one after the other, and says how they do.</summary>
sealed class M2Progress(TextWriter writer)
{
    readonly JsonArray runs = [];
    JsonObject? result;

    public void Train(M2Trainer trainer, string folder, CancellationToken cancellation)
    {
        var (options, shape) = (trainer.Options, trainer.M2.Shape);
        var widths = string.Join('-', [shape.DataDim, .. shape.Hidden]);
        var header = Invariant($"m2 {widths}-y{shape.Classes}-z{shape.Latent}")
            + Invariant($" · {options.Labels:N0} labels of {trainer.TrainingSet.N:N0} images · α {options.Alpha}")
            + Invariant($" · I(x; y) weighs {options.Information} · {trainer.StepsPerEpoch} steps an epoch")
            + $" · data {options.Data}";
        var path = new FolderRun<M2Report>(
            trainer, M2Checkpoint.Kind, [header], path => M2Checkpoint.Save(path, trainer),
            report => Invariant($"epoch {report.Epoch,3}/{options.Epochs} mi {options.Information} │ ")
                + Text(report.Test)
                + Invariant($" │ train L {report.TrainLabelled:F2} U {report.TrainUnlabelled:F2}")
                + Invariant($" CE {report.TrainCrossEntropy:F4} │ {report.StepsPerSecond:F0} steps/s"))
            .Train(folder, writer, cancellation);
        result ??= new()
        {
            ["model"] = M2Checkpoint.Kind,
            ["device"] = trainer.M2.Device.Description,
            ["options"] = JsonNode.Parse(options.ToJson()),
            ["trainingImages"] = trainer.TrainingSet.N,
        };
        var run = new JsonObject { ["informationWeight"] = options.Information, ["epochs"] = trainer.History.Count };
        if (trainer.History is [.., { Test: var test }]) Account(run, test);
        run["parametersHash"] = ParametersHash.Of(trainer.M2.Device, trainer.M2.Parameters);
        run["checkpoint"] = path;
        runs.Add(run);
    }

    /// <summary>One line of JSON.</summary>
    public string Json()
    {
        result ??= new() { ["model"] = M2Checkpoint.Kind };
        result["runs"] = runs;
        return VaeResult.Line(result);
    }

    static string Text(M2Account test) =>
        Invariant($"error {100 * test.Error:F2} ±{100 * test.StandardError:F2} %")
        + Invariant($" │ I(x;y) {test.Information:F4} of {test.InformationCeiling:F4} nats")
        + Invariant($" │ U {test.UnlabelledBound:F3} = recon {test.Reconstruction:F3} + KL(z) {test.Rate:F3}")
        + Invariant($" + I + KL(y) {test.ClassMarginalKl:F4} │ L {test.LabelledBound:F3}");

    /// <summary>Adds both bounds and their parts, and the errors.</summary>
    public static void Account(JsonObject result, M2Account test)
    {
        result["labelledBoundNats"] = VaeResult.Number(test.LabelledBound);
        result["unlabelledBoundNats"] = VaeResult.Number(test.UnlabelledBound);
        result["reconstructionNats"] = VaeResult.Number(test.Reconstruction);
        result["rateNats"] = VaeResult.Number(test.Rate);
        result["labelInformationNats"] = VaeResult.Number(test.Information);
        result["labelInformationCeilingNats"] = VaeResult.Number(test.InformationCeiling);
        result["labelMarginalKlNats"] = VaeResult.Number(test.ClassMarginalKl);
        result["crossEntropyNats"] = VaeResult.Number(test.CrossEntropy);
        result["errorPercent"] = VaeResult.Number(100 * test.Error);
        result["errorStandardErrorPercent"] = VaeResult.Number(100 * test.StandardError);
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
