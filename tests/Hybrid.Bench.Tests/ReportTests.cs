using System.Text.Json;
using Hybrid.Bench.Exactness;

namespace Hybrid.Bench.Tests;

[TestFixture]
public class ReportTests
{
    static readonly RungResult Timed = new("F32 × 1 thread", "0123456789abcdef", true, new(1e-6, 2e-6, 4e-6),
        1.5, 2.5, 0.25, 1);

    static LadderResult Ladder(params RungResult[] rungs) =>
        new("KlRows", "128×20", "a training batch", 20_992, 12_800, 2_560, CeilingKind.L2, rungs);

    [TestCase(1.234e-6, ExpectedResult = "1.23 µs")]
    [TestCase(12.34e-3, ExpectedResult = "12.3 ms")]
    [TestCase(0.1234, ExpectedResult = "123 ms")]
    [TestCase(1.234, ExpectedResult = "1.23 s")]
    public string Times_have_three_digits_and_a_unit(double seconds) => Tables.Time(seconds);

    [TestCase(0, ExpectedResult = "0.00")]
    [TestCase(0.001234, ExpectedResult = "0.0012")]
    [TestCase(1234.4, ExpectedResult = "1234")]
    public string Numbers_have_no_exponent(double value) => Tables.Number(value);

    [Test]
    public void A_row_reads_name_exact_measured_tolerance_pass()
    {
        var line = ExactnessLine.Of(new("ppca/nll", 7.325921, 7.325966, 0.01, "nats", 1.5));

        Assert.That(line.Split(" · ").Select(part => part.Trim()),
            Is.EqualTo(new[] { "ppca/nll", "7.32592", "7.32597", "0.01 nats", "pass" }));
    }

    [Test]
    public void A_failed_row_says_so_in_capitals()
    {
        Assert.That(ExactnessLine.Of(new("a/b", 1, double.NaN, 0.01, "nats", 0)), Does.EndWith("· FAIL"));
    }

    [Test]
    public void The_header_stands_over_its_columns()
    {
        var line = ExactnessLine.Of(new("ppca/nll", 7.325921, 7.325966, 0.01, "nats", 1.5));

        Assert.That(Places(ExactnessLine.Header), Is.EqualTo(Places(line)));

        static int[] Places(string text) => [.. Enumerable.Range(0, text.Length).Where(i => text[i] == '·')];
    }

    [Test]
    public void A_ladder_says_what_it_ran_and_where_its_data_lay()
    {
        Assert.That(Tables.LadderTitle(Ladder(Timed)),
            Is.EqualTo("KlRows 128×20 · a training batch · 20 KiB in L2"));
    }

    [Test]
    public void A_ladder_in_JSON_has_its_rungs_with_their_spread()
    {
        var report = new BenchReport(MachineFacts.Here()) { Ladders = [Ladder(Timed)], Gpu = GpuLadders.None };

        using var json = JsonDocument.Parse(BenchJson.Text(report));
        var ladder = json.RootElement.GetProperty("ladders")[0];
        Assert.That(ladder.GetProperty("operation").GetString(), Is.EqualTo("KlRows"));
        Assert.That(ladder.GetProperty("level").GetString(), Is.EqualTo("l2"));
        var rung = ladder.GetProperty("rungs")[0];
        Assert.That(rung.GetProperty("seconds").GetProperty("median").GetDouble(), Is.EqualTo(2e-6));
        Assert.That(rung.GetProperty("rooflineFraction").GetDouble(), Is.EqualTo(0.25));
        Assert.That(json.RootElement.GetProperty("gpu").GetString(), Does.Contain("not timed"));
        Assert.That(json.RootElement.TryGetProperty("gpuLadders", out _), Is.False);
    }

    [Test]
    public void A_wrong_rung_has_no_time_in_JSON()
    {
        var wrong = new RungResult("F32x8 × 1 thread", "ffff", false, null, null, null, null, null);

        using var json = JsonDocument.Parse(BenchJson.Text(Ladder(Timed, wrong)));
        Assert.That(json.RootElement.GetProperty("rungs")[1].TryGetProperty("seconds", out _), Is.False);
        Assert.That(json.RootElement.GetProperty("right").GetBoolean(), Is.False);
    }

    [TestCase(0, ExpectedResult = true)]
    [TestCase(8, ExpectedResult = false)]
    public bool A_step_must_not_allocate(double bytes) => new BenchReport(MachineFacts.Here())
    {
        VaeSteps = [new("vae", 128, "host", new(1, 2, 3), 1, 1, 1, bytes)],
    }.Right;
}
