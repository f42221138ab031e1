using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>A tensor as the loops see it: where row 0 starts and how far apart rows are.</summary>
readonly unsafe struct View(float* at, nint stride)
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public readonly float* At = at;
    public readonly nint Stride = stride;

    public float* this[int row]
    {
        [MethodImpl(Inline)]
        get => At + row * Stride;
    }

    /// <summary>
    /// Columns [d, d + count) of a row; where count is a constant, only one branch is compiled.
    /// </summary>
    [MethodImpl(Inline)]
    public T Load<T>(int row, int d, int count) where T : unmanaged, IVectorLane<T> =>
        count == T.Width ? T.Load(this[row] + d) : T.LoadFirst(this[row] + d, count);

    [MethodImpl(Inline)]
    public void Store<T>(T value, int row, int d, int count) where T : unmanaged, IVectorLane<T>
    {
        if (count == T.Width) T.Store(value, this[row] + d);
        else T.StoreFirst(value, this[row] + d, count);
    }

    /// <summary>The first number of a row, in every place of a lane.</summary>
    [MethodImpl(Inline)]
    public T Broadcast<T>(int row) where T : unmanaged, IVectorLane<T> => T.Broadcast(*this[row]);
}

/// <summary>How many rows there are and how long each is: only the last may be shorter.</summary>
/// <remarks>Dense tensors of one shape are cut into pieces of one vector, whatever their rows were.</remarks>
readonly struct Extent(int rows, int cols, int lastCols)
{
    /// <summary>Words of a piece of a dense tensor: 4 KiB.</summary>
    public const int Piece = 1024;

    public readonly int Rows = rows, Cols = cols, LastCols = lastCols;

    public Extent(int rows, int cols) : this(rows, cols, cols) { }

    public static Extent Dense(long length)
    {
        var rows = checked((int)((length + Piece - 1) / Piece));
        return new(rows, Piece, (int)(length - (rows - 1L) * Piece));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Width(int row) => row == Rows - 1 ? LastCols : Cols;
}
