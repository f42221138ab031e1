namespace Hybrid.Information.Metrics;

/// <summary>N codes with the factor values that belong to them.</summary>
public sealed class LabelledCodes
{
    readonly float[] codes;
    readonly int[] values;

    /// <param name="factors">F of them.</param>
    /// <param name="K">Dimensions of a code.</param>
    /// <param name="values">[N, F], each in its factor's range.</param>
    /// <param name="codes">[N, K].</param>
    /// <exception cref="ArgumentException">Lengths differ, a value is out of range, or a code is not finite.</exception>
    public LabelledCodes(IReadOnlyList<Factor> factors, int K, int[] values, float[] codes)
    {
        (Factors, this.K, N, this.values, this.codes) = (factors, K, codes.Length / K, values, codes);
        if (codes.Length != N * K || values.Length != N * factors.Count || N == 0)
            throw new ArgumentException(
                $"{codes.Length} codes of {K} and {values.Length} values of {factors.Count} factors.");
        for (var i = 0; i < values.Length; i++)
            if (values[i] < 0 || values[i] >= factors[i % factors.Count].Values)
                throw new ArgumentException($"{factors[i % factors.Count]} has no value {values[i]}.", nameof(values));
        if (Array.FindIndex(codes, code => !float.IsFinite(code)) is var at and >= 0)
            throw new ArgumentException($"Code {at / K} has {codes[at]} in dimension {at % K}.", nameof(codes));
    }

    public IReadOnlyList<Factor> Factors { get; }

    public int N { get; }

    public int K { get; }

    /// <summary>Dimension j of code n.</summary>
    public float Code(int n, int j) => codes[n * K + j];

    /// <summary>Factor k of example n.</summary>
    public int Value(int n, int k) => values[n * Factors.Count + k];

    /// <summary>N examples with every factor drawn by itself.</summary>
    public static LabelledCodes Draw(IFactorCodes source, int N, Random random)
    {
        var values = new int[N * source.Factors.Count];
        DrawValues(source.Factors, values, random);
        var codes = new float[N * source.K];
        source.Encode(values, codes);
        return new(source.Factors, source.K, values, codes);
    }

    /// <summary>Fills [N, F] with uniform factor values.</summary>
    internal static void DrawValues(IReadOnlyList<Factor> factors, Span<int> values, Random random)
    {
        for (var i = 0; i < values.Length; i++) values[i] = random.Next(factors[i % factors.Count].Values);
    }
}
