using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>What chapter 23 says of its digits is so.</summary>
[TestFixture]
public sealed class HierarchyRunsTests
{
    static readonly JsonElement Report =
        JsonDocument.Parse(Repository.Read("bench/results/hierarchy.json")).RootElement;

    static JsonElement Model(string name) => Report.GetProperty("models").EnumerateArray()
        .Single(model => model.GetProperty("name").GetString() == name);

    static double Nats(string model, string of = "nllNats") => Model(model).GetProperty(of).GetDouble();

    [Test]
    public void Its_sizes_are_those_of_the_chapter() => Assert.That(
        ((string[])["trainingImages", "testImages", "draws"]).Select(name => Report.GetProperty(name).GetInt32()),
        Is.EqualTo(new[] { 9000, 1000, 500 }));

    /// <summary>Another program, another model class, the same bits.</summary>
    [TestCase("1 level", "vae")]
    [TestCase("1 level, warm-up", "vae, warm-up")]
    public void One_level_is_the_VAE_of_chapter_16(string one, string vae)
    {
        using var nll = JsonDocument.Parse(Repository.Read("bench/results/nll.json"));
        var run = nll.RootElement.GetProperty("runs").EnumerateArray()
            .Single(run => run.GetProperty("model").GetString() == vae);
        Assert.That(Model(one).GetProperty("parametersHash").GetString(),
            Is.EqualTo(run.GetProperty("parametersHash").GetString()));
    }

    static double[] Rates(string model) => [.. Model(model).GetProperty("ratesNats").GetString()!.Split(" + ")
        .Select(rate => double.Parse(rate, System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>Ten standard errors of the difference, over the images.</summary>
    [TestCase("2 levels up")]
    [TestCase("2 levels up, warm-up")]
    [TestCase("2 levels down, warm-up")]
    public void A_second_level_lowers_it(string model) => Assert.That(
        Nats(model, "lessNats"), Is.LessThan(-10 * Nats(model, "lessStandardErrorNats")));

    [Test]
    public void One_level_gains_nothing_from_the_warm_up() => Assert.That(
        Nats("1 level, warm-up", "lessNats"),
        Is.Zero.Within(2 * Nats("1 level, warm-up", "lessStandardErrorNats")));

    [TestCase("up")]
    [TestCase("down")]
    public void A_third_level_adds_less_than_the_second(string direction)
    {
        var second = Nats("1 level, warm-up") - Nats($"2 levels {direction}, warm-up");
        var third = Nats($"2 levels {direction}, warm-up") - Nats($"3 levels {direction}, warm-up");
        Assert.That(third, Is.GreaterThan(0).And.LessThan(second / 2));
    }

    [Test]
    public void A_ladder_without_warm_up_leaves_little_to_its_first_level()
    {
        const string ladder = "2 levels down";
        Assert.That(Nats(ladder, "lessNats"), Is.GreaterThan(10 * Nats(ladder, "lessStandardErrorNats")));
        Assert.That(Rates(ladder)[0], Is.LessThan(5).And.LessThan(Rates(ladder)[1] / 3));
        Assert.That(Model(ladder).GetProperty("activeUnits").GetString(), Is.EqualTo("40, 20"));
        Assert.That(Rates("2 levels down, warm-up")[0], Is.GreaterThan(3 * Rates(ladder)[0]));
    }
}
