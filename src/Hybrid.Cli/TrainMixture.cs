using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Models;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid train mixture</c>.</summary>
static class TrainMixture
{
    /// <summary>More components than this are not listed one by one.</summary>
    const int Listed = 25;

    public static Command Command()
    {
        var defaults = new MixtureRunOptions();
        var command = new Command(
            "mixture",
            "Fit a mixture of Gaussians by EM (Dempster, Laird, Rubin 1977); every figure in nats per row.");
        Option<T> Add<T>(string name, string help, string value, T start) =>
            CommandOptions.Add(command, name, help, value, start);
        var data = Add("--data", "scg, grid, rings, moons or swirl (made here), or a CSV file, a point a line.", "DATA",
            defaults.Data);
        var components = Add("--components", "Gaussians, each with a variance per dimension.", "K",
            defaults.Components);
        var steps = Add("--steps", "Steps of EM at most.", "N", defaults.Steps);
        var tolerance = Add("--tolerance", "Stop where a step gains less, in nats per row.", "GAIN",
            defaults.Tolerance);
        var seed = Add("--seed", "Equal seeds give equal bits, on every device.", "N", defaults.Seed);
        var folder = Add<string?>("--out", "Folder of the result; runs/mixture-N unless told.", "FOLDER", null);
        var resume = Add<string?>("--resume", "Go on from a saved mixture instead of from seeds.", "FILE", null);
        var json = CommandOptions.Json(command);
        var device = new DeviceOptions();
        device.AddTo(command);

        command.SetAction((parsed, cancellation) =>
        {
            var options = new MixtureRunOptions
            {
                Data = parsed.GetValue(data)!, Components = parsed.GetValue(components),
                Steps = parsed.GetValue(steps), Tolerance = parsed.GetValue(tolerance), Seed = parsed.GetValue(seed),
            }.Validated();
            var start = parsed.GetValue(resume) is { } path ? Read(path, parsed.GetResult(components)) : null;
            using var opened = device.Open(parsed);
            var run = new MixtureRun(opened, options, start);
            var asJson = parsed.GetValue(json);
            var output = asJson ? Console.Error : Console.Out;
            output.WriteLine(opened.Description);
            var (K, points) = (run.Fit.Parameters.K, run.Points);
            output.WriteLine(Invariant($"mixture of {K} · {points.N:N0} rows of {points.D} · data {points.Name}"));
            run.Run(report => output.WriteLine(Line(report, options.Steps)), cancellation);
            var target = Path.Combine(parsed.GetValue(folder) ?? VaeRun.NextFolder("mixture"), MixtureCheckpoint.FileName);
            MixtureCheckpoint.Save(target, run);
            if (K <= Listed) List(output, run.Fit.Parameters);
            output.WriteLine(Invariant(
                $"{(run.Converged ? "converged" : "stopped")} · log p {run.LogLikelihood:F6} nats a row · {target}"));
            if (asJson) Console.WriteLine(Result(run, opened.Description, target));
            return Task.FromResult(0);
        });
        return command;
    }

    static MixtureParameters Read(string path, System.CommandLine.Parsing.OptionResult? components)
    {
        if (components is { Implicit: false })
            throw new UserError("--components", "was decided when the fit started", "leave it out with --resume");
        return MixtureCheckpoint.Read(path).Parameters;
    }

    static string Line(MixtureReport report, int steps) => Invariant(
        $"step {report.Step,4}/{steps} │ log p {report.LogLikelihood,12:F6} nats")
        + (double.IsNaN(report.Gain) ? "" : Invariant($" │ gain {report.Gain:E2}"));

    static void List(TextWriter output, MixtureParameters p)
    {
        for (var k = 0; k < p.K; k++)
        {
            output.Write(Invariant($"w {p.Weights[k]:F4} │ mean"));
            for (var d = 0; d < p.D; d++) output.Write(Invariant($" {p.Mu[k * p.D + d],8:F4}"));
            output.Write(" │ σ");
            for (var d = 0; d < p.D; d++) output.Write(Invariant($" {Math.Exp(0.5 * p.LogVar[k * p.D + d]):F4}"));
            output.WriteLine();
        }
    }

    static string Result(MixtureRun run, string device, string target)
    {
        var p = run.Fit.Parameters;
        return VaeResult.Line(new()
        {
            ["model"] = "mixture",
            ["device"] = device,
            ["data"] = run.Points.Name,
            ["rows"] = run.Points.N,
            ["components"] = p.K,
            ["steps"] = run.Steps,
            ["converged"] = run.Converged,
            ["logLikelihoodNats"] = VaeResult.Number(run.LogLikelihood),
            ["bitsPerDim"] = VaeResult.Number(-run.LogLikelihood / p.D / Math.Log(2)),
            ["weights"] = new JsonArray([.. p.Weights.Select(w => (JsonNode)w)]),
            ["means"] = Numbers(p.Mu),
            ["logVariances"] = Numbers(p.LogVar),
            ["file"] = target,
        });
    }

    static JsonArray Numbers(float[] values) => new([.. values.Select(v => (JsonNode)v)]);

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
