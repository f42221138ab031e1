using System.Runtime.CompilerServices;
using Hybrid.Formulas;

namespace Hybrid.Devices.Host;

/// <summary>How the channels of an output are cut into panels of 1 to 3 lanes.</summary>
/// <remarks>Lanes are dealt evenly, so that no panel is left with one.</remarks>
/// <param name="channels">Channels of the output.</param>
/// <param name="width">Floats of a lane.</param>
readonly struct ConvPanels(int channels, int width)
{
    /// <summary>Lanes across the widest tile.</summary>
    public const int MaxLanes = 3;

    readonly int channels = channels, width = width, lanes = (channels - 1) / width + 1;

    public int Count => (lanes - 1) / MaxLanes + 1;

    /// <summary>All channels, and zeros up to whole lanes.</summary>
    public int Columns => lanes * width;

    /// <summary>The panel's first channel.</summary>
    public int First(int panel) => panel * lanes / Count * width;

    /// <summary>Lanes of a panel.</summary>
    public int Lanes(int panel) => (panel + 1) * lanes / Count - panel * lanes / Count;

    /// <summary>Channels of a panel that exist.</summary>
    public int Channels(int panel) => Math.Min(channels - First(panel), Lanes(panel) * width);

    /// <summary>Channels that exist in a panel's last lane.</summary>
    public int Last(int panel) => Channels(panel) - (Lanes(panel) - 1) * width;
}

/// <summary>Rows of a tile, and lanes of which only some places exist.</summary>
static unsafe class ConvLanes
{
    /// <summary>
    /// Rows of the tallest tile: 8 × 3 accumulators with AVX-512's 32 registers, else 4 × 3.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Rows<T>() where T : unmanaged, IVectorLane<T> => T.Width == 16 ? 8 : 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(float* from, int count) where T : unmanaged, IVectorLane<T> =>
        count == T.Width ? T.Load(from) : T.LoadFirst(from, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(float* to, T value, int count) where T : unmanaged, IVectorLane<T>
    {
        if (count == T.Width) T.Store(value, to);
        else T.StoreFirst(value, to, count);
    }
}
