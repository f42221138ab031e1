using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>What chapter 15 says of its runs is so.</summary>
[TestFixture]
public sealed class PriorRunsTests
{
    sealed record Run(string Prior, double NegativeElbo, double MarginalKl, double Information, double Ceiling);

    static readonly Run[] Runs = Read();

    static Run[] Read()
    {
        using var file = JsonDocument.Parse(Repository.Read("bench/results/priors.json"));
        return
        [
            .. from run in file.RootElement.GetProperty("runs").EnumerateArray()
               let number = (Func<string, double>)(name => run.GetProperty(name).GetDouble())
               select new Run(
                   run.GetProperty("model").GetString()!, number("negativeElboNats"), number("marginalKlNats"),
                   number("mutualInformationNats"), number("mutualInformationCeilingNats")),
        ];
    }

    static IEnumerable<Run> Of(string prior) => Runs.Where(run => run.Prior == prior);

    [Test]
    public void Three_seeds_of_six_priors() => Assert.That(
        Runs.GroupBy(run => run.Prior).Select(group => group.Count()), Is.EqualTo(new[] { 3, 3, 3, 3, 3, 3 }));

    [TestCase("vamp")]
    [TestCase("gtm")]
    [TestCase("gtm-vamp")]
    [TestCase("flow")]
    public void A_prior_that_pays_saves_marginal_kl(string prior)
    {
        Assert.That(Of(prior).Max(run => run.NegativeElbo), Is.LessThan(Of("standard").Min(run => run.NegativeElbo)));
        Assert.That(Of(prior).Max(run => run.MarginalKl), Is.LessThan(Of("standard").Min(run => run.MarginalKl)));
    }

    [Test]
    public void A_plain_mixture_gains_nothing() => Assert.That(
        Of("mog").Average(run => run.NegativeElbo), Is.GreaterThan(Of("standard").Min(run => run.NegativeElbo)));

    [Test]
    public void Z_names_its_example() =>
        Assert.That(Runs.Select(run => run.Ceiling - run.Information), Has.All.InRange(0, 0.1));
}
