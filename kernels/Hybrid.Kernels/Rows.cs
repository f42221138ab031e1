using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>Four neighbouring floats, which a GPU loads and stores as one.</summary>
public struct Four(F32 x, F32 y, F32 z, F32 w)
{
    public F32 X = x, Y = y, Z = z, W = w;

    public static Four Of(F32 value) => new(value, value, value, value);

    public static Four operator +(Four a, Four b) =>
        new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    public static Four operator *(Four a, Four b) =>
        new(a.X * b.X, a.Y * b.Y, a.Z * b.Z, a.W * b.W);

    public static Four operator /(Four a, Four b) =>
        new(a.X / b.X, a.Y / b.Y, a.Z / b.Z, a.W / b.W);

    public static Four Max(Four a, Four b) => new(
        F32.Max(a.X, b.X), F32.Max(a.Y, b.Y), F32.Max(a.Z, b.Z), F32.Max(a.W, b.W));

    /// <summary>a·b + c with one rounding, four times.</summary>
    public static Four Fma(F32 a, Four b, Four c) => new(
        F32.Fma(a, b.X, c.X), F32.Fma(a, b.Y, c.Y),
        F32.Fma(a, b.Z, c.Z), F32.Fma(a, b.W, c.W));

    /// <inheritdoc cref="Fma(F32, Four, Four)"/>
    public static Four Fma(Four a, Four b, Four c) => new(
        F32.Fma(a.X, b.X, c.X), F32.Fma(a.Y, b.Y, c.Y),
        F32.Fma(a.Z, b.Z, c.Z), F32.Fma(a.W, b.W, c.W));
}

/// <summary>Two neighbouring floats, which a GPU loads as one.</summary>
public struct Pair
{
    public F32 X, Y;
}

/// <summary>
/// A row-major matrix in device memory; a vector is a matrix of one column.
/// </summary>
/// <remarks>Indices are 32-bit: a matrix spans fewer than 2³¹ words.</remarks>
/// <param name="words">From the first element to the last.</param>
/// <param name="stride">Words from one row to the next.</param>
/// <param name="fours">
/// 1 where every column that is a multiple of 4 lies at a multiple of 16 bytes, else 0.
/// </param>
public readonly struct Rows(ArrayView<F32> words, int stride, int fours)
{
    public readonly ArrayView<F32> Words = words;
    public readonly int Stride = stride, Fours = fours;

    public ref F32 this[int row, int column] => ref Words[row * Stride + column];

    /// <summary>Element <paramref name="row"/> of a vector.</summary>
    public ref F32 this[int row] => ref Words[row * Stride];

    /// <summary>
    /// Columns column … column + 3, which must exist; see <see cref="Fours"/>.
    /// </summary>
    public ref Four FourAt(int row, int column) =>
        ref Words.AsAligned(16).Cast<Four>()[(row * Stride + column) >> 2];

    /// <summary>
    /// Columns column and column + 1, which must exist, of an even column; see
    /// <see cref="Fours"/>.
    /// </summary>
    public ref Pair PairAt(int row, int column) =>
        ref Words.AsAligned(8).Cast<Pair>()[(row * Stride + column) >> 1];
}
