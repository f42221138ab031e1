using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Hybrid.Kernels.Tests;

/// <summary>What runs a kernel.</summary>
public enum Machine
{
    /// <summary>ILGPU's simulated device: it runs the kernel's C#.</summary>
    Simulator,

    /// <summary>The interpreter: it runs the PTX that the kernel compiles to.</summary>
    Ptx,

    /// <summary>PoCL, where it is installed: it runs the OpenCL C that the kernel compiles to, on the processor.</summary>
    OpenCl,

    /// <summary>The GPU, where there is one.</summary>
    Cuda,
}

/// <summary>The machines that fixtures are instantiated for: those that are here.</summary>
/// <remarks><see cref="MachineTests"/> and <see cref="OpenClTests"/> say, once, what is not.</remarks>
static class Machines
{
    public static IEnumerable<TestFixtureData> Here =>
        OpenCl.IsInstalled ? WithWarps.Append(new(Machine.OpenCl)) : WithWarps;

    /// <summary>For kernels whose every rung shuffles.</summary>
    public static IEnumerable<TestFixtureData> WithWarps => OfPtx.Prepend(new(Machine.Simulator));

    /// <summary>For tensor cores.</summary>
    public static IEnumerable<TestFixtureData> OfPtx
    {
        get
        {
            yield return new(Machine.Ptx);
            if (Simulator.CudaMissing is not null) yield break;
            var cuda = new TestFixtureData(Machine.Cuda);
            cuda.Properties.Add(PropertyNames.Category, nameof(Machine.Cuda));
            yield return cuda;
        }
    }
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
