using Hybrid.Devices.Gpu;

namespace Hybrid.Devices.Tests.Gpu;

[TestFixture]
public sealed class GpuDeviceTests
{
    [Test]
    public void Says_in_one_line_what_it_is_or_why_it_is_not()
    {
        using var simulator = GpuDevice.Simulator();
        Assert.That(simulator.Description, Does.StartWith("simulator · ").And.Not.Contain("\n"));

        var found = GpuDevice.TryCuda(out var cuda, out var reason);
        Assert.That(found ? cuda!.Description : reason, Is.Not.Null.And.Not.Empty.And.Not.Contain("\n"));
        cuda?.Dispose();
    }

    [Test]
    public void Choosing_cuda_where_there_is_none_says_why()
    {
        if (GpuDevice.TryCuda(out var cuda, out var reason))
        {
            cuda.Dispose();
            Assert.Ignore("this machine has a CUDA device");
        }
        Assert.That(
            () => DeviceChoice.Open(DeviceKind.Cuda, threads: 1),
            Throws.TypeOf<DeviceNotFoundException>().With.Message.EqualTo(reason));
    }

    [Test]
    public void Views_of_columns_come_and_go_without_touching_their_neighbours()
    {
        using var device = GpuDevice.Simulator();
        var whole = device.From([1, 2, 3, 4, 5, 6, 7, 8], rows: 2, cols: 4);

        device.Upload([-2f, -3f, -6f, -7f], whole.Columns(1, 2));

        Assert.That(device.ToArray(whole), Is.EqualTo(new float[] { 1, -2, -3, 4, 5, -6, -7, 8 }));
        Assert.That(device.ToArray(whole.Columns(2, 2)), Is.EqualTo(new float[] { -3, 4, -7, 8 }));
        Assert.That(
            () => device.Upload([1f], whole), Throws.ArgumentException.With.Message.Contains("must be 8"));
    }

    [Test]
    public void Memory_starts_at_zero()
    {
        using var device = GpuDevice.Simulator();
        Assert.That(device.ToArray(device.Arena.Allocate(3, 5)), Is.All.Zero);
    }
}
