namespace Hybrid.Formulas;

/// <summary>
/// The sizes of attention: in each of so many problems, T queries look at S keys.
/// </summary>
/// <remarks>
/// A problem is a head of one example. Problems lie one below the other: queries are a
/// tensor [count·T, D], keys [count·S, D], values [count·S, Dv], outputs [count·T, Dv].
/// </remarks>
/// <param name="Count">Problems: batch × heads.</param>
/// <param name="T">Queries of a problem.</param>
/// <param name="S">Its keys, and values.</param>
/// <param name="D">Columns of a query and of a key.</param>
/// <param name="Dv">Columns of a value and of an output.</param>
/// <param name="Scale">What a dot product is multiplied by.</param>
public readonly record struct AttentionShape(
    int Count, int T, int S, int D, int Dv, float Scale)
{
    /// <summary>Scaled by 1/√D: Vaswani et al. 2017, eq. 1.</summary>
    public AttentionShape(int count, int t, int s, int d, int dv)
        : this(count, t, s, d, dv, 1 / MathF.Sqrt(d)) { }

    /// <summary>Rows of the queries and outputs: count·T.</summary>
    public int Queries => Count * T;

    /// <summary>Rows of the keys and values: count·S.</summary>
    public int Keys => Count * S;

    /// <summary>Pairs of a query and a key: count·T·S.</summary>
    public long Pairs => (long)Queries * S;

    public override string ToString() => $"{Count}×{T}×{S}, {D}→{Dv}";
}
