using System.Globalization;
using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>Tables of what <c>bench -- priors</c> and <c>bench -- nll</c> wrote, <c>file=bench/results/….json</c>.</summary>
static class DigitRuns
{
    /// <summary><c>count: priors</c>: by prior, means over the seeds.</summary>
    public static string Priors(BlockArguments arguments)
    {
        using var file = Read(arguments);
        var table = new Table(
            "Prior", "Runs", "−ELBO", "Apart", "Reconstruction", "Rate", "I_q", "KL(q(z) ‖ p(z))");
        var runs = file.RootElement.GetProperty("runs").EnumerateArray().ToList();
        foreach (var group in runs.GroupBy(run => run.GetProperty("model").GetString()!))
        {
            double[] Each(string name) => [.. group.Select(run => run.GetProperty(name).GetDouble())];
            var elbo = Each("negativeElboNats");
            table.Row(
                $"`{group.Key}`", elbo.Length, Number(elbo.Average()), Number(elbo.Max() - elbo.Min()),
                Number(Each("reconstructionNats").Average()), Number(Each("klNats").Average()),
                Number(Each("mutualInformationNats").Average()), Number(Each("marginalKlNats").Average()));
        }
        return table.ToString();
    }

    /// <summary><c>count: nll</c>: each model, in the study's order, and where it was trained.</summary>
    public static string Nll(BlockArguments arguments)
    {
        using var file = Read(arguments);
        var table = new Table("Model", "−log p(x), at most", "±", "draws that count", "−ELBO", "published");
        foreach (var model in file.RootElement.GetProperty("models").EnumerateArray())
            table.Row(
                model.GetProperty("name").GetString()!, Of(model, "nllNats"), Of(model, "nllStandardErrorNats"),
                Of(model, "effectiveSamples"), Of(model, "negativeElboNats"), Of(model, "publishedNats"));
        return $"*{About(file.RootElement)}*\n\n{table}";
    }

    /// <summary><c>count: nll-differences</c>: pairs of models whose figures are published.</summary>
    public static string Differences(BlockArguments arguments)
    {
        using var file = Read(arguments);
        var table = new Table("−log p(x) of", "less that of", "nats", "±", "published");
        foreach (var pair in file.RootElement.GetProperty("differences").EnumerateArray())
            table.Row(
                pair.GetProperty("first").GetString()!, pair.GetProperty("second").GetString()!, Of(pair, "nats"),
                Of(pair, "standardErrorNats"), Of(pair, "publishedNats"));
        return table.ToString();
    }

    /// <summary><c>count: pictures</c>: how a diffusion of digits was trained, and what it took.</summary>
    public static string Pictures(BlockArguments arguments)
    {
        using var file = Read(arguments);
        var (root, options) = (file.RootElement, file.RootElement.GetProperty("options"));
        var epochs = root.GetProperty("epochs").EnumerateArray().ToList();
        var steps = root.GetProperty("trainingImages").GetInt32() / options.GetProperty("batchSize").GetInt32();
        // A processor's seconds of all epochs, over two cores that have nothing else to do.
        var alone = root.GetProperty("processorSecondsPerEpoch").GetDouble() * epochs.Count / 120;
        var table = new Table("Trained numbers", "Epochs", "Steps", "Error of v, first epoch", "last",
            "Processor time, on two cores", "By the clock, beside other work");
        table.Row(
            root.GetProperty("parameters").GetInt64().ToString("N0", CultureInfo.InvariantCulture), epochs.Count,
            (steps * epochs.Count).ToString("N0", CultureInfo.InvariantCulture), Of(epochs[0], "trainError"),
            Of(epochs[^1], "trainError"), FormattableString.Invariant($"{alone:F0} minutes"),
            FormattableString.Invariant($"{root.GetProperty("trainingSeconds").GetDouble() / 60:F0} minutes"));
        return table.ToString();
    }

    static JsonDocument Read(BlockArguments arguments) =>
        JsonDocument.Parse(Repository.Read(arguments.Get("file", "")));

    static string About(JsonElement root)
    {
        var machine = root.GetProperty("machine");
        return string.Create(CultureInfo.InvariantCulture,
            $"{machine.GetProperty("cpu")} · {machine.GetProperty("isa")} · {machine.GetProperty("threads")} threads · "
            + $"{root.GetProperty("date")} · all of it in {root.GetProperty("seconds").GetDouble() / 60:F0} minutes");
    }

    static string Of(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? Number(value.GetDouble()) : "";

    static string Number(double nats) => FormattableString.Invariant($"{nats:F2}");
}
