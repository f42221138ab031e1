namespace Hybrid.Information.Metrics;

/// <summary>MIG: is each factor in one dimension of the code, and in no other?</summary>
/// <remarks>
/// Mean over factors of [I(z_j1; v_k) − I(z_j2; v_k)] / H(v_k), with j1 and j2 the dimensions that know most (Chen et
/// al. 2018, arXiv:1802.04942, eq. 6). The two are sought among the dimensions of one factor: a table read the other
/// way round gives about 0 for a perfect code (a mistake of published code). 0 … 1.
/// </remarks>
/// <param name="Score">MIG.</param>
/// <param name="PerFactor">Its terms, one for each factor.</param>
public sealed record MutualInformationGap(double Score, IReadOnlyList<double> PerFactor)
{
    /// <summary>From counts of the codes in bins (<see cref="FactorInformation.Binned"/>).</summary>
    public static MutualInformationGap Of(LabelledCodes codes) => Of(FactorInformation.Binned(codes));

    /// <summary>From a table of mutual information; a factor that never changes has no gap and is not counted.</summary>
    public static MutualInformationGap Of(FactorInformation information)
    {
        double[] gaps =
        [
            .. information.Entropy.Select((H, k) => H > 0 ? ScoreGap.Of(information.Information, k) / H : double.NaN),
        ];
        return new(gaps.Where(double.IsFinite).DefaultIfEmpty(0).Average(), gaps);
    }
}
