namespace Hybrid.Information;

/// <summary>What a bottleneck's code z knows of y and of x, on some data, in nats per example.</summary>
/// <remarks>Alemi et al. 2017, arXiv:1612.00410, eqs. 9 and 14: both are bounds, on opposite sides.</remarks>
/// <param name="LabelEntropy">H(Y) of the labels as they are counted.</param>
/// <param name="CrossEntropy">E[−log q(y | z)].</param>
/// <param name="Rate">E KL(p(z | x) ‖ r(z)).</param>
/// <param name="Error">Part of the examples whose likeliest class is wrong, by the mean of several draws.</param>
/// <param name="ErrorOfOneDraw">The same by a single draw of z.</param>
/// <param name="StandardError">Of the error.</param>
public readonly record struct BottleneckAccount(
    double LabelEntropy, double CrossEntropy, double Rate, double Error, double ErrorOfOneDraw, double StandardError)
{
    /// <summary>
    /// I(Z; Y) ≥ H(Y) − cross-entropy, nats; negative where the classifier is worse than a guess.
    /// </summary>
    public double LabelInformation => LabelEntropy - CrossEntropy;

    /// <summary>I(Z; X) ≤ rate, nats: the gap is KL(p(z) ‖ r(z)).</summary>
    public double DataInformation => Rate;

    /// <summary>Entropy of counted labels, nats.</summary>
    /// <exception cref="ArgumentException">No labels.</exception>
    public static double EntropyOf(ReadOnlySpan<int> counts)
    {
        double total = 0, entropy = 0;
        foreach (var count in counts) total += count;
        if (!(total > 0)) throw new ArgumentException("No label was counted.", nameof(counts));
        foreach (var count in counts)
            if (count > 0) entropy -= count / total * Math.Log(count / total);
        return entropy;
    }
}
