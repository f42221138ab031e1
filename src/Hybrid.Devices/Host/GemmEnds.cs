using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>What becomes of a product's finished sums while they are still in the first cache.</summary>
/// <typeparam name="TSelf">The type that implements this.</typeparam>
interface IGemmEnd<TSelf> where TSelf : unmanaged, IGemmEnd<TSelf>
{
    /// <summary>Finishes rows [m, m + rows) and columns [n, n + cols) of C.</summary>
    void Finish(View c, int m, int rows, int n, int cols);

    /// <summary>Whether a dense column of <paramref name="rows"/> sums can be finished as one row.</summary>
    bool TryTranspose(int rows, out TSelf transposed);
}

/// <summary>The sums as they are.</summary>
readonly struct NoEnd : IGemmEnd<NoEnd>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Finish(View c, int m, int rows, int n, int cols) { }

    public bool TryTranspose(int rows, out NoEnd transposed)
    {
        transposed = default;
        return true;
    }
}

/// <summary>c = act(c + bias), and c + bias itself in <paramref name="pre"/> where somebody wants it.</summary>
/// <param name="bias">A number per column: one below the other, or one for all (stride 0).</param>
/// <param name="pre">Of C's shape, or nowhere.</param>
readonly unsafe struct BiasEnd<T, TActivation>(View bias, View pre) : IGemmEnd<BiasEnd<T, TActivation>>
    where T : unmanaged, IVectorLane<T>
    where TActivation : IFormula1
{
    [MethodImpl(HotLoop.Options)]
    public void Finish(View c, int m, int rows, int n, int cols)
    {
        for (var j = 0; j < cols; j += T.Width)
        {
            var count = Math.Min(T.Width, cols - j);
            var b = Bias(n + j, count);
            for (var row = m; row < m + rows; row++)
            {
                var sum = c.Load<T>(row, n + j, count) + b;
                if (pre.At != null) pre.Store(sum, row, n + j, count);
                c.Store(TActivation.Apply(sum), row, n + j, count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    T Bias(int n, int count)
    {
        if (bias.Stride == 0) return bias.Broadcast<T>(0);
        if (bias.Stride == 1) return new View(bias.At, 0).Load<T>(0, n, count);
        var numbers = stackalloc float[16];
        for (var j = 0; j < count; j++) numbers[j] = *bias[n + j];
        return T.Load(numbers);
    }

    public bool TryTranspose(int rows, out BiasEnd<T, TActivation> transposed)
    {
        transposed = new(new(bias.At, 0), new(pre.At, rows));
        return pre.At == null || pre.Stride == 1;
    }
}

/// <summary>c = c·slope(known): the adjoint of an activation's output becomes that of its input.</summary>
/// <param name="known">Of C's shape.</param>
readonly struct SlopeEnd<T, TSlope>(View known) : IGemmEnd<SlopeEnd<T, TSlope>>
    where T : unmanaged, IVectorLane<T>
    where TSlope : IFormula1
{
    #region slope-end
    [MethodImpl(HotLoop.Options)]
    public void Finish(View c, int m, int rows, int n, int cols)
    {
        for (var row = m; row < m + rows; row++)
            for (var j = n; j < n + cols; j += T.Width)
            {
                var count = Math.Min(T.Width, n + cols - j);
                c.Store(c.Load<T>(row, j, count) * TSlope.Apply(known.Load<T>(row, j, count)), row, j, count);
            }
    }
    #endregion

    public unsafe bool TryTranspose(int rows, out SlopeEnd<T, TSlope> transposed)
    {
        transposed = new(new(known.At, rows));
        return known.Stride == 1;
    }
}
