using System.Reflection;

namespace Hybrid.Kernels.Tests;

[TestFixture]
public sealed class MachineTests
{
    static IEnumerable<Type> Fixtures => typeof(KernelFixture).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(KernelFixture)));

    /// <summary>All sources of <see cref="Machines"/> have the GPU where there is one.</summary>
    /// <remarks>NUnit takes the attributes of the fixture itself, and only without any those of its base.</remarks>
    [TestCaseSource(nameof(Fixtures))]
    public void A_fixture_runs_on_the_GPU_too(Type fixture)
    {
        Assert.That(fixture.GetCustomAttributes<TestFixtureAttribute>(inherit: false), Is.Empty);
        var own = fixture.GetCustomAttributes<TestFixtureSourceAttribute>(inherit: false).ToArray();
        if (own.Length == 0) own = [.. typeof(KernelFixture).GetCustomAttributes<TestFixtureSourceAttribute>()];
        Assert.That(own.Select(source => source.SourceType), Is.EqualTo(new[] { typeof(Machines) }));
    }

    [Test]
    [Category(nameof(Machine.Cuda))]
    public void Every_fixture_ran_on_the_GPU()
    {
        if (Simulator.CudaMissing is { } reason) Assert.Ignore($"{Fixtures.Count()} fixtures: {reason}");
        Assert.That(Machines.OfPtx.Count(), Is.EqualTo(2));
    }
}
