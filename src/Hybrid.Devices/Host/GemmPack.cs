using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>Copies of A and B that a tile reads as one stream.</summary>
static unsafe class GemmPack
{
    /// <summary>
    /// to[k, j] = B[k, j] for j &lt; cols, and zeros up to <paramref name="lanes"/> full lanes.
    /// </summary>
    [MethodImpl(HotLoop.Options)]
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

    /// <summary>
    /// to[k, j] = Bᵀ[j, k] for j &lt; cols, and zeros up to <paramref name="width"/> columns.
    /// </summary>
    [MethodImpl(HotLoop.Options)]
    public static void Columns(float* from, nint stride, int depth, int cols, int width, float* to)
    {
        var j = 0;
        for (; j <= cols - 8 && Avx.IsSupported; j += 8)
        {
            var k = 0;
            for (; k <= depth - 8; k += 8)
                Transpose8x8(from + j * stride + k, stride, to + k * width + j, width);
            for (; k < depth; k++)
                for (var i = j; i < j + 8; i++) to[k * width + i] = from[i * stride + k];
        }
        for (; j < cols; j++)
            for (var k = 0; k < depth; k++) to[k * width + j] = from[j * stride + k];
        for (var k = 0; k < depth && cols < width; k++)
            new Span<float>(to + k * width + cols, width - cols).Clear();
    }

    /// <summary>
    /// Eight rows of eight: halves are paired while loading, so that only 16 shuffles are left.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Transpose8x8(float* from, nint stride, float* to, nint width)
    {
        Transpose4x8(from, stride, to, width);
        Transpose4x8(from + 4, stride, to + 4 * width, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Transpose4x8(float* from, nint stride, float* to, nint width)
    {
        var lower = from + 4 * stride;
        var r0 = Vector256.Create(Vector128.Load(from), Vector128.Load(lower));
        var r1 = Vector256.Create(Vector128.Load(from + stride), Vector128.Load(lower + stride));
        var r2 = Vector256.Create(Vector128.Load(from + 2 * stride), Vector128.Load(lower + 2 * stride));
        var r3 = Vector256.Create(Vector128.Load(from + 3 * stride), Vector128.Load(lower + 3 * stride));
        Vector256<float> a = Avx.UnpackLow(r0, r1), b = Avx.UnpackLow(r2, r3);
        Avx.Shuffle(a, b, 0x44).Store(to);
        Avx.Shuffle(a, b, 0xEE).Store(to + width);
        (a, b) = (Avx.UnpackHigh(r0, r1), Avx.UnpackHigh(r2, r3));
        Avx.Shuffle(a, b, 0x44).Store(to + 2 * width);
        Avx.Shuffle(a, b, 0xEE).Store(to + 3 * width);
    }
}

/// <summary>Copies a transposed A into tiles: tile, then k, then the tile's rows.</summary>
/// <remarks>
/// Read in place, each step of k would touch another page and use half a cache line; copied once, A is a
/// stream for every panel of B.
/// </remarks>
readonly unsafe struct PackTiles<T>(float* from, nint stride, int rows, int depth, float* to) : ICountedTasks
    where T : unmanaged, IVectorLane<T>
{
    /// <summary>Tiles per task: four cache lines of each row of Aᵀ.</summary>
    const int Group = 8;

    public int Tasks => (rows - 1) / (Group * GemmTile.Rows<T>()) + 1;

    /// <summary>Rows of Aᵀ between asking for one and copying it.</summary>
    const int Ahead = 16;

    /// <summary>Words that stay in the caches between being copied and being read: 2 MiB.</summary>
    const int SlabWords = 1 << 18;

    /// <summary>How many steps of k are copied at once where Aᵀ has so many columns.</summary>
    public static int Depth(int rows) => Math.Max(1, SlabWords / rows / HostScratch.BlockK) * HostScratch.BlockK;

    /// <summary>Words of the copy: the last tile has room for all its rows.</summary>
    public static long Words(int rows, int depth) =>
        ((long)rows + GemmTile.Rows<T>() - 1) / GemmTile.Rows<T>() * GemmTile.Rows<T>() * depth;

    [MethodImpl(HotLoop.Options)]
    public void Run(int task, int worker)
    {
        var height = GemmTile.Rows<T>();
        var m0 = task * Group * height;
        var whole = Math.Min(Group, (rows - m0) / height);
        var rest = Math.Min(rows - m0, Group * height) - whole * height;
        var source = from + m0;
        var tile = to + (nint)m0 * depth;
        var step = (nint)height * depth;
        for (var k = 0; k < depth; k++, source += stride, tile += height)
        {
            // The next row is on another page as often as not, where no processor looks ahead by itself.
            if (Sse.IsSupported)
                for (var t = 0; t < whole * height; t += 16) Sse.Prefetch0(source + Ahead * stride + t);
            for (var t = 0; t < whole; t++)
                if (height == 8) Vector256.Load(source + 8 * t).Store(tile + t * step);
                else Vector128.Load(source + 4 * t).Store(tile + t * step);
            for (var i = 0; i < rest; i++) tile[whole * step + i] = source[whole * height + i];
        }
    }
}
