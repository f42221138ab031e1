using Hybrid.Devices;
using Hybrid.Devices.Gpu;
using Hybrid.Formulas;

namespace Hybrid.Cuda.Tests;

/// <summary>Launches one by one, and graphs that are used wrongly.</summary>
[TestFixture]
public sealed class LaunchTests : CudaFixture
{
    static string[] Launched => [.. RecordingDriver.Calls.Where(c => c.Name == "cuLaunchKernel").Select(c => c.What)];

    /// <summary>A grid as its rung's header states it.</summary>
    [Test]
    public void Grids_are_those_of_the_rungs()
    {
        using var device = Open();
        Tensor x = device.Arena.Allocate(70, 3), w = device.Arena.Allocate(3, 130), y = device.Arena.Allocate(70, 130);
        RecordingDriver.Runs = false;
        device.Ops.Affine(x, w, device.Arena.Allocate(130, 1), Activation.Identity, y);
        device.Ops.Fill(y, 1);
        device.Ops.Add(y.Columns(0, 33), y.Columns(40, 33));
        Assert.That(Launched, Is.EqualTo(new[]
        {
            "Kernel_Affine_V9_SmallTiles 5×5×1 of 256×1×1",
            "Kernel_Fill_V1_ThreadPerElement 36×1×1 of 256×1×1",
            "Kernel_Add_V1_ThreadPerElement 2×9×1 of 32×8×1",
        }));
    }

    [Test]
    public void A_kernel_is_compiled_once()
    {
        using var device = Open();
        var y = device.Arena.Allocate(5, 5);
        for (var i = 0; i < 3; i++) device.Ops.Fill(y, i);
        Assert.That(RecordingDriver.Calls.Count(call => call.Name == "cuModuleLoadDataEx"), Is.EqualTo(1));
        Assert.That(device.ToArray(y), Is.All.EqualTo(2));
    }

    /// <summary>Lines, and yet an optimised build.</summary>
    [Test]
    public void A_profiler_finds_the_lines_of_the_source([Values] bool sourceLines)
    {
        Assert.That(GpuDevice.TryCuda(out var opened, out _, sourceLines));
        using var device = opened!;
        device.Ops.Fill(device.Arena.Allocate(5, 5), 3);
        var text = RecordingDriver.Texts.Single();
        Assert.That(text, sourceLines ? Does.Contain(".loc").And.Contain("Elementwise.cs") : Does.Not.Contain(".loc"));
        Assert.That(text, Does.Not.Contain("debug"));
        Assert.That(RecordingDriver.Calls.Single(call => call.Name == "cuModuleLoadDataEx").What,
            sourceLines ? Does.Contain("13") : Does.Not.Contain("13"));
    }

    [Test]
    public void A_graph_takes_new_values_and_other_places()
    {
        using var device = Open();
        Tensor y = device.Arena.Allocate(4, 8), ones = device.Arena.Allocate(1, 8);
        device.Ops.Fill(ones, 1);
        var (row, value) = (0, 2f);
        var graph = device.Graph(() =>
        {
            device.Ops.Fill(y.RowRange(row, 1), value);
            device.Ops.Add(ones, y.RowRange(row, 1));
        });
        for (; row < 4; row++, value *= 2) graph.Run();
        var rows = device.ToArray(y).Chunk(8).ToArray();
        Assert.That(rows.Select(r => r.Distinct().Single()), Is.EqualTo(new[] { 3f, 5, 9, 17 }));
    }

    [Test]
    public void A_graph_refuses_other_launches()
    {
        using var device = Open();
        var y = device.Arena.Allocate(4, 8);
        var kind = 0;
        var graph = device.Graph(() =>
        {
            if (kind != 1) device.Ops.Fill(y, 1);
            if (kind == 2) device.Ops.Normals(y, default);
            else device.Ops.Uniforms(y, default);
            if (kind == 3) device.Ops.Fill(y, 2);
            if (kind == 4) device.Ops.Fill(y.RowRange(0, 1), 2);
        });
        graph.Run();
        string[] wrong = ["has Uniforms", "has Normals", "goes on with Fill", "goes on with Fill"];
        foreach (var how in wrong)
        {
            kind++;
            Assert.That(graph.Run, Throws.InvalidOperationException.With.Message.Contains(how), $"kind {kind}");
        }
        kind = 0;
        Assert.That(graph.Run, Throws.Nothing);
    }

    [Test]
    public void A_graph_refuses_fewer_launches()
    {
        using var device = Open();
        var y = device.Arena.Allocate(4, 8);
        var all = true;
        var graph = device.Graph(() =>
        {
            device.Ops.Fill(y, 1);
            if (all) device.Ops.Uniforms(y, default);
        });
        graph.Run();
        all = false;
        Assert.That(graph.Run, Throws.InvalidOperationException.With.Message.Contains("ends before Uniforms"));
    }

    static IEnumerable<TestCaseData> Intruders()
    {
        yield return new TestCaseData((Action<GpuDevice, Tensor>)((d, y) => d.Upload([1f, 2, 3, 4], y)))
            .SetArgDisplayNames("upload");
        yield return new TestCaseData((Action<GpuDevice, Tensor>)((d, y) => d.ToArray(y))).SetArgDisplayNames("download");
        yield return new TestCaseData((Action<GpuDevice, Tensor>)((d, _) => d.Synchronize())).SetArgDisplayNames("wait");
        yield return new TestCaseData((Action<GpuDevice, Tensor>)((d, _) => d.Graph(() => { }).Run()))
            .SetArgDisplayNames("another graph");
    }

    /// <summary>And is none the worse for it: the next run makes it whole.</summary>
    [TestCaseSource(nameof(Intruders))]
    public void A_graph_refuses_what_is_no_launch(Action<GpuDevice, Tensor> intruder)
    {
        using var device = Open();
        var y = device.Arena.Allocate(2, 2);
        var intrudes = true;
        var graph = device.Graph(() =>
        {
            device.Ops.Fill(y, 7);
            if (intrudes) intruder(device, y);
        });
        Assert.That(graph.Run, Throws.InvalidOperationException);
        Assert.That(device.ToArray(y), Is.All.Zero);
        intrudes = false;
        graph.Run();
        Assert.That(device.ToArray(y), Is.All.EqualTo(7));
    }

    [Test]
    public void Everything_is_given_back()
    {
        using (var device = Open())
        {
            var y = device.Arena.Allocate(4, 8);
            device.Graph(() => device.Ops.Fill(y, 1)).Run();
        }
        int Count(string name) => RecordingDriver.Calls.Count(call => call.Name == name);
        Assert.That(Count("cuMemFree_v2"), Is.EqualTo(Count("cuMemAlloc_v2")).And.Positive);
        Assert.That(Count("cuModuleUnload"), Is.EqualTo(Count("cuModuleLoadDataEx")).And.Positive);
        Assert.That(Count("cuGraphDestroy"), Is.EqualTo(Count("cuGraphCreate")).And.Positive);
        Assert.That(Count("cuGraphExecDestroy"), Is.EqualTo(Count("cuGraphInstantiateWithFlags")).And.Positive);
        Assert.That(Count("cuCtxDestroy_v2"), Is.EqualTo(Count("cuCtxCreate_v2")).And.Positive);
    }
}
