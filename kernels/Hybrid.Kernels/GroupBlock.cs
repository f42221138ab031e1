using Hybrid.Formulas;
using ILGPU;

namespace Hybrid.Kernels;

/// <summary>
/// The groups that a block has, and this lane's part of them: whole groups of at most 32
/// channels, or one larger group, 32 channels at a time.
/// </summary>
readonly struct GroupBlock
{
    readonly int first, size;

    public GroupBlock(in GroupShape s)
    {
        size = s.Channels;
        var groups = PerBlock(s);
        first = Grid.IdxY * groups * size;
        Channels = IntrinsicMath.Min(groups * size, s.C - first);
    }

    /// <summary>Channels of the block.</summary>
    public int Channels { get; }

    static int PerBlock(in GroupShape s) =>
        IntrinsicMath.Max(1, Reduce.Partials / s.Channels);

    /// <summary>Blocks that an image needs.</summary>
    public static int Blocks(in GroupShape s) => Grids.Ceiling(s.Groups, PerBlock(s));

    /// <summary>
    /// This lane's channel among those from c on; the block's last where there is none.
    /// </summary>
    public int ChannelAt(int c) =>
        first + IntrinsicMath.Min(c + Group.IdxX, Channels - 1);

    /// <summary>This lane's group.</summary>
    public int OwnGroup =>
        (first + IntrinsicMath.Min(Group.IdxX, Channels - 1)) / size;

    /// <summary>Whether no lane before this one has the same group.</summary>
    public bool IsFirstOfGroup =>
        Group.IdxX < Channels
        && (size > Reduce.Partials ? Group.IdxX == 0 : Group.IdxX % size == 0);

    #region group-block-add
    /// <summary>
    /// The group's sum, and the sums of its channels among those from c on, one by one;
    /// the whole block calls.
    /// </summary>
    /// <param name="sum">So far.</param>
    /// <param name="c">The first of 32 channels of the block.</param>
    /// <param name="shared">32 words.</param>
    /// <param name="own">The sum of this lane's channel.</param>
    public F32 Add(F32 sum, int c, ArrayView<F32> shared, F32 own)
    {
        if (Group.IdxY == 0) shared[Group.IdxX] = own;
        Group.Barrier();
        var from = size > Reduce.Partials ? 0 : Group.IdxX / size * size;
        var to = IntrinsicMath.Min(
            IntrinsicMath.Min(from + size, Reduce.Partials), Channels - c);
        for (var i = from; i < to; i++) sum += shared[i];
        Group.Barrier();
        return sum;
    }
    #endregion
}
