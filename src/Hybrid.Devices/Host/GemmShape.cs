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
readonly unsafe struct GemmShape(
    float* a, nint aRow, nint aK, View b, bool bTransposed, View c,
    int m, int n, int k)
{
    public readonly float* A = a;
    public readonly nint ARow = aRow, AK = aK;
    public readonly View B = b, C = c;
    public readonly bool BTransposed = bTransposed;
    public readonly int M = m, N = n, K = k;

    /// <summary>Fused multiply-adds.</summary>
    public long Work => (long)M * N * K;

    /// <summary>Whether A's rows are columns in memory.</summary>
    public bool ATransposed => ARow == 1 && AK != 1;

    /// <summary>Whether C is one dense column.</summary>
    public bool IsColumn => N == 1 && M > 1 && C.Stride == 1;

    /// <summary>Cᵀ = Bᵀ·Aᵀ of a <see cref="IsColumn">column</see>: a row, with the same chain over k.</summary>
    public GemmShape Transposed() => new(
        B.At, B.Stride, BTransposed ? 1 : B.Stride,
        ATransposed ? new(A, AK) : new(A, ARow), !ATransposed, new(C.At, M), 1, M, K);

    /// <summary>The <paramref name="index"/>-th product of a batch that this one begins.</summary>
    public GemmShape Moved(GemmSteps steps, int index) => new(
        A + index * steps.A, ARow, AK, new(B.At + index * steps.B, B.Stride), BTransposed,
        new(C.At + index * steps.C, C.Stride), M, N, K);

    /// <summary>The steps of k that are to be taken now: all, unless the product is taken in slabs.</summary>
    public int FromK { get; private init; }

    public int ToK { get; private init; } = k;

    /// <summary>
    /// Steps [from, to) of the same product, with those of A in tiles of <paramref name="rows"/> rows
    /// (<see cref="PackTiles{T}"/>).
    /// </summary>
    public GemmShape Slab(float* tiles, int rows, int from, int to) =>
        new(tiles, 1, rows, B, BTransposed, C, M, N, K) { TileRows = rows, FromK = from, ToK = to };

    /// <summary>Rows of A's tiles; 0 where A is read in place.</summary>
    int TileRows { get; init; }

    /// <summary>A at row m and step k.</summary>
    public float* AAt(int m, int k) => TileRows == 0
        ? A + m * ARow + k * AK
        : A + (nint)(m - m % TileRows) * (ToK - FromK) + (k - FromK) * AK + m % TileRows;
}
