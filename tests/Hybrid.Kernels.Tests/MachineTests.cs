using System.Reflection;

namespace Hybrid.Kernels.Tests;

[TestFixture]
public sealed class MachineTests
{
    static IEnumerable<Type> Fixtures => typeof(KernelFixture).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(KernelFixture)));

    /// <summary>NUnit takes the attributes of the fixture itself, and only without any those of its base.</summary>
    [TestCaseSource(nameof(Fixtures))]
    public void A_fixture_that_names_its_machines_names_the_GPU(Type fixture)
    {
        var own = fixture.GetCustomAttributes<TestFixtureAttribute>(inherit: false).ToArray();
        if (own.Length == 0) own = [.. typeof(KernelFixture).GetCustomAttributes<TestFixtureAttribute>()];

        var cuda = own.SingleOrDefault(attribute => attribute.Arguments is [Machine.Cuda]);
        Assert.That(cuda?.Category, Is.EqualTo(nameof(Machine.Cuda)));
    }
}
