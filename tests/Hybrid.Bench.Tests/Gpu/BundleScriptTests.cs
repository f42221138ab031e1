using System.Diagnostics;
using System.Text.Json;

namespace Hybrid.Bench.Tests.Gpu;

/// <summary>The bundle's script, with programs beside it that only note how they were called (Fakes).</summary>
[TestFixture]
[Platform(Include = "Linux", Reason = "the script is for Linux")]
public sealed class BundleScriptTests
{
    /// <summary>What the script takes from the system; nothing else is on its path.</summary>
    static readonly string[] System =
        ["bash", "basename", "cat", "dirname", "env", "grep", "head", "mkdir", "sleep", "tail", "timeout", "tr"];

    string folder = "";

    static string Fakes => Path.Combine(TestContext.CurrentContext.TestDirectory, "Gpu", "Fakes");

    string Calls => Path.Combine(folder, "calls");

    string Results => Path.Combine(folder, "results");

    [SetUp]
    public void MakeBundle()
    {
        folder = Directory.CreateTempSubdirectory("hybrid-bundle-").FullName;
        foreach (var file in Directory.GetFiles(Fakes)) Install(file, "");
        Install(Path.Combine(TestContext.CurrentContext.TestDirectory, "run-on-gpu.sh"), "");
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        foreach (var name in System)
            File.CreateSymbolicLink(Path.Combine(folder, "bin", name), Which(name));
    }

    static string Which(string name) => new[] { "/usr/bin", "/bin" }
        .Select(bin => Path.Combine(bin, name)).First(File.Exists);

    [TearDown]
    public void DeleteBundle() => Directory.Delete(folder, recursive: true);

    void Install(string file, string below)
    {
        var to = Path.Combine(folder, below, Path.GetFileName(file));
        File.Copy(file, to);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    (int Code, string Output) Run(string[] tools, params (string Name, string Value)[] environment)
    {
        foreach (var tool in tools)
            Install(Path.Combine(Fakes, "tools", tool), "bin");
        var start = new ProcessStartInfo(
            Path.Combine(folder, "bin", "bash"), [Path.Combine(folder, "run-on-gpu.sh"), Results])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Path.Combine(folder, "bin");
        start.Environment["FAKE_CALLS"] = Calls;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    static readonly string[] All = ["nvidia-smi", "python3", "ptxas", "ncu", "nsys"];

    (string Name, int Code)[] Steps() =>
    [
        .. File.ReadAllLines(Path.Combine(Results, "steps.tsv")).Select(line => line.Split('\t'))
            .Select(cells => (cells[0], int.Parse(cells[1]))),
    ];

    JsonElement Report(string name)
    {
        using StringWriter output = new(), errors = new();
        Assert.That(Program.Run(["gpu-report", Results], output, errors, []), Is.Zero, errors.ToString());
        return JsonDocument.Parse(File.ReadAllText(Path.Combine(Results, name))).RootElement;
    }

    [Test]
    public void With_every_tool_everything_is_done_in_order_and_gathered_in_one_file()
    {
        var (code, output) = Run(All);

        Assert.That(code, Is.Zero, output);
        Assert.That(Steps(), Has.All.Matches<(string, int Code)>(step => step.Code == 0));
        Assert.That(Steps().Select(step => step.Name), Is.EqualTo(new[]
        {
            "tests", "train-host", "train-cuda", "train-tf32", "train-bf16", "same-bits", "bench",
            "exactness", "peers", "ptx", "ptxas", "ncu-KlRows", "ncu-Affine", "ncu-AffineTf32", "ncu-AffineBf16",
            "ncu-AffineGradInput", "ncu-AffineGradWeight", "ncu-Conv2d", "ncu-Attention", "nsys",
        }));
        Assert.That(File.ReadAllText(Path.Combine(Results, "missing.txt")), Is.Empty);
        Assert.That(File.ReadAllText(Calls), Does.Contain("--filter TestCategory=Cuda")
            .And.Contain("ptxas -v -arch=sm_90").And.Contain("profile KlRows").And.Contain("--trace=cuda,nvtx")
            .And.Contain("cublas=/site-packages/nvidia/cu13/lib/libcublas.so.13"));

        var report = Report("nvidia-test-80gb-hbm3.json");
        Assert.That(report.GetProperty("gpu").GetProperty("driver").GetString(), Is.EqualTo("580.65"));
        Assert.That(report.GetProperty("gpu").GetProperty("memory").GetString(), Is.EqualTo("81559 MiB"));
        Assert.That(report.GetProperty("tools").EnumerateObject().Select(tool => $"{tool.Name}: {tool.Value}"),
            Is.EqualTo(new[]
            {
                "cuda: CUDA Version: 13.0", "pytorch: 2.9.0 CUDA 13.0", "ptxas: Build cuda_13.0.r13.0/compiler.1",
                "ncu: ncu 2025.3", "nsys: nsys 2025.3",
            }));
        Assert.That(report.GetProperty("tests").GetProperty("passed").GetInt32(), Is.EqualTo(528));
        Assert.That(report.GetProperty("sameBits").GetBoolean());
        Assert.That(report.GetProperty("training")[1].GetProperty("negativeElboNats").GetDouble(), Is.EqualTo(150.25));
        Assert.That(report.GetProperty("ladders")[0].GetProperty("operation").GetString(), Is.EqualTo("KlRows"));
        Assert.That(report.GetProperty("roofline").GetArrayLength(), Is.EqualTo(1));
        Assert.That(report.GetProperty("cuBlas").GetString(), Does.StartWith("cuBLAS"));
        Assert.That(report.GetProperty("peers").GetProperty("device").GetString(), Is.EqualTo("cuda"));
        var spilled = report.GetProperty("kernels")[1];
        Assert.That(spilled.ToString().ReplaceLineEndings("").Replace(" ", ""), Is.EqualTo("""
            {"name":"KlRows_V2_WarpPerRow","registers":40,"sharedBytes":4096,"spillStoreBytes":8,"spillLoadBytes":16}
            """.Trim()));
    }

    [Test]
    public void What_is_missing_is_a_line_each_and_no_failure()
    {
        var (code, output) = Run([]);

        Assert.That(code, Is.Zero, output);
        Assert.That(Steps().Select(step => step.Name), Is.EqualTo(new[]
        {
            "tests", "train-host", "train-cuda", "train-tf32", "train-bf16", "same-bits", "bench", "exactness", "ptx",
        }));
        var report = Report("nvidia-test-80gb.json");
        Assert.That(report.GetProperty("missing").EnumerateArray().Select(line => line.GetString()!.Split(' ')[0]),
            Is.EqualTo(new[] { "nvidia-smi", "python3", "ptxas", "ncu", "nsys" }));
        Assert.That(report.GetProperty("gpu").TryGetProperty("driver", out _), Is.False);
        Assert.That(report.TryGetProperty("peers", out _), Is.False);
    }

    [Test]
    public void Without_a_GPU_there_is_nothing_to_measure()
    {
        var (code, output) = Run(All, ("FAKE_NO_GPU", "1"));

        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Does.Contain("cuda       none").And.Contain("No GPU to measure"));
        Assert.That(File.ReadAllLines(Calls), Has.Length.EqualTo(1));
    }

    #region failures
    [TestCase("FAKE_OTHER_BITS", "1", "same-bits", 1)]
    [TestCase("FAKE_SKIPPED", "1", "tests", 1)]
    [TestCase("FAKE_WRONG_RUNG", "1", "bench", 1)]
    [TestCase("FAKE_REFUSED", "1", "ptxas", 1)]
    [TestCase("FAKE_HANGS", "1", "bench", 124)]
    public void What_fails_is_counted_and_the_rest_goes_on(string fake, string value, string failed, int exit)
    {
        var (code, output) = Run(All, (fake, value), ("HYBRID_STEP_SECONDS", fake == "FAKE_HANGS" ? "1" : "60"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain($"{failed} ended with {exit}; see").And.Contain("1 steps failed"));
        Assert.That(Steps().Where(step => step.Code != 0), Is.EqualTo(new[] { (failed, exit) }));
        Assert.That(Steps(), Has.Length.EqualTo(20));
    }
    #endregion
}
