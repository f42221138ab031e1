using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>What is added up over the pixels of a channel.</summary>
interface IPixelValue
{
    F32 At(int row, int channel);
}

/// <summary>Two numbers of a pixel, each added up over a channel's pixels.</summary>
interface IPixelPair
{
    (F32 First, F32 Second) At(int row, int channel);
}

/// <summary>
/// Sums over the pixels of an image, channel by channel, in the order of a row's sum.
/// </summary>
/// <remarks>
/// 32 partial sums from +0, partial l taking pixels l, l + 32, …, meet as a butterfly. A
/// warp per channel has a lane for each partial; a block of 32 channels has a lane for
/// each channel, and a thread of its eight warps four of the partials.
/// </remarks>
static class PixelSums
{
    /// <summary>A warp for each of so many sums.</summary>
    public static KernelConfig WarpPerSum(int sums) => Grids.WarpPerRow(sums);

    /// <summary>A block for every 32 channels of an image.</summary>
    public static KernelConfig BlockPerImage(int images, int blocks) => new(
        new Index3D(images, blocks, 1), new Index3D(Reduce.Partials, Grids.Warps, 1));

    #region pixel-sums-warp
    /// <summary>The sum of one channel; all 32 lanes call, and all end with it.</summary>
    public static F32 AcrossWarp<T>(T value, int first, int pixels, int channel)
        where T : struct, IPixelValue
    {
        var sum = F32.Const(0);
        for (var p = Group.IdxX; p < pixels; p += Reduce.Partials)
            sum += value.At(first + p, channel);
        return Reduce.AcrossWarp(sum);
    }
    #endregion

    #region pixel-sums-block
    /// <summary>
    /// The sum of this lane's channel; the whole block calls, every warp ends with it.
    /// </summary>
    /// <param name="value">What is added.</param>
    /// <param name="shared">256 words; free again when this returns.</param>
    /// <param name="first">The image's first row.</param>
    /// <param name="pixels">How many rows it has.</param>
    /// <param name="channel">This lane's channel; must exist.</param>
    public static F32 AcrossBlock<T>(
        T value, ArrayView<F32> shared, int first, int pixels, int channel)
        where T : struct, IPixelValue
    {
        F32 s0 = F32.Const(0), s8 = s0, s16 = s0, s24 = s0;
        var p = Group.IdxY;
        for (; p + 24 < pixels; p += Reduce.Partials)
        {
            F32 v0 = value.At(first + p, channel), v8 = value.At(first + p + 8, channel);
            F32 v16 = value.At(first + p + 16, channel);
            F32 v24 = value.At(first + p + 24, channel);
            s0 += v0;
            s8 += v8;
            s16 += v16;
            s24 += v24;
        }
        if (p < pixels) s0 += value.At(first + p, channel);
        if (p + 8 < pixels) s8 += value.At(first + p + 8, channel);
        if (p + 16 < pixels) s16 += value.At(first + p + 16, channel);
        return Meet(shared, s0, s8, s16, s24);
    }

    /// <summary>A channel's butterfly, whose steps of 16 and 8 are this thread's own.</summary>
    static F32 Meet(ArrayView<F32> shared, F32 s0, F32 s8, F32 s16, F32 s24)
    {
        shared[Group.IdxY * Reduce.Partials + Group.IdxX] = (s0 + s16) + (s8 + s24);
        Group.Barrier();
        var column = shared.SubView(Group.IdxX, 7 * Reduce.Partials + 1);
        var even = (column[0] + column[128]) + (column[64] + column[192]);
        var odd = (column[32] + column[160]) + (column[96] + column[224]);
        Group.Barrier();
        return even + odd;
    }
    #endregion

    /// <summary>Two sums of this lane's channel, as <see cref="AcrossBlock"/>.</summary>
    public static (F32 First, F32 Second) BothAcrossBlock<T>(
        T value, ArrayView<F32> shared, int first, int pixels, int channel)
        where T : struct, IPixelPair
    {
        F32 a0 = F32.Const(0), a8 = a0, a16 = a0, a24 = a0;
        F32 b0 = a0, b8 = a0, b16 = a0, b24 = a0;
        for (var p = Group.IdxY; p < pixels; p += Reduce.Partials)
        {
            Add(value.At(first + p, channel), ref a0, ref b0);
            if (p + 8 < pixels) Add(value.At(first + p + 8, channel), ref a8, ref b8);
            if (p + 16 < pixels) Add(value.At(first + p + 16, channel), ref a16, ref b16);
            if (p + 24 < pixels) Add(value.At(first + p + 24, channel), ref a24, ref b24);
        }
        var sum = Meet(shared, a0, a8, a16, a24);
        return (sum, Meet(shared, b0, b8, b16, b24));
    }

    static void Add((F32 First, F32 Second) terms, ref F32 first, ref F32 second)
    {
        first += terms.First;
        second += terms.Second;
    }
}

/// <summary>x itself.</summary>
readonly struct PlainValue(Rows x) : IPixelValue
{
    public F32 At(int row, int channel) => x[row, channel];
}
