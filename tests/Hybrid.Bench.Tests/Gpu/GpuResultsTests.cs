namespace Hybrid.Bench.Tests.Gpu;

/// <summary>Folders that no script leaves; those that it does leave are in <see cref="BundleScriptTests"/>.</summary>
[TestFixture]
public sealed class GpuResultsTests
{
    string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("hybrid-gpu-report-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    void Write(string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);

    (int Code, string Output, string Errors) Run()
    {
        using StringWriter output = new(), errors = new();
        var code = Program.Run(["gpu-report", folder], output, errors, []);
        return (code, output.ToString(), errors.ToString().Trim());
    }

    [Test]
    public void Another_folder_is_a_mistake()
    {
        var (code, _, errors) = Run();

        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("has no devices.log").And.Not.Contain("\n"));
    }

    [Test]
    public void A_folder_without_a_GPU_is_a_mistake()
    {
        Write("devices.log", "cuda       none: no CUDA driver (libcuda.so.1) here\n");
        var (code, _, errors) = Run();

        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("tells of no GPU").And.Not.Contain("\n"));
    }

    [Test]
    public void A_run_that_was_cut_off_keeps_what_it_had()
    {
        Write("devices.log", "cuda       cuda · NVIDIA H100 · 79 GiB · gives the host's bits\n");
        Write("steps.tsv", "tests\t0\t12\nbench\t137\t3\n");
        Write("bench.json", "{\"machine\":");
        Write("tests.log", "  total: 5\n");
        var (code, output, _) = Run();

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("NVIDIA H100: 2 steps, 1 failed, 1 left out").And.Contain("nvidia-h100.json"));
        var report = new GpuResults(folder).Read();
        Assert.That(report.Missing, Is.EqualTo(new[] { "bench.json is no JSON: left out" }));
        Assert.That((report.Tests, report.SameBits, report.Kernels), Is.EqualTo(
            ((TestCounts?)null, (bool?)null, (IReadOnlyList<AssembledKernel>?)null)));
    }
}
