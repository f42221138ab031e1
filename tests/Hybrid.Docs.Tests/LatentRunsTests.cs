using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>What chapter 27 says of its runs is so.</summary>
[TestFixture]
public sealed class LatentRunsTests
{
    static readonly JsonElement Report =
        Repository.Result("latent.json");

    static double Of(double beta, string prior, string figure) => Report.GetProperty("rows").EnumerateArray()
        .Single(row => row.GetProperty("beta").GetDouble() == beta && row.GetProperty("prior").GetString() == prior)
        .GetProperty(figure).GetDouble();

    [TestCase(1)]
    [TestCase(0.25)]
    public void Every_row_closes_and_the_two_estimates_agree(double beta)
    {
        foreach (var prior in (string[])["its own", "diffusion, vlb", "diffusion, itd"])
        {
            Assert.That(Of(beta, prior, "negativeElbo"),
                Is.EqualTo(Of(beta, prior, "distortion") + Of(beta, prior, "rate")).Within(1e-9));
            Assert.That(Of(beta, prior, "rate"),
                Is.EqualTo(Of(beta, prior, "mutualInformation") + Of(beta, prior, "marginalKl")).Within(1e-9));
        }
        Assert.That(Of(beta, "diffusion, vlb", "rate"), Is.EqualTo(Of(beta, "diffusion, itd", "rate")).Within(
            2 * Of(beta, "diffusion, vlb", "rateStandardError")));
        Assert.That(Of(beta, "its own", "mutualInformation"), Is.EqualTo(Math.Log(1000)).Within(0.03), "at its ceiling");
    }

    [Test]
    public void What_is_said_of_them()
    {
        double Saved(double beta) => Of(beta, "its own", "negativeElbo") - Of(beta, "diffusion, vlb", "negativeElbo");
        double Worse(string prior) => Of(0.25, prior, "negativeElbo") - Of(1, prior, "negativeElbo");
        Assert.That(Of(1, "its own", "negativeElbo"), Is.EqualTo(112.7).Within(0.05), "the question");
        Assert.That(Saved(0.25) / Saved(1), Is.EqualTo(2).Within(0.25), "worth twice as much");
        Assert.That(Worse("its own"), Is.EqualTo(8).Within(0.5), "worse by eight");
        Assert.That(Worse("diffusion, vlb"), Is.EqualTo(4).Within(0.5), "by four");
        // Chapter 15's best prior against its standard one.
        using var priors = JsonDocument.Parse(Repository.Read("bench/results/priors.json"));
        double Mean(string prior) => priors.RootElement.GetProperty("runs").EnumerateArray()
            .Where(run => run.GetProperty("model").GetString() == prior)
            .Average(run => run.GetProperty("negativeElboNats").GetDouble());
        Assert.That(Saved(1), Is.GreaterThan(Mean("standard") - Mean("flow")), "more than any prior of chapter 15");
    }
}
