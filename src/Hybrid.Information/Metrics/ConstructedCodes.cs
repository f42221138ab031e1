namespace Hybrid.Information.Metrics;

/// <summary>Codes that are made from factor values by a rule: what a metric must say of them is known.</summary>
/// <param name="sizes">How many values each factor takes; all are ordered.</param>
/// <param name="K">Dimensions of a code.</param>
/// <param name="rule">From factor values of mean 0 and variance 1 to a code of K; may draw noise.</param>
/// <param name="name">What it is called.</param>
public sealed class ConstructedCodes(
    int[] sizes, int K, Func<float[], Random, float[]> rule, string name = "constructed") : IFactorCodes
{
    static readonly int[] Sizes = [3, 4, 6, 8];

    readonly Random random = new(7);

    public IReadOnlyList<Factor> Factors { get; } =
        [.. sizes.Select((size, k) => new Factor($"v{k}", size, IsOrdered: true))];

    public int K { get; } = K;

    public override string ToString() => name;

    /// <summary>A dimension for each factor.</summary>
    public static ConstructedCodes Perfect => new(Sizes, 4, (v, _) => v, "perfect");

    /// <summary>The same in another order, turned over or stretched, between two dimensions of noise.</summary>
    public static ConstructedCodes PerfectAndNoise => new(Sizes, 6,
        (v, random) => [Noise(random), -3 * v[2], v[0], 0.5f * v[3], Noise(random), v[1]], "perfect-and-noise");

    /// <summary>An orthogonal mixture: every dimension holds every factor to the same part.</summary>
    public static ConstructedCodes Rotated => new([5, 5, 5, 5], 4, (v, _) =>
    [
        0.5f * (v[0] + v[1] + v[2] + v[3]), 0.5f * (v[0] - v[1] + v[2] - v[3]),
        0.5f * (v[0] + v[1] - v[2] - v[3]), 0.5f * (v[0] - v[1] - v[2] + v[3]),
    ], "rotated");

    /// <summary>Noise that knows nothing.</summary>
    public static ConstructedCodes Unrelated => new(Sizes, 5,
        (_, random) => [.. Enumerable.Range(0, 5).Select(_ => Noise(random))], "unrelated");

    /// <summary>The same code for everything.</summary>
    public static ConstructedCodes Collapsed => new(Sizes, 3, (_, _) => new float[3], "collapsed");

    public void Encode(ReadOnlySpan<int> values, Span<float> codes)
    {
        var F = Factors.Count;
        for (var n = 0; n < values.Length / F; n++)
        {
            var v = new float[F];
            for (var k = 0; k < F; k++) v[k] = Standard(values[n * F + k], Factors[k].Values);
            rule(v, random).CopyTo(codes[(n * K)..]);
        }
    }

    /// <summary>Every combination of factor values once: no factor knows anything of another.</summary>
    public LabelledCodes WholeGrid()
    {
        var (F, N) = (Factors.Count, Factors.Aggregate(1, (n, factor) => n * factor.Values));
        var values = new int[N * F];
        for (var n = 0; n < N; n++)
            for (int k = 0, rest = n; k < F; k++) (rest, values[n * F + k]) = Math.DivRem(rest, Factors[k].Values);
        var codes = new float[N * K];
        Encode(values, codes);
        return new(Factors, K, values, codes);
    }

    /// <summary>A uniform value with mean 0 and variance 1.</summary>
    static float Standard(int value, int values) =>
        (float)((value - 0.5 * (values - 1)) / Math.Sqrt((values * (double)values - 1) / 12));

    /// <summary>A draw from N(0, 1).</summary>
    static float Noise(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
