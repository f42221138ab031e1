namespace Hybrid.Formulas;

/// <summary>What the components of a mixture weigh at a point.</summary>
/// <remarks>
/// <para>All the same, 1/N, unless told. Or point n is a draw of component n, and the N components stand for a
/// population of P: minibatch-stratified sampling (Chen et al. 2018, arXiv:1802.04942, appendix C.2). The own
/// component is one of P and weighs 1/P; the others stand for the rest, (P − 1)/(P·(N − 1)) each.</para>
/// <para>There one of the others has another weight than the rest of them. Sharing it gives the same mean with less
/// variance, needs no order among the others, and with N = P is the population's own mixture.</para>
/// </remarks>
public readonly record struct MixtureWeights
{
    MixtureWeights(int population) => Population = population;

    /// <summary>P; 0 where all components weigh the same.</summary>
    public int Population { get; }

    /// <summary>Of a batch from a population of P.</summary>
    /// <exception cref="ArgumentOutOfRangeException">P is not positive.</exception>
    public static MixtureWeights Stratified(int population)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(population);
        return new(population);
    }

    /// <summary>−log of what each of the others weighs, the same bits on every machine.</summary>
    public float LogCount(int components) => Population == 0
        ? MixtureDensity.LogCount(components)
        : Log((double)Population * (components - 1) / (Population - 1));

    /// <summary>log of the own component's weight over that of another.</summary>
    public float LogOwn(int components) =>
        Population == 0 ? 0 : Log((components - 1.0) / (Population - 1));

    static float Log(double ratio) => LaneMath.Log(new F32((float)ratio)).V;
}
