namespace Hybrid.Information.Metrics;

/// <summary>A generative factor of a data set, whose value is known for every example.</summary>
/// <param name="Name">Such as <c>scale</c>.</param>
/// <param name="Values">How many it takes: 0 … Values − 1, each as likely as any other.</param>
/// <param name="IsOrdered">Whether neighbouring values look alike; a shape's do not.</param>
public readonly record struct Factor(string Name, int Values, bool IsOrdered);

/// <summary>A representation of data whose factors are known: factors go in, codes come out.</summary>
public interface IFactorCodes
{
    /// <summary>F independent factors.</summary>
    IReadOnlyList<Factor> Factors { get; }

    /// <summary>Dimensions of a code.</summary>
    int K { get; }

    /// <summary>The codes [B, K] of examples with the given factor values [B, F].</summary>
    void Encode(ReadOnlySpan<int> values, Span<float> codes);
}
