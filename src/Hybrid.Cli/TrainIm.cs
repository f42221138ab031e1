using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Models;
using Hybrid.Training;
using Hybrid.Training.Data;

namespace Hybrid.Cli;

/// <summary><c>hybrid train im</c>.</summary>
static class TrainIm
{
    const int Lines = 20;

    public static Command Command()
    {
        var command = new Command("im",
            "Find the linear encoder whose noisy output tells most about x, by the IM algorithm"
            + " (Barber & Agakov 2003).");
        Option<T> Add<T>(string name, string help, string value, T start) =>
            CommandOptions.Add(command, name, help, value, start);
        var data = Add("--data", "grid, rings or moons (made here), or a CSV file, a point a line.", "DATA", "moons");
        var outputs = Add("--outputs", "Outputs of the channel, at most the data's columns.", "K", 1);
        var sigma = Add("--sigma", "Standard deviation of its noise.", "S", 0.5);
        var steps = Add("--steps", "Steps of encoder and decoder.", "N", 500);
        var rate = Add("--lr", "The encoder's step; it falls to 0 at the last one.", "RATE", 0.1);
        var seed = Add("--seed", "Equal seeds give equal bits, on every device.", "N", 0UL);
        var json = CommandOptions.Json(command);
        var device = new DeviceOptions();
        device.AddTo(command);

        command.SetAction((parsed, cancellation) =>
        {
            var (K, S, N) = (parsed.GetValue(outputs), parsed.GetValue(sigma), parsed.GetValue(steps));
            var lr = parsed.GetValue(rate);
            Require(N is > 0 and <= 1_000_000, "--steps", N, "give 1 to 1,000,000");
            Require(S is >= 1e-3 and <= 1e3, "--sigma", S, "give a number from 1e-3 to 1e3");
            Require(lr > 0 && double.IsFinite(lr), "--lr", lr, "give a number > 0");
            var points = Points.Load(parsed.GetValue(data)!, parsed.GetValue(seed)).RequireSpread(1);
            Require(K >= 1 && K <= points.D, "--outputs", K, $"give 1 to {points.D}, the columns of {points.Name}");
            using var opened = device.Open(parsed);
            var im = Start(() => new InformationMaximization(
                opened, points.Values, points.D, K, S, parsed.GetValue(seed)), points.Name);
            var output = parsed.GetValue(json) ? Console.Error : Console.Out;
            output.WriteLine(opened.Description);
            output.WriteLine(Invariant(
                $"channel of {K} from {points.D} · σ {S} · {points.N:N0} rows · data {points.Name}, taken as Gaussian"));
            for (var step = 1; step <= N && !cancellation.IsCancellationRequested; step++)
            {
                im.Step(lr * (1 - (step - 1.0) / N));
                if (step % Math.Max(1, N / Lines) != 0 && step != N) continue;
                if (!double.IsFinite(im.Bound))
                    throw new UserError(
                        Invariant($"--lr {lr}"), $"left the finite numbers in step {step}", "give a smaller one");
                output.WriteLine(Invariant(
                    $"step {step,5}/{N} │ I(x;y) ≥ {im.Bound:F6} nats {im.Bound / Math.Log(2):F6} bits"));
            }
            if (parsed.GetValue(json)) Console.WriteLine(Result(im, opened.Description, points.Name));
            return Task.FromResult(0);
        });
        return command;
    }

    static InformationMaximization Start(Func<InformationMaximization> start, string data)
    {
        try
        {
            return start();
        }
        catch (ArgumentException e)
        {
            throw new UserError(data, $"fills fewer dimensions than it has columns ({e.Message})",
                "leave out columns that follow from others", e);
        }
    }

    static string Result(InformationMaximization im, string device, string data)
    {
        var encoder = im.Encoder;
        return VaeResult.Line(new()
        {
            ["model"] = "im",
            ["device"] = device,
            ["data"] = data,
            ["rows"] = im.N,
            ["dataEntropyNats"] = VaeResult.Number(im.DataEntropy),
            ["informationNats"] = VaeResult.Number(im.Bound),
            ["informationBits"] = VaeResult.Number(im.Bound / Math.Log(2)),
            ["encoder"] = new JsonArray([.. Enumerable.Range(0, im.K).Select(k =>
                new JsonArray([.. Enumerable.Range(0, im.D).Select(d => (JsonNode)encoder[d, k])]))]),
        });
    }

    static void Require(bool condition, string option, object value, string fix)
    {
        if (!condition) throw new UserError(Invariant($"{option} {value}"), "is out of range", fix);
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
