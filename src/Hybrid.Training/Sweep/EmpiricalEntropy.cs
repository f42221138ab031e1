using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Training;

/// <summary>H of a finite set of images, each as likely as any other: ln N, less what repeated ones cost.</summary>
public static class EmpiricalEntropy
{
    /// <summary>−Σ p log p over the different rows of x[N, D], nats.</summary>
    public static double Of(ReadOnlySpan<float> x, int D)
    {
        var N = x.Length / D;
        var counts = new Dictionary<UInt128, int>();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (var n = 0; n < N; n++)
        {
            SHA256.HashData(MemoryMarshal.AsBytes(x.Slice(n * D, D)), hash);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, MemoryMarshal.Read<UInt128>(hash), out _)++;
        }
        double entropy = 0;
        foreach (var count in counts.Values) entropy += (double)count / N * Math.Log((double)N / count);
        return entropy;
    }
}
