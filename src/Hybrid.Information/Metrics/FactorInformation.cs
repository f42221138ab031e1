namespace Hybrid.Information.Metrics;

/// <summary>What each dimension of a code knows about each factor, nats.</summary>
/// <param name="Information">I(z_j; v_k), [K, F].</param>
/// <param name="Entropy">H(v_k), [F].</param>
public sealed record FactorInformation(double[,] Information, double[] Entropy)
{
    /// <summary>Bins of a dimension, unless a factor has more values.</summary>
    public const int FewestBins = 20;

    /// <summary>Counts dimensions in bins of equal width, from the smallest code to the largest.</summary>
    /// <remarks>
    /// Locatello et al. 2019, arXiv:1811.12359, use 20 bins of the posterior's mean; here as many as the richest factor
    /// has values, so that a perfect code can be seen to be one. Counts of N examples overstate each entry by about
    /// (bins − 1)(values − 1)/2N (Miller 1955): the same for every dimension, so that a gap does not show it.
    /// </remarks>
    public static FactorInformation Binned(LabelledCodes codes)
    {
        var (K, F) = (codes.K, codes.Factors.Count);
        var bins = Math.Max(FewestBins, codes.Factors.Max(factor => factor.Values));
        var (information, entropy) = (new double[K, F], new double[F]);
        for (var j = 0; j < K; j++)
        {
            var bin = Bins(codes, j, bins);
            for (var k = 0; k < F; k++)
            {
                var joint = new int[bins, codes.Factors[k].Values];
                for (var n = 0; n < codes.N; n++) joint[bin[n], codes.Value(n, k)]++;
                (information[j, k], entropy[k]) = Of(joint, codes.N);
            }
        }
        return new(information, entropy);
    }

    /// <summary>The bin of every example in dimension j; all in the first where it never changes.</summary>
    internal static int[] Bins(LabelledCodes codes, int j, int bins)
    {
        var (low, high) = (float.MaxValue, float.MinValue);
        for (var n = 0; n < codes.N; n++)
            (low, high) = (Math.Min(low, codes.Code(n, j)), Math.Max(high, codes.Code(n, j)));
        var perWidth = high > low ? bins / ((double)high - low) : 0;
        var bin = new int[codes.N];
        for (var n = 0; n < codes.N; n++)
            bin[n] = Math.Min(bins - 1, (int)((codes.Code(n, j) - (double)low) * perWidth));
        return bin;
    }

    /// <summary>I of the two and H of the second, from counts.</summary>
    static (double Information, double Entropy) Of(int[,] joint, int N)
    {
        var (rows, columns) = (joint.GetLength(0), joint.GetLength(1));
        var (first, second) = (new int[rows], new int[columns]);
        for (var r = 0; r < rows; r++)
            for (var c = 0; c < columns; c++)
                (first[r], second[c]) = (first[r] + joint[r, c], second[c] + joint[r, c]);
        double information = 0, entropy = 0;
        for (var r = 0; r < rows; r++)
            for (var c = 0; c < columns; c++)
            {
                var p = (double)joint[r, c] / N;
                if (p > 0) information += p * Math.Log(p * N / first[r] * N / second[c]);
            }
        foreach (var count in second)
            if (count > 0) entropy -= (double)count / N * Math.Log((double)count / N);
        return (information, entropy);
    }
}
