using Hybrid.Bench.Comparison;

namespace Hybrid.Bench.Tests.Comparison;

[TestFixture]
public class PeerOptionsTests
{
    static PeerOptions Of(
        string? filter = null, int? rounds = null, string? threads = null, string? device = null,
        string? peers = null) => PeerOptions.Of(filter, rounds, threads, device, peers, fetch: false, quick: true);

    [Test]
    public void Without_options_everything_runs_seven_times_on_the_host()
    {
        var options = Of();

        Assert.That((options.Rounds, options.Device, options.Peers), Is.EqualTo((7, "host", (string[]?)null)));
        Assert.That(options.Threads[0], Is.EqualTo(1));
        Assert.That(options.Cases(), Has.Count.EqualTo(PeerCases.All.Count));
    }

    [TestCase("--rounds", "0")]
    [TestCase("--rounds", "1001")]
    [TestCase("--threads", "0")]
    [TestCase("--threads", "1,1")]
    [TestCase("--threads", "many")]
    [TestCase("--threads", "1000000")]
    [TestCase("--device", "tpu")]
    [TestCase("--peers", "numpy")]
    [TestCase("--filter", "nowhere")]
    public void A_mistake_names_the_option_and_leaves_with_2(string option, string value)
    {
        using StringWriter output = new(), errors = new();
        var code = Program.Run(["peers", option, value], output, errors, []);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors.ToString().Trim(), Does.Contain($"{option} {value}").And.Not.Contains("\n"));
    }

    [Test]
    public void There_are_29_products_and_12_convolutions_of_different_names()
    {
        Assert.That(PeerCases.All.Select(one => one.Name), Is.Unique);
        Assert.That(PeerCases.All.OfType<GemmCase>().Count(), Is.EqualTo(29));
        Assert.That(PeerCases.All.OfType<ConvCase>().Count(), Is.EqualTo(12));
    }

    [Test]
    public void Products_with_one_filter_are_products_only() =>
        Assert.That(Of(filter: "gemm/").Cases(), Has.All.InstanceOf<GemmCase>());

    [Test]
    public void A_job_survives_its_file()
    {
        var file = Path.GetTempFileName();
        var job = new PeerJob("mkl", PeerMode.Time, 2, "host", Stopping.Quick, "data", "results", ["a", "b"]);
        job.Write(file);
        var read = PeerJob.Read(file);
        File.Delete(file);

        Assert.That(read with { Cases = job.Cases }, Is.EqualTo(job));
        Assert.That(read.Cases, Is.EqualTo(job.Cases));
    }

    [TestCase("Intel MKL WARNING: something")]
    [TestCase("{ not json")]
    public void What_a_library_prints_is_no_line(string text) => Assert.That(PeerLine.Parse(text), Is.Null);
}
