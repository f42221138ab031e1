using Hybrid.Kernels;

namespace Hybrid.Devices.Gpu;

/// <summary>What runs kernels: a GPU, ILGPU's simulator or the interpreter.</summary>
interface IMachine : IDisposable
{
    /// <summary>Launches a rung after all that was launched before; compiles it first if it is new here.</summary>
    void Launch<TArguments>(Rung<TArguments> rung, in TArguments arguments) where TArguments : struct;
}
