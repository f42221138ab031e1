using System.Text;
using Hybrid.Kernels;

namespace Hybrid.Devices.Gpu.Cuda;

/// <summary>Kernels as the driver holds them: each compiled when it is first asked for, and kept.</summary>
/// <param name="compiler">To the PTX of this device.</param>
/// <param name="sourceLines">Whether profilers shall find the C# lines.</param>
sealed unsafe class CudaModules(PtxCompiler compiler, bool sourceLines) : IDisposable
{
    const int LogBytes = 8192;

    readonly Dictionary<Rung, nint> functions = [];
    readonly List<nint> modules = [];

    /// <summary>The driver's handle of a kernel.</summary>
    /// <exception cref="DeviceFault">The driver refuses its PTX.</exception>
    public nint this[Rung rung]
    {
        get
        {
            if (!functions.TryGetValue(rung, out var function)) functions.Add(rung, function = Load(rung));
            return function;
        }
    }

    nint Load(Rung rung)
    {
        var text = Encoding.UTF8.GetBytes(WithoutDebugTarget(compiler.Compile(rung)) + '\0');
        var log = new byte[LogBytes];
        nint module;
        int code;
        fixed (byte* first = text, errors = log)
        {
            var options = stackalloc int[] { CudaApi.ErrorLog, CudaApi.ErrorLogBytes, CudaApi.LineInfo };
            var values = stackalloc void*[] { errors, (void*)(nint)LogBytes, (void*)1 };
            code = CudaApi.ModuleLoad(out module, first, sourceLines ? 3u : 2u, options, values);
        }
        if (code != 0) throw new DeviceFault(Refusal(rung, code, log));
        modules.Add(module);
        CudaApi.Check(
            CudaApi.ModuleFunction(out var function, module, PtxCompiler.EntryOf(rung)),
            rung, "is not in its module");
        return function;
    }

    static string Refusal(Rung rung, int code, byte[] log)
    {
        var length = Array.IndexOf(log, (byte)0);
        var said = Encoding.UTF8.GetString(log, 0, length < 0 ? log.Length : length).Trim().ReplaceLineEndings(" ");
        return $"the driver refuses {rung.Name}: {CudaApi.Explain(code)}{(said.Length > 0 ? $": {said}" : "")}";
    }

    /// <summary>
    /// With source lines ILGPU asks for a debug build, which is not optimised; the lines alone are wanted.
    /// </summary>
    static string WithoutDebugTarget(string ptx)
    {
        ptx = ptx.Replace(", debug", "", StringComparison.Ordinal);
        var section = ptx.IndexOf(".section", StringComparison.Ordinal);
        return section < 0 ? ptx : ptx[..section];
    }

    public void Dispose()
    {
        // What fails here has failed before: after a fault the driver refuses everything.
        foreach (var module in modules) _ = CudaApi.ModuleUnload(module);
        modules.Clear();
        functions.Clear();
        compiler.Dispose();
    }
}
