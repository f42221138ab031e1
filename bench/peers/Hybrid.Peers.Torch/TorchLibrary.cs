using System.Runtime.InteropServices;
using Hybrid.Bench.Comparison;

namespace Hybrid.Peers.Torch;

/// <summary>libtorch 2.10: eager with autograd, or only the MKL inside it.</summary>
sealed unsafe class TorchLibrary : IPeerLibrary
{
    readonly PeerJob job;

    public TorchLibrary(PeerJob job)
    {
        if (job.Device != PeerOptions.Host)
            throw new NotSupportedException("This libtorch is the CPU's; on a GPU the peer is Python's PyTorch.");
        this.job = job;
        Native.SetThreads(job.Threads);
        // As torch does itself; without it MKL may use fewer threads than it was given.
        Native.MKL_Set_Dynamic(0);
        Native.MKL_Set_Num_Threads_Local(job.Threads);
    }

    public string About
    {
        get
        {
            const int length = 256;
            var text = stackalloc byte[length];
            Native.MKL_Get_Version_String(text, length);
            return $"libtorch 2.10.0 (CPU) · {Marshal.PtrToStringUTF8((nint)text)?.Trim()}";
        }
    }

    public IPeerWork Open(PeerCase work, PeerData data) => (job.Implementation, work) switch
    {
        ("mkl", GemmCase gemm) => new NativeGemm(gemm, data, Sgemm),
        (_, GemmCase gemm) => Product(gemm, data),
        (_, ElementCase element) => TorchElements.Open(element, data, job.Implementation == "torch-fused"),
        (_, StepCase step) => new TorchStep(step, data, job.Implementation == "torch-fused"),
        (_, PairsCase pairs) => new TorchPairs(pairs, data),
        (_, ConvCase conv) => new TorchConv(conv, data, job.Implementation == "torch-channels-last"),
        _ => throw new NotSupportedException($"libtorch is not asked for {work.Name}"),
    };

    /// <summary>Fortran's matrices are columns: Cᵀ = op(B)ᵀ·op(A)ᵀ.</summary>
    static void Sgemm(GemmCase gemm, float* a, float* b, float* c)
    {
        byte plain = (byte)'N', turned = (byte)'T';
        int m = gemm.M, n = gemm.N, k = gemm.K;
        var (lda, ldb) = (gemm.Op == GemmOp.TN ? m : k, gemm.Op == GemmOp.NT ? k : n);
        float one = 1, zero = 0;
        Native.sgemm_(gemm.Op == GemmOp.NT ? &turned : &plain, gemm.Op == GemmOp.TN ? &turned : &plain,
            &n, &m, &k, &one, b, &ldb, a, &lda, &zero, c, &n);
    }

    static TorchWork Product(GemmCase gemm, PeerData data)
    {
        long m = gemm.M, n = gemm.N, k = gemm.K;
        var a = gemm.Op == GemmOp.TN ? Tensor.Of(data.A(m * k), k, m) : Tensor.Of(data.A(m * k), m, k);
        var b = gemm.Op == GemmOp.NT ? Tensor.Of(data.B(k * n), n, k) : Tensor.Of(data.B(k * n), k, n);
        return new(gemm.Op switch
        {
            GemmOp.NN => () => a.Multiply(b),
            GemmOp.NT => () => a.Multiply(b.Transpose()),
            _ => () => a.Transpose().Multiply(b),
        });
    }

    public void Dispose() { }
}

/// <summary>One expression whose value is the result.</summary>
sealed class TorchWork(Func<Tensor> run) : IPeerWork
{
    public void Run()
    {
        run();
        Tensor.FreeTemporaries();
    }

    public float[] Results()
    {
        float[] results = [.. run().Values];
        Tensor.FreeTemporaries();
        return results;
    }

    public void Dispose() { }
}
