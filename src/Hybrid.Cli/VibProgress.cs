using System.Text.Json.Nodes;
using Hybrid.Information;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>
/// Runs bottlenecks one after the other, says how they do, and keeps where each ends in the plane.
/// </summary>
sealed class VibProgress(TextWriter writer)
{
    readonly List<string> lines = [];
    readonly JsonArray plane = [];
    JsonObject? result;

    public void Train(VibTrainer trainer, string folder, CancellationToken cancellation)
    {
        var (options, shape) = (trainer.Options, trainer.Vib.Shape);
        var widths = string.Join('-', [shape.DataDim, .. shape.Hidden]);
        var header = Invariant($"vib {widths}-z{shape.Latent}-{shape.Classes}")
            + Invariant($" · {options.Covariance.ToString().ToLowerInvariant()} covariance · β {options.Beta}")
            + Invariant($" · {trainer.StepsPerEpoch} steps an epoch · data {options.Data}");
        var path = new FolderRun<VibReport>(
            trainer, VibCheckpoint.Kind, [header], path => VibCheckpoint.Save(path, trainer),
            report => Invariant($"epoch {report.Epoch,3}/{options.Epochs} β {options.Beta} │ ")
                + Text(report.Test)
                + Invariant($" │ train CE {report.TrainCrossEntropy:F4} rate {report.TrainRate:F2}")
                + Invariant($" │ {report.StepsPerSecond:F0} steps/s"))
            .Train(folder, writer, cancellation);
        if (trainer.History is [.., var last]) lines.Add(Invariant($"β {options.Beta,-8} │ {Text(last.Test)}"));
        result ??= new()
        {
            ["model"] = "vib",
            ["device"] = trainer.Vib.Device.Description,
            ["options"] = JsonNode.Parse(options.ToJson()),
            ["trainingImages"] = trainer.TrainingSet.N,
        };
        plane.Add(Point(trainer, path));
    }

    /// <summary>Where each β ended: what z knows of y against what it keeps of x.</summary>
    public void Plane()
    {
        foreach (var line in lines) writer.WriteLine(line);
    }

    /// <summary>The same as one line of JSON.</summary>
    public string Json()
    {
        result ??= new() { ["model"] = "vib" };
        result["plane"] = plane;
        return VaeResult.Line(result);
    }

    static string Text(BottleneckAccount test) => Invariant(
        $"I(Z;Y) ≥ {test.LabelInformation:F4} nats {Bits(test.LabelInformation):F4} bits")
        + Invariant($" of {Bits(test.LabelEntropy):F4}")
        + Invariant($" │ I(Z;X) ≤ {test.DataInformation:F3} nats {Bits(test.DataInformation):F3} bits")
        + Invariant($" │ error {100 * test.Error:F2} ±{100 * test.StandardError:F2} %")
        + Invariant($", one draw {100 * test.ErrorOfOneDraw:F2} %");

    static JsonObject Point(VibTrainer trainer, string checkpoint)
    {
        var point = new JsonObject { ["beta"] = trainer.Options.Beta, ["epochs"] = trainer.History.Count };
        if (trainer.History is [.., { Test: var test }]) Account(point, test);
        point["parametersHash"] = ParametersHash.Of(trainer.Vib.Device, trainer.Vib.Parameters);
        point["checkpoint"] = checkpoint;
        return point;
    }

    /// <summary>Adds where a bottleneck ended in the plane, and its errors.</summary>
    public static void Account(JsonObject result, BottleneckAccount test)
    {
        result["labelEntropyNats"] = VaeResult.Number(test.LabelEntropy);
        result["crossEntropyNats"] = VaeResult.Number(test.CrossEntropy);
        result["labelInformationNats"] = VaeResult.Number(test.LabelInformation);
        result["labelInformationBits"] = VaeResult.Number(Bits(test.LabelInformation));
        result["dataInformationNats"] = VaeResult.Number(test.DataInformation);
        result["dataInformationBits"] = VaeResult.Number(Bits(test.DataInformation));
        result["errorPercent"] = VaeResult.Number(100 * test.Error);
        result["errorStandardErrorPercent"] = VaeResult.Number(100 * test.StandardError);
        result["errorOfOneDrawPercent"] = VaeResult.Number(100 * test.ErrorOfOneDraw);
    }

    static double Bits(double nats) => nats / Math.Log(2);

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
