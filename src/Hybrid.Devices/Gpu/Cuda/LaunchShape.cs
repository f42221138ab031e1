using ILGPU;

namespace Hybrid.Devices.Gpu.Cuda;

/// <summary>What a launch is, but for its arguments.</summary>
/// <param name="Function">The driver's handle of the kernel.</param>
/// <param name="Grid">Blocks.</param>
/// <param name="Block">Threads of a block.</param>
readonly record struct LaunchShape(nint Function, Index3D Grid, Index3D Block)
{
    /// <summary>As a node of a graph wants it.</summary>
    public unsafe CudaApi.KernelNode With(void** parameters) => new()
    {
        Function = Function,
        GridX = Grid.X, GridY = Grid.Y, GridZ = Grid.Z,
        BlockX = Block.X, BlockY = Block.Y, BlockZ = Block.Z,
        Parameters = parameters,
    };
}
