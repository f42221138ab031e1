using System.Runtime.InteropServices;

namespace Hybrid.Bench.Comparison;

/// <summary>OpenBLAS, as Debian and its descendants install it.</summary>
/// <remarks>Signatures: cblas.h and openblas_config.h of OpenBLAS 0.3.</remarks>
public sealed unsafe class OpenBlas : IPeerLibrary
{
    const int RowMajor = 101, NoTranspose = 111, Transpose = 112;

    static readonly string[] Names =
    [
        "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
        "/usr/lib/aarch64-linux-gnu/openblas-pthread/libopenblas.so.0",
        "libopenblas.so.0",
    ];

    readonly nint library;
    readonly delegate* unmanaged<
        int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> sgemm;

    public OpenBlas(PeerJob job)
    {
        if (!TryLoad(out library)) throw new DllNotFoundException(Missing);
        sgemm = (delegate* unmanaged<
            int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(job.Threads);
    }

    /// <summary>Why it is not here, and how to get it.</summary>
    public const string Missing = "libopenblas.so.0 is not here: apt-get install libopenblas0-pthread";

    public static bool IsHere
    {
        get
        {
            if (!TryLoad(out var handle)) return false;
            NativeLibrary.Free(handle);
            return true;
        }
    }

    static bool TryLoad(out nint handle)
    {
        foreach (var name in Names)
            if (NativeLibrary.TryLoad(name, out handle)) return true;
        handle = 0;
        return false;
    }

    public string About => $"{Text("openblas_get_config")} · core {Text("openblas_get_corename")}";

    string Text(string function) => Marshal.PtrToStringUTF8(
        ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, function))()) ?? "";

    public IPeerWork Open(PeerCase work, PeerData data) => work is GemmCase gemm
        ? new NativeGemm(gemm, data, Multiply)
        : throw new NotSupportedException("OpenBLAS multiplies matrices only");

    void Multiply(GemmCase gemm, float* a, float* b, float* c) => sgemm(
        RowMajor, gemm.Op == GemmOp.TN ? Transpose : NoTranspose, gemm.Op == GemmOp.NT ? Transpose : NoTranspose,
        gemm.M, gemm.N, gemm.K, 1, a, gemm.Op == GemmOp.TN ? gemm.M : gemm.K,
        b, gemm.Op == GemmOp.NT ? gemm.K : gemm.N, 0, c, gemm.N);

    public void Dispose() { }
}

/// <summary>C[M, N] = A·B, row-major and dense.</summary>
public unsafe delegate void MultiplyMatrices(GemmCase gemm, float* a, float* b, float* c);

/// <summary>A product by a library that takes pointers.</summary>
public sealed unsafe class NativeGemm : IPeerWork
{
    const int Alignment = 64;

    readonly GemmCase gemm;
    readonly MultiplyMatrices multiply;
    readonly float* a, b, c;

    public NativeGemm(GemmCase gemm, PeerData data, MultiplyMatrices multiply)
    {
        (this.gemm, this.multiply) = (gemm, multiply);
        a = Copy(data.A((long)gemm.M * gemm.K));
        b = Copy(data.B((long)gemm.K * gemm.N));
        c = Copy(new float[gemm.M * gemm.N]);
    }

    static float* Copy(ReadOnlySpan<float> values)
    {
        var at = (float*)NativeMemory.AlignedAlloc((nuint)values.Length * sizeof(float), Alignment);
        values.CopyTo(new(at, values.Length));
        return at;
    }

    public void Run() => multiply(gemm, a, b, c);

    public float[] Results()
    {
        Run();
        return new ReadOnlySpan<float>(c, gemm.M * gemm.N).ToArray();
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(a);
        NativeMemory.AlignedFree(b);
        NativeMemory.AlignedFree(c);
    }
}
