namespace Hybrid.Bench.Comparison;

/// <summary>How many times as long as us a peer takes: above 1, we are faster.</summary>
/// <param name="Median">Of peer / ours within one round: what disturbs a round disturbs both.</param>
/// <param name="Min">The worst round for us.</param>
/// <param name="Max">The best round for us.</param>
/// <param name="BestAgainstBest">The peer's best round over our best round: nearest to a quiet machine.</param>
public readonly record struct Ratio(double Median, double Min, double Max, double BestAgainstBest)
{
    /// <param name="ours">Seconds, one a round; NaN for a round without a measurement.</param>
    /// <param name="peer">Likewise, in the same order.</param>
    /// <returns>Null where no round has both.</returns>
    /// <exception cref="ArgumentException">Different numbers of rounds.</exception>
    public static Ratio? Of(IReadOnlyList<double> ours, IReadOnlyList<double> peer)
    {
        if (ours.Count != peer.Count)
            throw new ArgumentException($"{ours.Count} rounds against {peer.Count}: they are not the same rounds.");
        var rounds = new List<double>();
        for (var i = 0; i < ours.Count; i++)
            if (double.IsFinite(ours[i]) && double.IsFinite(peer[i])) rounds.Add(peer[i] / ours[i]);
        if (rounds.Count == 0) return null;
        return new(Spread.Of([.. rounds]).Median, rounds.Min(), rounds.Max(), Best(peer) / Best(ours));
    }

    static double Best(IEnumerable<double> seconds) => seconds.Where(double.IsFinite).Min();

    /// <summary>The mean of ratios, in which ×2 and ×½ cancel.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static double GeometricMean(IReadOnlyCollection<double> ratios) => ratios.Count > 0
        ? Math.Exp(ratios.Average(Math.Log))
        : throw new ArgumentException("A mean needs a number.", nameof(ratios));
}
