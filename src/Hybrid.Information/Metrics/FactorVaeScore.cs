namespace Hybrid.Information.Metrics;

/// <summary>The FactorVAE score: does the dimension that stays still say which factor did?</summary>
/// <remarks>
/// Kim &amp; Mnih 2018, arXiv:1802.05983, section 4. A point is a batch that shares one factor's value; its vote is the
/// dimension whose variance, relative to that over all examples, is smallest. Each dimension then stands for the factor
/// that most of its votes came from. The score is the accuracy on new votes: 1/F by guessing, at most 1.
/// </remarks>
public static class FactorVaeScore
{
    /// <summary>Examples in a vote, votes to learn and to judge, and examples to take the variances from.</summary>
    public const int Examples = 32, Training = 500, Test = 250, Reference = 4000;

    /// <summary>Dimensions that never move do not vote (<see cref="ActiveUnits.Threshold"/>); with none, it is a
    /// guess.</summary>
    public static double Of(IFactorCodes source, Random random)
    {
        var (factors, K) = (source.Factors, source.K);
        var variances = Variances(Drawn(Reference), 0, Reference, K);
        int[] active = [.. Enumerable.Range(0, K).Where(j => variances[j] > ActiveUnits.Threshold)];
        if (active.Length == 0) return 1.0 / factors.Count;

        const int points = Training + Test;
        var values = new int[points * Examples * factors.Count];
        LabelledCodes.DrawValues(factors, values, random);
        var shared = new int[points];
        for (var point = 0; point < points; point++)
        {
            var k = shared[point] = random.Next(factors.Count);
            var first = point * Examples * factors.Count + k;
            for (var i = 1; i < Examples; i++) values[first + i * factors.Count] = values[first];
        }
        var codes = new float[points * Examples * K];
        source.Encode(values, codes);

        var votes = new int[K, factors.Count];
        var right = 0;
        for (var point = 0; point < points; point++)
        {
            var within = Variances(codes, point * Examples, Examples, K);
            var still = active.MinBy(j => within[j] / variances[j]);
            if (point < Training) votes[still, shared[point]]++;
            else if (Majority.Of(votes, still) == shared[point]) right++;
        }
        return (double)right / Test;

        float[] Drawn(int N)
        {
            var (drawn, of) = (new float[N * K], new int[N * factors.Count]);
            LabelledCodes.DrawValues(factors, of, random);
            source.Encode(of, drawn);
            return drawn;
        }
    }

    /// <summary>Of each dimension, over rows first … first + count of codes[·, K].</summary>
    static double[] Variances(float[] codes, int first, int count, int K)
    {
        var variances = new double[K];
        for (var j = 0; j < K; j++)
        {
            double mean = 0, squares = 0;
            for (var n = first; n < first + count; n++) mean += codes[n * K + j];
            mean /= count;
            for (var n = first; n < first + count; n++) squares += Math.Pow(codes[n * K + j] - mean, 2);
            variances[j] = squares / count;
        }
        return variances;
    }
}
