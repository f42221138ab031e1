using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Hybrid.Kernels.Tests;

/// <summary>What runs a kernel where there is no GPU.</summary>
public enum Machine
{
    /// <summary>ILGPU's simulated device: it runs the kernel's C#.</summary>
    Simulator,

    /// <summary>The interpreter: it runs the PTX that the kernel compiles to.</summary>
    Ptx,

    /// <summary>PoCL: it runs the OpenCL C that the kernel compiles to, on the processor.</summary>
    OpenCl,
}

/// <summary>The machines that fixtures are instantiated for.</summary>
static class Machines
{
    /// <summary>PoCL is a package that may be missing: <see cref="OpenClTests"/> then says so, once.</summary>
    public static IEnumerable<Machine> Here =>
        OpenCl.IsInstalled ? Enum.GetValues<Machine>() : [Machine.Simulator, Machine.Ptx];
}

/// <summary>Cases whose first argument is a rung: those that the fixture's machine can run.</summary>
/// <remarks><see cref="OpenClTests"/> counts what is left out.</remarks>
sealed class RungCasesAttribute(string source) : TestCaseSourceAttribute(source), ITestBuilder
{
    IEnumerable<TestMethod> ITestBuilder.BuildFrom(IMethodInfo method, Test? suite) =>
        BuildFrom(method, suite).Where(test =>
            suite?.Arguments is not [Machine.OpenCl]
            || test.Arguments.OfType<Rung>().All(OpenCl.Runs));
}
