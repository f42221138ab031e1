using ILGPU;
using ILGPU.Runtime;

namespace Hybrid.Kernels;

/// <summary>
/// The launch shapes that kernels share: blocks of 256 threads = 8 warps.
/// </summary>
public static class Grids
{
    public const int Block = 256, Warps = 8, MaxGridY = 65535;

    /// <summary>Why a row has a warp, and where it shares one.</summary>
    internal const string
        ForLongRows = "more than 16 columns fill a warp", ShortRows16 = "at most 16 columns";

    /// <summary>Whether two rows or more fit into a warp.</summary>
    internal static bool HasShortRows(int columns) => columns <= 16;

    /// <summary>Why a warp walks a row, and where a block does.</summary>
    internal const string
        ForManyRows = "many rows fill a GPU with a warp each", FewRows = "fewer than 2112 rows";

    /// <summary>
    /// Whether warps would leave a large GPU, 16 for each of 132 multiprocessors, idle.
    /// </summary>
    internal static bool HasFewRows(int rows) => rows < 2112;

    /// <summary>Why a rung waits whose idea no GPU has timed, here or elsewhere.</summary>
    internal const string Untimed = "no GPU has timed the rung behind it";

    /// <summary>A thread each: ⌈n / 256⌉ blocks in a line.</summary>
    public static KernelConfig Threads(int n) =>
        new(new Index3D(Ceiling(n, Block), 1, 1), new Index3D(Block, 1, 1));

    /// <summary>A warp per row: X counts lanes, Y the eight rows of a block.</summary>
    public static KernelConfig WarpPerRow(int rows) =>
        new(
            new Index3D(Ceiling(rows, Warps), 1, 1),
            new Index3D(Reduce.Partials, Warps, 1));

    /// <summary>A block of eight warps per row: X counts lanes, Y the warps.</summary>
    public static KernelConfig BlockPerRow(int rows) =>
        new(new Index3D(rows, 1, 1), new Index3D(Reduce.Partials, Warps, 1));

    /// <summary>
    /// Rows of few columns share a warp: see <see cref="Reduce.LanesLog2"/>.
    /// </summary>
    public static KernelConfig ShortRows(int rows, int columns) => new(
        new Index3D(Ceiling(rows, Block >> Reduce.LanesLog2(columns)), 1, 1),
        new Index3D(Block, 1, 1));

    /// <summary>
    /// A thread per element: X counts columns, Y rows (in strides, should they run out).
    /// </summary>
    public static KernelConfig Elements(int rows, int columns)
    {
        var block = rows == 1 ? new Index3D(Block, 1, 1) : new Index3D(32, Warps, 1);
        var y = Math.Min(Ceiling(rows, block.Y), MaxGridY);
        return new(new Index3D(Ceiling(columns, block.X), y, 1), block);
    }

    /// <summary>
    /// A thread per four neighbouring columns: blocks of 32 columns × 32 rows, so that a
    /// warp has 128 bytes of four rows.
    /// </summary>
    public static KernelConfig Fours(int rows, int columns) => new(
        new Index3D(Ceiling(columns, 32), Math.Min(Ceiling(rows, 32), MaxGridY), 1),
        new Index3D(8, 32, 1));

    /// <summary>⌈n / size⌉.</summary>
    public static int Ceiling(int n, int size) => (int)(((long)n + size - 1) / size);
}
