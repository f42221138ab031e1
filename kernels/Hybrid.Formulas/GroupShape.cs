namespace Hybrid.Formulas;

/// <summary>What is normalised together: the pixels of one image in some neighbouring channels.</summary>
/// <param name="N">Images.</param>
/// <param name="Pixels">Pixels of each: rows that lie one below the other.</param>
/// <param name="C">Channels: columns.</param>
/// <param name="Groups">Groups of equally many channels.</param>
/// <param name="Epsilon">ε of <see cref="InverseDeviation"/>.</param>
public readonly record struct GroupShape(
    int N, int Pixels, int C, int Groups, float Epsilon)
{
    /// <summary>With the usual ε, 10⁻⁵.</summary>
    public GroupShape(int n, int pixels, int c, int groups)
        : this(n, pixels, c, groups, InverseDeviation.DefaultEpsilon) { }

    /// <summary>Rows of the tensor.</summary>
    public int Rows => N * Pixels;

    /// <summary>Channels of a group.</summary>
    public int Channels => C / Groups;

    /// <summary>1/m of the m numbers of a group: what their sum is multiplied by for their mean.</summary>
    public float InverseCount => 1f / (Channels * Pixels);

    /// <summary>Whether there are such groups: positive sizes, and channels that divide evenly.</summary>
    public bool IsValid => N > 0 && Pixels > 0 && C > 0 && Groups > 0 && C % Groups == 0;

    public override string ToString() => $"{N}×{Pixels}, {C} in {Groups}";
}
