using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>A gradient's norm, and the gradient no longer than a limit.</summary>
sealed unsafe partial class HostOps<T, TWord>
{
    public void SquareSums(Tensor x, Tensor y)
    {
        var n = (int)x.Length;
        int full = n / GradientClip.Chunk, rest = n % GradientClip.Chunk;
        var numbers = arena.At(x.Flat());
        if (full > 0)
            Sum(new SquareSum<T>(new(numbers, GradientClip.Chunk), View(y)), full, GradientClip.Chunk, Cheap);
        if (rest > 0)
            Sum(new SquareSum<T>(
                new(numbers + (nint)full * GradientClip.Chunk, GradientClip.Chunk), View(y.RowRange(full, 1))),
                1, rest, Cheap);
    }

    public void ClipNorm(Tensor x, Tensor squares, float limit)
    {
        var factor = GradientClip.Apply(new F32(*View(squares)[0]), new F32(limit)).V;
        Scale(x, factor, x);
    }
}

/// <summary>y[b] = Σ_d x².</summary>
readonly unsafe struct SquareSum<T>(View x, View y) : ISum<T> where T : unmanaged, IVectorLane<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Term(int row, int d, int count)
    {
        var value = x.Load<T>(row, d, count);
        return value * value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Result(int row, float sum) => *y[row] = sum;
}
