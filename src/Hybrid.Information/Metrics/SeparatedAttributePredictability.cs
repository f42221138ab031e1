namespace Hybrid.Information.Metrics;

/// <summary>SAP: how much better one dimension predicts a factor than any other dimension does.</summary>
/// <remarks>
/// Kumar et al. 2018, arXiv:1711.00848, section 3. The score of a dimension is R² of a straight line for an ordered
/// factor, and for another the balanced accuracy of thresholds: each of 20 bins says what most of the first half of the
/// examples in it were, and the second half is judged. Guessing has an accuracy of 1/values, so the gap of such a factor
/// stays below 1 − 1/values.
/// </remarks>
/// <param name="Score">Mean of the gaps.</param>
/// <param name="PerFactor">Each factor's gap.</param>
public sealed record SeparatedAttributePredictability(double Score, IReadOnlyList<double> PerFactor)
{
    public static SeparatedAttributePredictability Of(LabelledCodes codes)
    {
        var (K, F) = (codes.K, codes.Factors.Count);
        var scores = new double[K, F];
        for (var j = 0; j < K; j++)
        {
            var bins = FactorInformation.Bins(codes, j, FactorInformation.FewestBins);
            for (var k = 0; k < F; k++)
                scores[j, k] = codes.Factors[k].IsOrdered ? SquaredCorrelation(codes, j, k) : Accuracy(codes, bins, k);
        }
        double[] gaps = [.. Enumerable.Range(0, F).Select(k => ScoreGap.Of(scores, k))];
        return new(gaps.Average(), gaps);
    }

    /// <summary>cov² / (var · var): R² of the least-squares line; 0 where either never changes.</summary>
    static double SquaredCorrelation(LabelledCodes codes, int j, int k)
    {
        double meanZ = 0, meanV = 0, zz = 0, vv = 0, zv = 0;
        for (var n = 0; n < codes.N; n++) (meanZ, meanV) = (meanZ + codes.Code(n, j), meanV + codes.Value(n, k));
        (meanZ, meanV) = (meanZ / codes.N, meanV / codes.N);
        for (var n = 0; n < codes.N; n++)
        {
            var (z, v) = (codes.Code(n, j) - meanZ, codes.Value(n, k) - meanV);
            (zz, vv, zv) = (zz + z * z, vv + v * v, zv + z * v);
        }
        return zz > 0 && vv > 0 ? zv * zv / (zz * vv) : 0;
    }

    /// <summary>Mean over the factor's values of the part that is recognised.</summary>
    static double Accuracy(LabelledCodes codes, int[] bins, int k)
    {
        var (values, half) = (codes.Factors[k].Values, codes.N / 2);
        var votes = new int[FactorInformation.FewestBins, values];
        for (var n = 0; n < half; n++) votes[bins[n], codes.Value(n, k)]++;
        var (right, all) = (new int[values], new int[values]);
        for (var n = half; n < codes.N; n++)
        {
            var value = codes.Value(n, k);
            all[value]++;
            if (Majority.Of(votes, bins[n]) == value) right[value]++;
        }
        return Enumerable.Range(0, values).Where(v => all[v] > 0).Average(v => (double)right[v] / all[v]);
    }
}
