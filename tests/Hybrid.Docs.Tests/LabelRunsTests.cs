using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>What chapter 24 says of its runs is so, in every seed.</summary>
[TestFixture]
public sealed class LabelRunsTests
{
    const string Alone = "labels alone";

    sealed record Run(string Model, int Seed, double Information, double Error, double StandardError, double Unlabelled,
        double Reconstruction, double Rate, double CrossEntropy);

    static readonly Run[] Runs = Read();

    static Run[] Read()
    {
        using var file = JsonDocument.Parse(Repository.Read("bench/results/labels.json"));
        return
        [
            .. from run in file.RootElement.GetProperty("runs").EnumerateArray()
               let number = (Func<string, double>)(name => run.GetProperty(name).GetDouble())
               select new Run(
                   run.GetProperty("model").GetString()!, run.GetProperty("seed").GetInt32(), number("informationNats"),
                   number("errorPercent"), number("errorStandardErrorPercent"), number("unlabelledBoundNats"),
                   number("reconstructionNats"), number("rateNats"), number("crossEntropyNats")),
        ];
    }

    static Run Of(string model, int seed) => Runs.Single(run => run.Model == model && run.Seed == seed);

    static readonly int[] Seeds = [1, 2];

    [Test]
    public void Two_seeds_of_six_models() => Assert.That(
        Runs.GroupBy(run => run.Model).Select(group => group.Count()), Is.EqualTo(new[] { 2, 2, 2, 2, 2, 2 }));

    [TestCase("M2, α 1")]
    [TestCase("M2, α 10")]
    public void The_bound_lowers_the_information_and_the_classifier_is_worse(string model)
    {
        foreach (var seed in Seeds)
        {
            var (plain, alone) = (Of(model, seed), Of(Alone, seed));
            Assert.That(plain.Information, Is.LessThan(alone.Information));
            Assert.That(plain.Error, Is.GreaterThan(alone.Error + 4 * alone.StandardError));
        }
    }

    [TestCase("M2, α 1", "M2, α 1, mi 10")]
    [TestCase("M2, α 10", "M2, α 10, mi 3")]
    [TestCase("M2, α 10", "M2, α 10, mi 10")]
    public void The_term_raises_it_lowers_the_error_and_costs_about_a_nat(string plain, string raised)
    {
        foreach (var seed in Seeds)
        {
            var (without, with) = (Of(plain, seed), Of(raised, seed));
            Assert.That(with.Information, Is.GreaterThan(Of(Alone, seed).Information));
            Assert.That(with.Error, Is.LessThan(without.Error - 4 * without.StandardError));
            Assert.That(with.Unlabelled - without.Unlabelled, Is.InRange(0.3, 2));
        }
    }

    /// <summary>The labels alone are beaten in one seed and not in the other.</summary>
    [Test]
    public void It_depends_on_the_hundred()
    {
        string[] raised = ["M2, α 1, mi 10", "M2, α 10, mi 3", "M2, α 10, mi 10"];
        foreach (var model in raised)
        {
            Assert.That(Of(model, 2).Error, Is.LessThan(Of(Alone, 2).Error - 4 * Of(model, 2).StandardError));
            Assert.That(Of(model, 1).Error, Is.GreaterThan(Of(Alone, 1).Error));
        }
    }

    /// <summary>Where the nat is lost, and that a sure classifier need not be right.</summary>
    [Test]
    public void The_reconstruction_pays_and_the_rate_of_z_falls()
    {
        foreach (var seed in Seeds)
        {
            var (without, with) = (Of("M2, α 10", seed), Of("M2, α 10, mi 10", seed));
            Assert.That(with.Reconstruction - without.Reconstruction, Is.InRange(0.8, 1.5));
            Assert.That(without.Rate - with.Rate, Is.InRange(0.3, 0.9));
        }
        foreach (var alpha in (int[])[1, 10])
            Assert.That(Of($"M2, α {alpha}, mi 10", 1).CrossEntropy,
                Is.GreaterThan(2 * Of($"M2, α {alpha}", 1).CrossEntropy));
    }
}
