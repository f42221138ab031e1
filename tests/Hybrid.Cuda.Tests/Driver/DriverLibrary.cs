using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Hybrid.Cuda.Tests;

/// <summary>Shared libraries whose functions are C# methods: a libcuda.so.1, and NVTX's.</summary>
/// <remarks>
/// A few lines of C, compiled when a test first asks, export every name and jump through a pointer. Once a library is
/// loaded, whoever asks for its name in this process gets it, a real driver or none notwithstanding: the loader looks
/// among what it holds first.
/// </remarks>
static unsafe class DriverLibrary
{
    static readonly Lazy<string?> Missing = new(Install);

    /// <summary>Skips the test, with the reason, where the library cannot be made.</summary>
    public static void Require()
    {
        if (Missing.Value is { } reason) Assert.Ignore(reason);
    }

    static string? Install()
    {
        if (!OperatingSystem.IsLinux()) return "the recording driver is for Linux";
        var folder = Directory.CreateTempSubdirectory("hybrid-driver-").FullName;
        try
        {
            return Install(folder, "libcuda.so.1", typeof(DriverFunctions))
                ?? Install(folder, "libnvToolsExt.so.1", typeof(NvtxFunctions));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string? Install(string folder, string name, Type type)
    {
        MethodInfo[] functions =
        [
            .. type.GetMethods(BindingFlags.Static | BindingFlags.Public)
                .Where(method => method.IsDefined(typeof(UnmanagedCallersOnlyAttribute), inherit: false)),
        ];
        var (source, library) = (Path.Combine(folder, $"{type.Name}.c"), Path.Combine(folder, name));
        File.WriteAllText(source, Source(functions));
        if (Compile(source, library) is { } reason) return reason;
        var handle = NativeLibrary.Load(library);
        foreach (var function in functions)
            *(nint*)NativeLibrary.GetExport(handle, $"to_{function.Name}") =
                function.MethodHandle.GetFunctionPointer();
        return null;
    }

    /// <summary>Twelve words are the most that any of these functions takes; those it does not take are noise.</summary>
    static string Source(MethodInfo[] functions)
    {
        var source = new StringBuilder("""
            typedef long word;
            typedef word (*target)(word, word, word, word, word, word, word, word, word, word, word, word);
            #define FUNCTION(name) \
                target to_##name; \
                word name(word a, word b, word c, word d, word e, word f, word g, word h, word i, word j, word k, word l) \
                { return to_##name(a, b, c, d, e, f, g, h, i, j, k, l); }

            """);
        foreach (var function in functions) source.AppendLine($"FUNCTION({function.Name})");
        return source.ToString();
    }

    static string? Compile(string source, string library)
    {
        try
        {
            using var gcc = Process.Start(new ProcessStartInfo(
                "gcc", ["-O1", "-shared", "-fPIC", $"-Wl,-soname,{Path.GetFileName(library)}", "-o", library, source])
            {
                RedirectStandardError = true,
            })!;
            var said = gcc.StandardError.ReadToEnd();
            gcc.WaitForExit();
            return gcc.ExitCode == 0 ? null : throw new InvalidOperationException($"gcc: {said}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "needs gcc for the recording driver";
        }
    }
}
