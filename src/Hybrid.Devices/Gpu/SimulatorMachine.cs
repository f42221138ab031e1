using Hybrid.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Devices.Gpu;

/// <summary>ILGPU's simulator: runs the C# of kernels.</summary>
sealed class SimulatorMachine(Accelerator accelerator, AcceleratorStream stream) : IMachine
{
    readonly Dictionary<Rung, Delegate> launchers = [];

    public void Launch<TArguments>(Rung<TArguments> rung, in TArguments arguments) where TArguments : struct
    {
        if (!launchers.TryGetValue(rung, out var launcher))
            launchers.Add(rung, launcher = accelerator.LoadKernel(rung.Body, rung.Specialization));
        ((Action<AcceleratorStream, KernelConfig, TArguments>)launcher)(stream, rung.Grid(arguments), arguments);
    }

    public void Dispose() { }
}
