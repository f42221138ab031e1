using Hybrid.Kernels;
using Hybrid.Ptx;
using ILGPU;

namespace Hybrid.Devices.Gpu;

/// <summary>Runs rungs as the PTX that they compile to, without a GPU.</summary>
/// <remarks>Some 10⁵ times slower than a GPU, and stricter: see <see cref="FaultKind"/>.</remarks>
public sealed class PtxMachine : IMachine
{
    readonly PtxCompiler compiler = KernelContext.PtxCompiler(sourceLines: true);
    readonly Dictionary<Rung, Program> programs = [];

    /// <summary>What kernels may reach.</summary>
    public GlobalMemory Memory { get; } = new();

    /// <summary>Hears of every launch and of what it counted.</summary>
    public Action<Rung, Counters>? AfterLaunch { get; set; }

    /// <summary>A rung, compiled and decoded.</summary>
    public Program this[Rung rung]
    {
        get
        {
            if (!programs.TryGetValue(rung, out var program))
                programs.Add(rung, program = Program.Parse(compiler.Compile(rung), PtxCompiler.EntryOf(rung)));
            return program;
        }
    }

    /// <exception cref="PtxFault">The kernel did what a GPU would not survive, or would not notice.</exception>
    public Counters Launch<TArguments>(Rung<TArguments> rung, in TArguments arguments) where TArguments : struct
    {
        var config = rung.Grid(arguments);
        var bytes = new byte[KernelArguments<TArguments>.Bytes];
        KernelArguments<TArguments>.Write(arguments, bytes);
        var counters = Ptx.Launch.Run(this[rung], SizeOf(config.GridDim), SizeOf(config.GroupDim), bytes, Memory);
        AfterLaunch?.Invoke(rung, counters);
        return counters;
    }

    void IMachine.Launch<TArguments>(Rung<TArguments> rung, in TArguments arguments) => Launch(rung, arguments);

    static Size SizeOf(Index3D size) => new(size.X, size.Y, size.Z);

    public void Dispose()
    {
        compiler.Dispose();
        Memory.Dispose();
    }
}
