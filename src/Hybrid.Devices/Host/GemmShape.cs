using System.Runtime.InteropServices;

namespace Hybrid.Devices.Host;

/// <summary>C[M, N] = A[M, K]·B[K, N]: where the three lie and how they are read.</summary>
/// <remarks>
/// A is read in place through two strides, so that it may be transposed or not; B is copied into panels,
/// transposed on the way if need be; C is row-major.
/// </remarks>
/// <param name="a">A.</param>
/// <param name="aRow">Words from A's row m to m + 1.</param>
/// <param name="aK">Words from A's k to k + 1.</param>
/// <param name="b">B, or its transpose.</param>
/// <param name="bTransposed">Whether <paramref name="b"/> has rows of k rather than rows of n.</param>
/// <param name="c">C.</param>
/// <param name="m">Rows of A and C.</param>
/// <param name="n">Columns of B and C.</param>
/// <param name="k">Columns of A, rows of B.</param>
readonly unsafe struct GemmShape(float* a, nint aRow, nint aK, View b, bool bTransposed, View c, int m, int n, int k)
{
    public readonly float* A = a;
    public readonly nint ARow = aRow, AK = aK;
    public readonly View B = b, C = c;
    public readonly bool BTransposed = bTransposed;
    public readonly int M = m, N = n, K = k;

    /// <summary>Fused multiply-adds.</summary>
    public long Work => (long)M * N * K;
}

/// <summary>Memory for one packed panel per worker, made once with the device.</summary>
sealed unsafe class GemmScratch : IDisposable
{
    /// <summary>Steps of k per panel: B's panel (100 KiB) stays in L2 while A's rows pass through L1.</summary>
    public const int BlockK = 512;

    /// <summary>The widest panel: three lanes of 16.</summary>
    public const int MaxPanel = 48;

    const int Words = BlockK * MaxPanel;

    readonly float* memory;

    public GemmScratch(int workers) =>
        memory = (float*)NativeMemory.AlignedAlloc((nuint)workers * Words * sizeof(float), 64);

    public float* this[int worker] => memory + (nint)worker * Words;

    public void Dispose() => NativeMemory.AlignedFree(memory);
}
