using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Hybrid.Bench;

/// <summary>cuBLAS as the toolkit or a Python package installs it: the bench's yardstick, and nothing else's.</summary>
/// <remarks>Signatures: cublas_v2.h and cublas_api.h of CUDA 12 and 13. A status that is not 0 is an error.</remarks>
sealed unsafe class CuBlasLibrary
{
    /// <summary>The variable that names a library file, such as the one beside PyTorch.</summary>
    public const string Variable = "HYBRID_CUBLAS";

    /// <summary>Newest first.</summary>
    static readonly string[] Names = ["libcublas.so.13", "libcublas.so.12"];

    static readonly string[] Folders = ["", "/usr/local/cuda/lib64/", "/usr/local/cuda/targets/x86_64-linux/lib/"];

    public readonly delegate* unmanaged<nint*, int> Create;
    public readonly delegate* unmanaged<nint, int> Destroy;
    public readonly delegate* unmanaged<nint, nint, int> SetStream;
    public readonly delegate* unmanaged<nint, int, int> SetMathMode;

    /// <summary>handle, transA, transB, m, n, k, α, A, lda, B, ldb, β, C, ldc.</summary>
    public readonly delegate* unmanaged<
        nint, int, int, int, int, int, float*, nint, int, nint, int, float*, nint, int, int> Sgemm;

    /// <summary>As <see cref="Sgemm"/>, with a type behind each matrix, then compute type and algorithm.</summary>
    public readonly delegate* unmanaged<
        nint, int, int, int, int, int, float*, nint, int, int, nint, int, int, float*, nint, int, int, int, int, int>
        GemmEx;

    CuBlasLibrary(string file, nint library)
    {
        Create = (delegate* unmanaged<nint*, int>)Export("cublasCreate_v2");
        Destroy = (delegate* unmanaged<nint, int>)Export("cublasDestroy_v2");
        SetStream = (delegate* unmanaged<nint, nint, int>)Export("cublasSetStream_v2");
        SetMathMode = (delegate* unmanaged<nint, int, int>)Export("cublasSetMathMode");
        Sgemm = (delegate* unmanaged<
            nint, int, int, int, int, int, float*, nint, int, nint, int, float*, nint, int, int>)
            Export("cublasSgemm_v2");
        GemmEx = (delegate* unmanaged<
            nint, int, int, int, int, int, float*, nint, int, int, nint, int, int, float*, nint, int, int, int, int,
            int>)Export("cublasGemmEx");
        About = $"cuBLAS {Version()} · {file}";

        nint Export(string name) => NativeLibrary.GetExport(library, name);

        string Version()
        {
            const int majorVersion = 0, minorVersion = 1, patchLevel = 2;
            var get = (delegate* unmanaged<int, int*, int>)Export("cublasGetProperty");
            return string.Join('.', new[] { majorVersion, minorVersion, patchLevel }.Select(part =>
            {
                int value;
                return get(part, &value) == 0 ? value.ToString(CultureInfo.InvariantCulture) : "?";
            }));
        }
    }

    /// <summary>Version and file.</summary>
    public string About { get; }

    /// <summary>Loads the library that is here.</summary>
    /// <param name="file">The only one to try; null for those that are usually there.</param>
    /// <param name="library">The library, where there is one.</param>
    /// <param name="missing">Why there is none, in one line.</param>
    public static bool TryLoad(
        string? file, [NotNullWhen(true)] out CuBlasLibrary? library, [NotNullWhen(false)] out string? missing)
    {
        var files = file is null ? Folders.SelectMany(folder => Names.Select(name => folder + name)) : [file];
        (library, missing) = (null, null);
        foreach (var one in files)
        {
            // A Python package keeps both in a folder that the loader does not search.
            NativeLibrary.TryLoad(one.Replace("libcublas.", "libcublasLt."), out _);
            if (!NativeLibrary.TryLoad(one, out var handle)) continue;
            try
            {
                library = new(one, handle);
                return true;
            }
            catch (EntryPointNotFoundException e)
            {
                missing = $"cuBLAS left out: {one} is none: {e.Message.ReplaceLineEndings(" ")}";
                return false;
            }
        }
        missing = file is null
            ? $"cuBLAS left out: no {string.Join(" or ", Names)} here (set {Variable} to its file)"
            : $"cuBLAS left out: {Variable}={file} does not load";
        return false;
    }
}
