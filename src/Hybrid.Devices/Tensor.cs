namespace Hybrid.Devices;

/// <summary>A view of device memory: rows × columns of 32-bit words, row-major.</summary>
/// <remarks>
/// A tensor is an address, not an owner: the <see cref="Arena"/> that handed it out owns the memory, and it
/// never moves. A vector is a tensor of one column.
/// </remarks>
/// <param name="Segment">Which allocation of the arena.</param>
/// <param name="Offset">First word within the segment; allocations start at multiples of 64 words.</param>
/// <param name="Rows">B.</param>
/// <param name="Cols">D.</param>
/// <param name="Stride">Words from one row to the next; larger than <paramref name="Cols"/> for a view of columns.</param>
public readonly record struct Tensor(int Segment, long Offset, int Rows, int Cols, int Stride)
{
    /// <summary>Words in the view.</summary>
    public long Length => (long)Rows * Cols;

    /// <summary>Whether the words lie without gaps.</summary>
    public bool IsDense => Stride == Cols || Rows == 1;

    #region columns
    /// <summary>Columns [from, from + count) of every row.</summary>
    public Tensor Columns(int from, int count) => from >= 0 && count > 0 && from + count <= Cols
        ? this with { Offset = Offset + from, Cols = count }
        : throw new ArgumentOutOfRangeException(nameof(from), $"Columns {from}+{count} of {this}.");
    #endregion

    /// <summary>Rows [from, from + count).</summary>
    public Tensor RowRange(int from, int count) => from >= 0 && count > 0 && from + count <= Rows
        ? this with { Offset = Offset + (long)from * Stride, Rows = count }
        : throw new ArgumentOutOfRangeException(nameof(from), $"Rows {from}+{count} of {this}.");

    /// <summary>The same words as one column.</summary>
    public Tensor Flat() => IsDense
        ? new(Segment, Offset, checked((int)Length), 1, 1)
        : throw new InvalidOperationException($"{this} has gaps between its rows.");

    public override string ToString() => $"[{Rows}, {Cols}]";
}
