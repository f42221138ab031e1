using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>What chapter 16 says of its three models is so.</summary>
[TestFixture]
public sealed class NllRunsTests
{
    static readonly JsonElement Report = Repository.Result("nll.json");

    static JsonElement Model(string name) => Report.GetProperty("models").EnumerateArray()
        .Single(model => model.GetProperty("name").GetString() == name);

    static double Nats(string model, string of = "nllNats") => Model(model).GetProperty(of).GetDouble();

    [Test]
    public void Its_sizes_are_those_of_the_chapter()
    {
        Assert.That(
            ((string[])["trainingImages", "testImages", "draws"]).Select(name => Report.GetProperty(name).GetInt32()),
            Is.EqualTo(new[] { 9000, 1000, 5000 }));
        foreach (var model in Report.GetProperty("models").EnumerateArray())
        {
            var options = model.GetProperty("options");
            Assert.That(options.GetProperty("hidden").EnumerateArray().Select(width => width.GetInt32()),
                Is.EqualTo(new[] { 200, 200 }));
            Assert.That(((string[])["latent", "batchSize", "epochs"]).Select(name => options.GetProperty(name).GetInt32()),
                Is.EqualTo(new[] { 40, 50, 30 }));
            Assert.That(options.GetProperty("schedule").GetString(), Is.EqualTo("linear"));
            Assert.That(model.GetProperty("runs").GetInt32(), Is.EqualTo(1));
        }
        Assert.That(Model("vamp-100, warm-up").GetProperty("options").GetProperty("remedy").GetString(),
            Is.EqualTo("anneal:15"));
    }

    /// <summary>Ten standard errors, and more than seeds move −ELBO by in chapter 15.</summary>
    [Test]
    public void The_published_order_holds()
    {
        var pairs = Report.GetProperty("differences").EnumerateArray().ToList();
        Assert.That(pairs, Has.Count.EqualTo(3));
        foreach (var pair in pairs)
        {
            double nats = pair.GetProperty("nats").GetDouble(), error = pair.GetProperty("standardErrorNats").GetDouble();
            Assert.That(pair.GetProperty("publishedNats").GetDouble(), Is.Positive);
            Assert.That(nats, Is.GreaterThan(10 * error).And.GreaterThan(1.5));
        }
    }

    [Test]
    public void Without_its_warm_up_the_VampPrior_is_no_better_than_fifty_draws()
    {
        var lead = Nats("vae") - Nats("vamp-100, warm-up");
        Assert.That(Nats("vamp-100") - Nats("vamp-100, warm-up"), Is.GreaterThan(lead / 2));
        Assert.That(Nats("vamp-100"), Is.GreaterThan(Nats("iwae-50")));
        Assert.That(Nats("vae, warm-up"), Is.EqualTo(Nats("vae")).Within(0.5));
    }

    [Test]
    public void By_the_ELBO_fifty_draws_would_be_worst()
    {
        var models = Report.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()!);
        Assert.That(models.MaxBy(name => Nats(name, "negativeElboNats")), Is.EqualTo("iwae-50"));
        Assert.That(models.MinBy(name => Nats(name, "effectiveSamples")), Is.EqualTo("iwae-50"));
    }
}
