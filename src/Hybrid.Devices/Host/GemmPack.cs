using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Copies a panel of B so that the tile reads it as one stream.</summary>
static unsafe class GemmPack
{
    /// <summary>to[k, j] = B[k, j] for j &lt; cols, and zeros up to <paramref name="lanes"/> full lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<T>(float* from, nint stride, int depth, int cols, int lanes, float* to)
        where T : unmanaged, IVectorLane<T>
    {
        var full = cols / T.Width;
        var rest = cols - full * T.Width;
        for (var k = 0; k < depth; k++, from += stride, to += lanes * T.Width)
        {
            for (var v = 0; v < full; v++) T.Store(T.Load(from + v * T.Width), to + v * T.Width);
            if (rest > 0) T.Store(T.LoadFirst(from + full * T.Width, rest), to + full * T.Width);
        }
    }

    /// <summary>to[k, j] = Bᵀ[j, k] for j &lt; cols, and zeros up to <paramref name="lanes"/> full lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns<T>(float* from, nint stride, int depth, int cols, int lanes, float* to)
        where T : unmanaged, IVectorLane<T>
    {
        var width = lanes * T.Width;
        for (var j = 0; j < cols; j++)
            for (var k = 0; k < depth; k++)
                to[k * width + j] = from[j * stride + k];
        for (var k = 0; k < depth && cols < width; k++)
            new Span<float>(to + k * width + cols, width - cols).Clear();
    }
}
