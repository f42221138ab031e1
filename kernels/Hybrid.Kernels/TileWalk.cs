using Hybrid.Formulas;
using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// A thread's way through a factor of a product: four words of every tile, from one tile of k
/// to the next.
/// </summary>
/// <remarks>
/// What does not change on the way, whether the four can be read as one and where they lie, is
/// found out before the first step: in a loop it would cost more than the copy.
/// </remarks>
struct TileWalk
{
    readonly int step, needed;
    int next, left;

    /// <param name="factor">As it lies in memory.</param>
    /// <param name="across">Whether its rows run across k.</param>
    /// <param name="i">The thread's row of the product, or column; of four where across.</param>
    /// <param name="side">How many of them there are.</param>
    /// <param name="k">The thread's k in the first tile; of four where not across.</param>
    /// <param name="depth">How many there are.</param>
    /// <param name="tile">k of a tile.</param>
    public TileWalk(Rows factor, bool across, int i, int side, int k, int depth, int tile)
    {
        next = across ? k * factor.Stride + i : i * factor.Stride + k;
        step = across ? tile * factor.Stride : tile;
        left = depth - k;
        var whole = factor.Fours == 1 && (across ? i + 3 : i) < side;
        needed = whole ? across ? 1 : 4 : int.MaxValue;
    }

    /// <summary>Whether all four exist and lie at a multiple of 16 bytes.</summary>
    public readonly bool IsWhole => left >= needed;

    /// <summary>Whether this tile has anything of k for the thread.</summary>
    public readonly bool IsInside => left > 0;

    /// <summary>The k from the end of the chain on.</summary>
    public readonly int Left => left;

    /// <summary>The first of four; see <see cref="IsWhole"/>.</summary>
    public readonly ref F32 First(Rows factor) => ref factor.Words[next];

    /// <summary>The four; see <see cref="IsWhole"/>.</summary>
    public readonly Four Whole(Rows factor) =>
        factor.Words.AsAligned(16).Cast<Four>()[next >> 2];

    /// <summary>To the next tile.</summary>
    /// <param name="tile">k of a tile.</param>
    public void Advance(int tile)
    {
        next += step;
        left -= tile;
    }
}

public static partial class Product
{
    /// <summary>Four words of a tile on their way; where they are not whole, one by one.</summary>
    internal static void Begin(
        ref TileWalk walk, int tile, Rows factor, bool across, int i, int side, int depth,
        ArrayView<F32> words, int at)
    {
        if (walk.IsWhole) AsyncCopy.BeginFour(ref words[at], ref walk.First(factor));
        else if (walk.IsInside)
        {
            var k = depth - walk.Left;
            for (var j = 0; j < 4; j++)
                if (across) BeginOne(factor, k, i + j, depth, side, words, at + j);
                else BeginOne(factor, i, k + j, side, depth, words, at + j);
        }
        walk.Advance(tile);
    }

    /// <summary>Four words of a tile; zeros outside.</summary>
    static Four Next(
        ref TileWalk walk, int tile, Rows factor, bool across, int i, int side, int depth)
    {
        var k = depth - walk.Left;
        var four = new Four();
        if (walk.IsWhole) four = walk.Whole(factor);
        else if (across)
            four = new(
                At(factor, k, i, depth, side), At(factor, k, i + 1, depth, side),
                At(factor, k, i + 2, depth, side), At(factor, k, i + 3, depth, side));
        else
            four = new(
                At(factor, i, k, side, depth), At(factor, i, k + 1, side, depth),
                At(factor, i, k + 2, side, depth), At(factor, i, k + 3, side, depth));
        walk.Advance(tile);
        return four;
    }
}
