using System.Globalization;
using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>What chapter 23 says of its digits is so.</summary>
[TestFixture]
public sealed class HierarchyRunsTests
{
    static readonly JsonElement Report =
        Repository.Result("hierarchy.json");

    static JsonElement Model(string name, int seed) =>
        Report.GetProperty("models").EnumerateArray().Single(model =>
            model.GetProperty("name").GetString() == name && model.GetProperty("seed").GetInt32() == seed);

    static double Nats(string model, int seed, string of = "nllNats") =>
        Model(model, seed).GetProperty(of).GetDouble();

    static double[] Rates(string model, int seed) =>
        [.. Model(model, seed).GetProperty("ratesNats").GetString()!.Split(" + ")
            .Select(rate => double.Parse(rate, CultureInfo.InvariantCulture))];

    [Test]
    public void Its_sizes_are_those_of_the_chapter()
    {
        string[] names = ["trainingImages", "testImages", "draws"];
        Assert.That(
            names.Select(name => Report.GetProperty(name).GetInt32()), Is.EqualTo(new[] { 9000, 1000, 500 }));
        Assert.That(Report.GetProperty("models").GetArrayLength(), Is.EqualTo(8 * 2));
    }

    /// <summary>Another program, another model class, the same bits.</summary>
    [TestCase("1 level", "vae")]
    [TestCase("1 level, warm-up", "vae, warm-up")]
    public void One_level_is_the_VAE_of_chapter_16(string one, string vae)
    {
        using var nll = JsonDocument.Parse(Repository.Read("bench/results/nll.json"));
        var run = nll.RootElement.GetProperty("runs").EnumerateArray()
            .Single(run => run.GetProperty("model").GetString() == vae);
        Assert.That(Model(one, 1).GetProperty("parametersHash").GetString(),
            Is.EqualTo(run.GetProperty("parametersHash").GetString()));
    }

    /// <summary>Standard errors of the difference are over the images.</summary>
    [Test]
    public void A_second_level_lowers_it([Values(1, 2)] int seed)
    {
        void Lowers(string model, double errors) => Assert.That(
            Nats(model, seed, "lessNats"), Is.LessThan(-errors * Nats(model, seed, "lessStandardErrorNats")), model);
        Lowers("2 levels up", 4);
        Lowers("2 levels up, warm-up", 10);
        Lowers("2 levels down, warm-up", 10);
    }

    [TestCase("2 levels up", 0.8, 1.2)]
    [TestCase("2 levels up, warm-up", 0, 0.4)]
    [TestCase("2 levels down, warm-up", 0, 0.4)]
    public void Seeds_differ_more_without_the_warm_up(string model, double least, double most) => Assert.That(
        Math.Abs(Nats(model, 1, "lessNats") - Nats(model, 2, "lessNats")), Is.InRange(least, most));

    /// <summary>Half of a nat is less than a fifth of what a level adds.</summary>
    [Test]
    public void One_level_gains_nothing_to_speak_of_from_the_warm_up([Values(1, 2)] int seed) =>
        Assert.That(Nats("1 level, warm-up", seed, "lessNats"), Is.Zero.Within(0.5));

    [Test]
    public void A_third_level_adds_less_than_the_second(
        [Values("up", "down")] string direction, [Values(1, 2)] int seed)
    {
        var two = Nats($"2 levels {direction}, warm-up", seed);
        var (second, third) =
            (Nats("1 level, warm-up", seed) - two, two - Nats($"3 levels {direction}, warm-up", seed));
        Assert.That(third, Is.GreaterThan(0).And.LessThan(second / 2));
    }

    [Test]
    public void A_ladder_without_warm_up_leaves_little_to_its_first_level([Values(1, 2)] int seed)
    {
        const string ladder = "2 levels down";
        Assert.That(
            Nats(ladder, seed, "lessNats"), Is.GreaterThan(4 * Nats(ladder, seed, "lessStandardErrorNats")));
        Assert.That(Rates(ladder, seed)[0], Is.LessThan(6).And.LessThan(Rates(ladder, seed)[1] / 2));
        Assert.That(Model(ladder, seed).GetProperty("activeUnits").GetString(), Does.StartWith("40, "));
        Assert.That(Rates("2 levels down, warm-up", seed)[0], Is.GreaterThan(2 * Rates(ladder, seed)[0]));
    }
}
