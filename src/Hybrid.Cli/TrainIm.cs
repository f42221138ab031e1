using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid train im</c>.</summary>
static class TrainIm
{
    public static Command Command()
    {
        var defaults = new ImRunOptions();
        var command = new Command("im",
            "Find the linear encoder whose noisy output tells most about x, by the IM algorithm"
            + " (Barber & Agakov 2003).");
        Option<T> Add<T>(string name, string help, string value, T start) =>
            CommandOptions.Add(command, name, help, value, start);
        var data = Add("--data", "scg, grid, rings, moons or swirl (made here), or a CSV file, a point a line.", "DATA",
            defaults.Data);
        var outputs = Add("--outputs", "Outputs of the channel, at most the data's columns.", "K", defaults.Outputs);
        var sigma = Add("--sigma", "Standard deviation of its noise.", "S", defaults.Sigma);
        var steps = Add("--steps", "Steps of encoder and decoder.", "N", defaults.Steps);
        var rate = Add("--lr", "The encoder's step; it falls to 0 at the last one.", "RATE", defaults.LearningRate);
        var seed = Add("--seed", "Equal seeds give equal bits, on every device.", "N", defaults.Seed);
        var folder = new RunFolderOptions(command, ImCheckpoint.Kind, "Folder of the run",
            "Continue a run from its folder or checkpoint; only --steps and --device may change.", [],
            steps.Name);

        command.SetAction(parsed =>
        {
            if (folder.Resumed(parsed) is { } resumed)
            {
                using var device = folder.Open(parsed);
                var run = ImRun.Resume(device, resumed.Path, resumed.Length);
                return Train(run, device.Description, folder.Json(parsed));
            }
            var options = new ImRunOptions
            {
                Data = parsed.GetValue(data)!, Outputs = parsed.GetValue(outputs), Sigma = parsed.GetValue(sigma),
                Steps = parsed.GetValue(steps), LearningRate = parsed.GetValue(rate), Seed = parsed.GetValue(seed),
            }.Validated();
            using var opened = folder.Open(parsed);
            var started = ImRun.Start(opened, options, folder.ForNewRun(parsed));
            return Train(started, opened.Description, folder.Json(parsed));
        });
        return command;
    }

    static int Train(ImRun run, string device, bool json)
    {
        using var stop = new StopSignal();
        var (output, options, channel) = (json ? Console.Error : Console.Out, run.Options, run.Channel);
        output.WriteLine(device);
        output.WriteLine(Invariant($"channel of {channel.K} from {channel.D} · σ {options.Sigma}")
            + Invariant($" · {run.Points.N:N0} rows · data {run.Points.Name}, taken as Gaussian"));
        run.Run(() => output.WriteLine(Invariant($"step {channel.Steps,5}/{options.Steps}")
            + Invariant($" │ I(x;y) ≥ {channel.Bound:F6} nats {channel.Bound / Math.Log(2):F6} bits")), stop.Token);
        output.WriteLine(run.IsFinished
            ? $"finished · {run.CheckpointPath}"
            : $"stopped · continue with: hybrid train im --resume {run.CheckpointPath}");
        if (json)
        {
            var result = Result(channel, device, run.Points.Name);
            result["finished"] = run.IsFinished;
            result["checkpoint"] = run.CheckpointPath;
            Console.WriteLine(VaeResult.Line(result));
        }
        return run.IsFinished ? 0 : StopSignal.ExitCode;
    }

    /// <summary>What a channel tells of some data, nats.</summary>
    public static JsonObject Result(InformationMaximization im, string device, string data)
    {
        var encoder = im.Encoder;
        return new()
        {
            ["model"] = ImCheckpoint.Kind,
            ["device"] = device,
            ["data"] = data,
            ["rows"] = im.N,
            ["steps"] = im.Steps,
            ["dataEntropyNats"] = VaeResult.Number(im.DataEntropy),
            ["informationNats"] = VaeResult.Number(im.Bound),
            ["informationBits"] = VaeResult.Number(im.Bound / Math.Log(2)),
            ["encoder"] = new JsonArray([.. Enumerable.Range(0, im.K).Select(k =>
                new JsonArray([.. Enumerable.Range(0, im.D).Select(d => (JsonNode)encoder[d, k])]))]),
        };
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
