using System.Reflection;
using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;

namespace Hybrid.Devices.Tests.Gpu;

/// <summary>What a GPU must pass before it is used unasked.</summary>
[TestFixture]
public sealed class SelfTestTests
{
    [Test]
    public void The_simulator_gives_the_hosts_bits()
    {
        using var host = new HostDevice(1);
        using var simulator = GpuDevice.Simulator();
        Assert.That(SelfTest.FirstDifference(simulator, host), Is.Null);
    }

    [TestCase(nameof(IOps.Affine))]
    [TestCase(nameof(IOps.AffineGradWeight))]
    [TestCase(nameof(IOps.Conv2d))]
    [TestCase(nameof(IOps.Conv2dGradInput))]
    [TestCase(nameof(IOps.Conv2dGradWeight))]
    [TestCase(nameof(IOps.ReparameterizeKl))]
    [TestCase(nameof(IOps.PixelNllRowsWithGrad))]
    [TestCase(nameof(IOps.Attention))]
    [TestCase(nameof(IOps.AttentionGradQuery))]
    [TestCase(nameof(IOps.AttentionGradKeyValue))]
    [TestCase(nameof(IOps.MixtureGradRows))]
    [TestCase(nameof(IOps.MixtureGradComponents))]
    [TestCase(nameof(IOps.Adam))]
    public void A_device_that_skips_an_operation_is_found_out(string operation)
    {
        using var host = new HostDevice(1);
        using var lazy = new LazyDevice(operation);
        Assert.That(SelfTest.FirstDifference(lazy, host), Is.EqualTo(operation));
    }

    /// <summary>A host device that does not do one operation.</summary>
    sealed class LazyDevice : Device
    {
        readonly HostDevice host = new(1);

        public LazyDevice(string skipped)
        {
            Ops = DispatchProxy.Create<IOps, Skipping>();
            ((Skipping)Ops).Set(host.Ops, skipped);
        }

        public override string Description => "lazy";

        public override IOps Ops { get; }

        public override Arena Arena => host.Arena;

        public override void Upload(ReadOnlySpan<float> from, Tensor to) => host.Upload(from, to);

        public override void Upload(ReadOnlySpan<int> from, Tensor to) => host.Upload(from, to);

        public override void Download(Tensor from, Span<float> to) => host.Download(from, to);

        public override void Synchronize() { }

        public override void Dispose() => host.Dispose();
    }

    public class Skipping : DispatchProxy
    {
        IOps? ops;
        string skipped = "";

        public void Set(IOps target, string name) => (ops, skipped) = (target, name);

        protected override object? Invoke(MethodInfo? method, object?[]? arguments) =>
            method!.Name == skipped ? null : method.Invoke(ops, arguments);
    }
}
