using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Formulas;

namespace Hybrid.Cuda.Tests;

/// <summary>A driver or a GPU that does not work: one line that says so, exit code 2.</summary>
[TestFixture]
public sealed class MessageTests : CudaFixture
{
    /// <summary>Runs the command; what it says on its error stream must be one line.</summary>
    static (int Code, string Error) Hybrid(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        Console.SetOut(TextWriter.Null);
        Console.SetError(said);
        try
        {
            return (Cli.Program.Main(arguments), said.ToString().Trim());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    static void MustFail(string expected, params string[] more)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"hybrid-{Guid.NewGuid():N}");
        var (code, error) = Hybrid([
            "train", "vae", "--data", "sprites", "--device", "cuda", "--epochs", "1", "--hidden", "8", "--latent", "2",
            "--out", folder, .. more]);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Assert.That(error, Does.Contain(expected).And.Not.Contain("\n"));
        Assert.That(code, Is.EqualTo(2));
        // A finalizer that asked a driver which has given up would end the process here.
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [TestCase(100, "the CUDA driver finds no device")]
    [TestCase(803, "do not match")]
    [TestCase(999, "does not start: unknown error (CUDA error 999)")]
    public void A_driver_that_does_not_start(int code, string expected)
    {
        RecordingDriver.Fails = name => name == "cuInit" ? code : 0;
        MustFail(expected);
    }

    [Test]
    public void A_context_that_cannot_be_made()
    {
        RecordingDriver.Fails = name => name == "cuCtxCreate_v2" ? RecordingDriver.OutOfMemory : 0;
        MustFail("the CUDA device does not open: ");
    }

    [Test]
    public void An_old_gpu()
    {
        RecordingDriver.Capability = (6, 1);
        MustFail("Recording GPU has compute capability 6.1, and these kernels need 7.0");
    }

    [Test]
    public void Tensor_cores_that_an_older_gpu_has_not()
    {
        RecordingDriver.Capability = (7, 5);
        MustFail("compute capability 8.0 is needed; leave it out", "--precision", "tf32");
    }

    [Test]
    public void Memory_that_does_not_suffice()
    {
        RecordingDriver.Free = 1 << 20;
        MustFail("Recording GPU has no room for another ");
    }

    [Test]
    public void Memory_says_the_sizes()
    {
        RecordingDriver.Free = 5L << 29;
        using var device = Open();
        Assert.That(
            () => device.Arena.Allocate(1 << 20, 1 << 10),
            Throws.TypeOf<OutOfDeviceMemoryException>().With.Message.EqualTo(
                "Recording GPU has no room for another 4.0 GiB (2.5 GiB are free)"));
    }

    [Test]
    public void A_kernel_that_the_driver_refuses()
    {
        RecordingDriver.Fails = name => name == "cuModuleLoadDataEx" ? RecordingDriver.InvalidPtx : 0;
        MustFail("the driver refuses ");
        MustFail("a PTX JIT compilation failed (CUDA error 218): ptxas error: no such instruction");
    }

    /// <summary>The driver tells who waits next; nothing else is said, whatever fails while all is put away.</summary>
    [Test]
    public void A_kernel_that_goes_wrong()
    {
        RecordingDriver.Fails = name =>
            name == "cuGraphLaunch" ? RecordingDriver.Sticky = RecordingDriver.IllegalAddress : 0;
        MustFail("an illegal memory access");
    }

    /// <summary>A real fault, found by the interpreter: indices that point behind their matrix.</summary>
    [Test]
    public void A_fault_is_reported_to_who_waits()
    {
        using var device = Open();
        Tensor source = device.Arena.Allocate(4, 8), y = device.Arena.Allocate(1, 8), wrong = device.Arena.Allocate(1, 1);
        device.Upload([1 << 26], wrong);
        Assert.That(() => device.Ops.GatherRows(source, wrong, y), Throws.TypeOf<DeviceFault>()
            .With.Message.EqualTo(
                "GatherRows_V1_ThreadPerElement does not start: an illegal memory access was encountered (CUDA error 700)"));
        Assert.That(device.Synchronize, Throws.TypeOf<DeviceFault>().With.Message.Contains("--device ptx names the kernel"));
        Assert.That(RecordingDriver.Calls, Has.Some.Matches<Call>(call => call.Name == "fault"));
    }

    [Test]
    public void Asked_for_any_device_a_broken_driver_is_named_and_the_host_computes()
    {
        RecordingDriver.Fails = name => name == "cuInit" ? 999 : 0;
        string? warning = null;
        using var device = DeviceChoice.Open(DeviceKind.Auto, threads: 1, said => warning = said);
        Assert.That(device.Description, Does.StartWith("host"));
        Assert.That(warning, Is.EqualTo(
            "the CUDA driver does not start: unknown error (CUDA error 999); the host computes"));
    }

    [Test]
    public void Asked_for_any_device_a_gpu_that_gives_the_hosts_bits_is_taken()
    {
        using var device = DeviceChoice.Open(DeviceKind.Auto, threads: 1, said => Assert.Fail(said));
        Assert.That(device.Description, Is.EqualTo("cuda · Recording GPU · 80 GiB"));
    }

    [Test]
    public void Asked_for_any_device_a_gpu_that_faults_is_named_and_the_host_computes()
    {
        RecordingDriver.Fails = name =>
            name == "cuLaunchKernel" ? RecordingDriver.Sticky = RecordingDriver.IllegalAddress : 0;
        string? warning = null;
        using var device = DeviceChoice.Open(DeviceKind.Auto, threads: 1, said => warning = said);
        Assert.That(device.Description, Does.StartWith("host"));
        Assert.That(warning, Does.Contain("failed its self-test").And.Contain("an illegal memory access"));
    }
}
