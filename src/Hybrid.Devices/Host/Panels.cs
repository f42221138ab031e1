namespace Hybrid.Devices.Host;

/// <summary>How the columns of an output are cut into panels of 1 to 3 lanes.</summary>
/// <remarks>Lanes are dealt evenly, so that no panel is left with one.</remarks>
readonly struct Panels
{
    readonly int columns, width, lanes;

    /// <summary>As few panels as there can be.</summary>
    /// <param name="columns">Columns of the output.</param>
    /// <param name="width">Floats of a lane.</param>
    public Panels(int columns, int width) : this(columns, width, threads: 0) { }

    /// <summary>
    /// Rather narrower panels than <paramref name="threads"/> workers that wait for one another at the end.
    /// </summary>
    public Panels(int columns, int width, int threads)
    {
        (this.columns, this.width) = (columns, width);
        lanes = (columns - 1) / width + 1;
        Count = (lanes - 1) / GemmTile.MaxLanes + 1;
        if (threads > 0 && Count > 2 * threads)
            Count = Math.Min(lanes, (Count - 1) / threads * threads + threads);
    }

    public int Count { get; }

    /// <summary>All columns, and zeros up to whole lanes.</summary>
    public int Padded => lanes * width;

    /// <summary>The panel's first column.</summary>
    public int First(int panel) => panel * lanes / Count * width;

    /// <summary>Lanes of a panel.</summary>
    public int Lanes(int panel) => (panel + 1) * lanes / Count - panel * lanes / Count;

    /// <summary>Columns of a panel that exist.</summary>
    public int Columns(int panel) => Math.Min(columns - First(panel), Lanes(panel) * width);

    /// <summary>Columns that exist in a panel's last lane.</summary>
    public int Last(int panel) => Columns(panel) - (Lanes(panel) - 1) * width;
}
