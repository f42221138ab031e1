using System.Diagnostics;
using System.Text.Json;
using Hybrid.Bench.Comparison;
using Hybrid.Training;

namespace Hybrid.Bench.Tests.Comparison;

[TestFixture]
[Platform(Include = "Linux", Reason = "peers that misbehave are written as shell scripts")]
public class PeersRunTests
{
    const string Case = "gemm/NN 128x20x256";

    static PeerOptions Options(int rounds = 1, string[]? peers = null) =>
        new(new(Case), rounds, [1], PeerOptions.Host, peers, Fetch: false, Quick: true);

    static PeerImplementation Ours => PeerImplementation.All.Single(one => one.Name == PeerImplementation.Ours);

    static PeerImplementation Shell(string name, string script) =>
        new(name, name, _ => true, () => PeerProgram.Of("/bin/sh", "-c", script));

    static (PeersReport Report, List<string> Said) Run(PeerOptions options, params PeerImplementation[] all)
    {
        var said = new List<string>();
        return (new PeersRun(options, said.Add, TimeSpan.FromMinutes(5)).Run(all), said);
    }

    [Test]
    public void Our_side_is_checked_and_timed_in_every_round_and_written_as_JSON()
    {
        var (report, _) = Run(Options(rounds: 2), Ours);

        Assert.That(report.Right);
        Assert.That(report.Checks.Single(), Is.EqualTo(new CheckResult(
            Case, "hybrid", 1, "double arithmetic", report.Checks[0].Largest, Pass: true)));
        using var json = JsonDocument.Parse(BenchJson.Text(report));
        var root = json.RootElement;
        Assert.That(root.GetProperty("machine").GetProperty("cpu").GetString(), Is.Not.Empty);
        Assert.That(root.GetProperty("date").GetString(), Has.Length.EqualTo(10));
        Assert.That(root.GetProperty("implementations")[0].GetProperty("about").GetString(), Does.Contain("Hybrid"));
        var times = root.GetProperty("cases")[0].GetProperty("times")[0];
        Assert.That(times.GetProperty("rounds").GetArrayLength(), Is.EqualTo(2));
        Assert.That(times.GetProperty("seconds").GetProperty("median").GetDouble(), Is.Positive);
        Assert.That(times.GetProperty("best").GetDouble(), Is.Positive);
    }

    [Test]
    public void A_peer_that_crashes_is_reported_with_its_last_words()
    {
        var (report, said) = Run(Options(), Shell("broken", "echo started; echo 'no such symbol' >&2; exit 3"));

        Assert.That(report.Right, Is.False);
        Assert.That(report.Cases, Is.Empty);
        Assert.That(said, Has.Some.Contains("broken × 1").And.Some.Contains("ended with 3; it said: no such symbol"));
    }

    [Test]
    public void A_peer_that_hangs_is_stopped()
    {
        var outcome = PeerProcess.Run(["/bin/sh", "-c", "echo waiting; sleep 600"],
            new Dictionary<string, string>(), TimeSpan.FromSeconds(1));

        Assert.That(outcome.Failure, Is.EqualTo("took more than 1 s; its last line: waiting"));
    }

    [Test]
    public void A_peer_that_does_not_start_is_reported() =>
        Assert.That(PeerProcess.Run(["/no/such/program"], new Dictionary<string, string>(), TimeSpan.FromSeconds(9))
            .Failure, Does.StartWith("did not start"));

    [Test]
    public void Wrong_numbers_are_not_timed()
    {
        // 128·20 zeros, and never a time.
        const string zeros = """
            job="$0"; file=$(mktemp); head -c 10240 /dev/zero > "$file"
            echo "{\"case\":\"gemm/NN 128x20x256\",\"results\":\"$file\"}"
            """;
        var (report, said) = Run(Options(), Shell("zeros", zeros));

        Assert.That(report.Checks.Single().Pass, Is.False);
        Assert.That(report.Right, Is.False);
        Assert.That(report.Cases, Is.Empty);
        Assert.That(said, Has.Some.StartsWith("WRONG: zeros × 1"));
    }

    [Test]
    public void A_missing_peer_is_a_line_and_no_failure()
    {
        var missing = new PeerImplementation("gone", "gone", _ => true, () => PeerProgram.None("is gone: fetch it"));
        var (report, said) = Run(Options(), missing);

        Assert.That(said, Has.Some.EqualTo("skipped: gone: is gone: fetch it"));
        Assert.That(report.Implementations.Single().Skipped, Is.EqualTo("is gone: fetch it"));
        Assert.That(report.Right);
    }

    [Test]
    public void A_missing_peer_that_was_asked_by_name_is_a_mistake()
    {
        var missing = new PeerImplementation("gone", "gone", _ => true, () => PeerProgram.None("is gone: fetch it"));

        Assert.That(() => Run(Options(peers: ["gone"]), missing),
            Throws.TypeOf<UserError>().With.Message.Contains("--peers gone").And.Message.Contains("fetch it"));
    }

    [Test]
    public void A_way_of_a_GPU_is_left_out_on_the_host_without_a_word()
    {
        var (report, said) = Run(Options(), [.. PeerImplementation.All.Where(one => !one.OnHost)]);

        Assert.That(said, Has.None.Contains("graph").And.None.Contains("tf32"));
        Assert.That(report.Implementations, Is.Empty);
    }

    [Test]
    public void A_way_of_a_GPU_that_was_asked_by_name_is_a_mistake_on_the_host()
    {
        var graph = PeerImplementation.All.Single(one => one.Name == "python-graph");
        var steps = Options(peers: [graph.Name]) with { Filter = new("steps/Vae b128") };

        Assert.That(() => Run(steps, graph), Throws.TypeOf<UserError>().With.Message
            .Contains("--peers python-graph").And.Message.Contains("does not work with --device host"));
    }

    [Test]
    public void The_worker_in_Python_is_beside_the_program_and_is_Python()
    {
        Assert.That(PeerPrograms.Script, Does.Exist);
        const string parse = "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())";
        try
        {
            using var python = Process.Start("python3", ["-c", parse, PeerPrograms.Script]);
            python.WaitForExit();
            Assert.That(python.ExitCode, Is.Zero);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("python3 is not here");
        }
    }

    [Test]
    public void PyTorch_trains_to_our_losses_where_it_is_installed([Values] StepModel model)
    {
        var python = PeerImplementation.All.Where(one => one.Name is "python" or "python-compile").ToArray();
        if (python[0].Program().Missing is { } missing) Assert.Ignore(missing);

        var b = model is StepModel.Vae or StepModel.Diffusion ? 512 : 64;
        var (report, said) = Run(Options() with { Filter = new($"steps/{model} b{b}") }, [Ours, .. python]);

        Assert.That(report.Right, string.Join('\n', said));
        Assert.That(report.Checks.Select(check => check.Implementation), Has.Some.EqualTo("python"));
    }

    [Test]
    public void Libtorch_trains_to_our_losses_where_it_is_restored()
    {
        var torch = PeerImplementation.All.Single(one => one.Name == "torch-fused");
        if (torch.Program().Missing is { } missing) Assert.Ignore(missing);

        var (report, said) = Run(Options() with { Filter = new("steps/Vae b128") }, Ours, torch);

        Assert.That(report.Right, string.Join('\n', said));
        Assert.That(report.Checks.Select(check => check.Implementation), Is.EqualTo(new[] { "hybrid", "torch-fused" }));
    }
}
