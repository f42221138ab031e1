using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>What chapters 25 and 26 say of their runs is so.</summary>
[TestFixture("diffusion.json")]
[TestFixture("unet.json")]
public sealed class PicturesRunsTests(string file)
{
    readonly JsonElement report = Repository.Result(file);

    double Of(string estimate, string figure) => Of(report, estimate, figure);

    static double Of(JsonElement report, string estimate, string figure) =>
        report.GetProperty("estimates").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == estimate).GetProperty(figure).GetDouble();

    [Test]
    public void Its_sizes_are_those_of_the_chapter()
    {
        Assert.That(
            ((string[])["trainingImages", "testImages"]).Select(name => report.GetProperty(name).GetInt32()),
            Is.EqualTo(new[] { 9000, 1000 }));
        var options = report.GetProperty("options");
        if (options.GetProperty("network").GetString() == "unet")
        {
            Assert.That((options.GetProperty("channels").GetInt32(), options.GetProperty("epochs").GetInt32(),
                options.GetProperty("times").GetString()), Is.EqualTo((24, 24, "logistic:1,3,4")));
            return;
        }
        Assert.That(
            ((string[])["width", "layers", "heads", "patch"]).Select(name => options.GetProperty(name).GetInt32()),
            Is.EqualTo(new[] { 96, 6, 4, 4 }));
        Assert.That(((string[])["network", "target", "weight", "schedule", "times"]).Select(name =>
                options.GetProperty(name).GetString()),
            Is.EqualTo(new[] { "dit", "v", "simple", "linear-log-snr", "logistic:1,3,4" }));
        Assert.That(options.GetProperty("clip").GetDouble(), Is.EqualTo(1));
    }

    /// <summary>Two cores with nothing else to do have 40 minutes of processor time in twenty.</summary>
    [Test]
    public void It_takes_less_than_twenty_minutes_of_two_cores() => Assert.That(
        report.GetProperty("processorSecondsPerEpoch").GetDouble() * report.GetProperty("epochs").GetArrayLength(),
        Is.LessThan(2 * 20 * 60));

    /// <summary>Both are of one quantity, but for a term of 0.05 nats: four standard errors of their difference.</summary>
    [Test]
    public void Bound_and_integral_agree()
    {
        double Error(string name) => Of(name, "standardErrorNats");
        // The bound's error holds the scatter of the digits, which is in both.
        Assert.That(Of("vlb", "nats"), Is.EqualTo(Of("itd", "nats")).Within(
            4 * Math.Sqrt(Error("vlb") * Error("vlb") + Error("itd") * Error("itd"))));
        foreach (var name in (string[])["vlb", "itd"])
            Assert.That(Of(name, "bitsPerDim"), Is.EqualTo(Of(name, "nats") / 784 / Math.Log(2)).Within(1e-9));
    }

    [Test]
    public void The_u_net_needs_an_eighth_of_a_bit_less_with_a_third_of_the_numbers()
    {
        var (unet, transformer) = (Repository.Result("unet.json"), Repository.Result("diffusion.json"));
        foreach (var name in (string[])["vlb", "itd"])
            Assert.That(Of(transformer, name, "bitsPerDim") - Of(unet, name, "bitsPerDim"),
                Is.EqualTo(1.0 / 8).Within(0.02));
        Assert.That((double)unet.GetProperty("parameters").GetInt64() / transformer.GetProperty("parameters").GetInt64(),
            Is.EqualTo(1.0 / 3).Within(0.05));
    }
}
