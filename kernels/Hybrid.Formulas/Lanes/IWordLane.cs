namespace Hybrid.Formulas;

/// <summary>Rows of 32-bit words: the integer half of a value lane, for counter-based noise.</summary>
/// <typeparam name="TWord">The lane itself.</typeparam>
/// <typeparam name="TFloat">The float lane of the same width.</typeparam>
public interface IWordLane<TWord, TFloat>
    where TWord : unmanaged, IWordLane<TWord, TFloat>
    where TFloat : unmanaged, IVectorLane<TFloat>
{
    static abstract TWord Const(uint value);

    /// <summary>0, 1, 2, … Width − 1.</summary>
    static abstract TWord Indices { get; }

    static abstract TWord operator +(TWord a, TWord b);

    /// <summary>a ⊕ b ⊕ c.</summary>
    static abstract TWord Xor(TWord a, TWord b, TWord c);

    /// <summary>The lower 32 bits of a·b.</summary>
    static abstract TWord operator *(TWord a, TWord b);

    /// <summary>The upper 32 bits of a·b.</summary>
    static abstract TWord MulHigh(TWord a, TWord b);

    /// <summary>The upper 24 bits as a float in [0, 1): exact.</summary>
    static abstract TFloat ToUnit(TWord word);
}
