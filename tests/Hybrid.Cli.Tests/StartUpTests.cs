namespace Hybrid.Cli.Tests;

/// <summary>What a run on the host needs before its first step.</summary>
[TestFixture]
public class StartUpTests
{
    static readonly string Program = Path.GetDirectoryName(typeof(Hybrid.Cli.Program).Assembly.Location)!;

    static readonly string[] Train =
        ["train", "vae", "--data", "digits", "--hidden", "8", "--latent", "2", "--epochs", "1", "--batch", "60"];

    /// <summary>The command in a folder that lacks ILGPU; without the list of its parts, nobody misses it.</summary>
    static Outcome RunWithoutIlgpu(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        TinyDigits.Write(folder);
        var bare = Directory.CreateDirectory(folder["bare"]).FullName;
        foreach (var file in Directory.EnumerateFiles(Program).Where(file => !file.EndsWith(".deps.json")))
            if (!Path.GetFileName(file).StartsWith("ILGPU"))
                File.Copy(file, Path.Combine(bare, Path.GetFileName(file)));
        return HybridProcess.RunProgram(Path.Combine(bare, "hybrid.dll"), folder.Path, [.. arguments, "--out", "run"]);
    }

    [Test]
    public void A_host_run_loads_no_ILGPU()
    {
        var outcome = RunWithoutIlgpu([.. Train, "--device", "host"]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
    }

    [Test]
    public void Nor_does_a_run_that_finds_no_driver()
    {
        if (Hybrid.Kernels.CudaDriver.IsInstalled)
            Assert.Ignore("there is a CUDA driver here, or a system that is not asked for one");
        var outcome = RunWithoutIlgpu(Train);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
    }

    [Test]
    public void Without_ILGPU_there_is_no_simulator()
    {
        var outcome = RunWithoutIlgpu([.. Train, "--device", "simulator"]);
        Assert.That(outcome.ExitCode, Is.Not.Zero);
        Assert.That(outcome.Errors, Does.Contain("ILGPU"));
    }

    /// <summary>The runtime counts what a container may use, or what this variable says.</summary>
    [Test]
    public void Unless_told_there_is_a_thread_for_every_processor_of_the_process([Values("1", "2", "5")] string count)
    {
        var outcome = HybridProcess.RunWith(Path.GetTempPath(), [("DOTNET_PROCESSOR_COUNT", count)], "devices");
        Assert.That(outcome.Output, Does.Contain($"host · {count} thread"));
    }
}
