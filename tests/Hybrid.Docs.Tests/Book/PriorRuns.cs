using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary><c>count: priors file=bench/results/priors.json</c>: runs of <c>hybrid evaluate</c>, by prior.</summary>
static class PriorRuns
{
    public static string Table(BlockArguments arguments)
    {
        using var file = JsonDocument.Parse(Repository.Read(arguments.Get("file", "")));
        var table = new Table(
            "Prior", "Runs", "−ELBO", "Apart", "Reconstruction", "Rate", "I_q", "KL(q(z) ‖ p(z))");
        var runs = file.RootElement.GetProperty("runs").EnumerateArray().ToList();
        foreach (var group in runs.GroupBy(run => run.GetProperty("prior").GetString()!))
        {
            double[] Each(string name) => [.. group.Select(run => run.GetProperty(name).GetDouble())];
            double[] OfRate(string name) =>
                [.. group.Select(run => run.GetProperty("rate").GetProperty(name).GetDouble())];
            var elbo = Each("negativeElboNats");
            table.Row(
                $"`{group.Key}`", elbo.Length, Number(elbo.Average()), Number(elbo.Max() - elbo.Min()),
                Number(Each("reconstructionNats").Average()), Number(Each("klNats").Average()),
                Number(OfRate("mutualInformationNats").Average()), Number(OfRate("marginalKlNats").Average()));
        }
        return table.ToString();
    }

    static string Number(double nats) => FormattableString.Invariant($"{nats:F2}");
}
