using System.Text.Json;

namespace Hybrid.Docs.Tests;

/// <summary>What chapter 28 says of its digits is so.</summary>
[TestFixture]
public sealed class ClassesRunTests
{
    readonly JsonElement report = Repository.Result("unet-classes.json");

    (double Nats, double Error) By(string way)
    {
        var row = report.GetProperty("classes").GetProperty("rows").EnumerateArray()
            .Single(one => one.GetProperty("by").GetString() == $"difference of {way}");
        return (row.GetProperty("nats").GetDouble(), row.GetProperty("standardErrorNats").GetDouble());
    }

    double Entropy => report.GetProperty("classes").GetProperty("entropyOfClassesNats").GetDouble();

    [Test]
    public void Half_of_the_digits_are_told_and_all_else_is_chapter_25_s()
    {
        JsonElement options = report.GetProperty("options");
        var free = Repository.Result("unet.json").GetProperty("options");
        Assert.That((options.GetProperty("classes").GetBoolean(), options.GetProperty("classDropout").GetDouble()),
            Is.EqualTo((true, 0.5)));
        foreach (var option in free.EnumerateObject())
            Assert.That(options.GetProperty(option.Name).GetRawText(),
                option.Name is "classes" or "classDropout" ? Is.Not.Empty : Is.EqualTo(option.Value.GetRawText()),
                option.Name);
    }

    /// <summary>Four standard errors of a difference of two independent draws.</summary>
    [Test]
    public void Bounds_and_errors_agree_and_say_nearly_all_of_the_entropy()
    {
        var (bounds, errors) = (By("bounds"), By("errors"));
        Assert.That(bounds.Nats,
            Is.EqualTo(errors.Nats).Within(4 * Math.Sqrt(bounds.Error * bounds.Error + errors.Error * errors.Error)));
        foreach (var (nats, error) in new[] { bounds, errors })
            Assert.That(nats, Is.InRange(0.85 * Entropy, Entropy + 4 * error));
        Assert.That(Entropy, Is.EqualTo(2.30).Within(0.005));
    }

    [Test]
    public void Answers_say_twice_the_most_that_is_possible() =>
        Assert.That(By("answers").Nats / Entropy, Is.EqualTo(2).Within(0.1));

    [Test]
    public void It_is_no_worse_without_classes_than_the_network_of_chapter_25()
    {
        double Bits(JsonElement of) => of.GetProperty("estimates").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "itd").GetProperty("bitsPerDim").GetDouble();
        Assert.That(Bits(report), Is.LessThan(Bits(Repository.Result("unet.json"))));
    }

    /// <summary>A class is worth −ln p(y) at most, but for errors of networks and of draws.</summary>
    [Test]
    public void Ones_are_far_above_their_most_and_nines_far_below()
    {
        (double Excess, double Error) Of(int y)
        {
            var row = report.GetProperty("classes").GetProperty("byClass")[y];
            var most = -Math.Log(row.GetProperty("digits").GetInt32() / 1000.0);
            return (row.GetProperty("nats").GetDouble() - most, row.GetProperty("standardErrorNats").GetDouble());
        }
        Assert.That(Of(1).Excess / Of(1).Error, Is.GreaterThan(3));
        Assert.That(Of(9).Excess / Of(9).Error, Is.LessThan(-3));
        for (var y = 0; y < 10; y++)
            Assert.That(-Math.Log(report.GetProperty("classes").GetProperty("byClass")[y].GetProperty("digits").GetInt32()
                / 1000.0), Is.InRange(2.1, 2.5), $"class {y}");
    }
}
