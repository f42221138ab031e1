namespace Hybrid.Information.Metrics;

/// <summary>The β-VAE score: can a linear classifier tell which factor two examples share?</summary>
/// <remarks>
/// Higgins et al. 2017, "beta-VAE", section 3. A point is the mean of |z − z′| over pairs that share one factor's value
/// and nothing else; its class is the factor. The score is the accuracy on points that were not trained on: 1/F by
/// guessing, at most 1.
/// </remarks>
public static class BetaVaeScore
{
    /// <summary>Pairs in a point, and points to train and to judge on.</summary>
    public const int Pairs = 32, Training = 500, Test = 250;

    public static double Of(IFactorCodes source, Random random)
    {
        var (factors, K) = (source.Factors, source.K);
        const int points = Training + Test;
        var values = new int[points * Pairs * 2 * factors.Count];
        LabelledCodes.DrawValues(factors, values, random);
        var shared = new int[points];
        for (var point = 0; point < points; point++)
        {
            var k = shared[point] = random.Next(factors.Count);
            for (var pair = 0; pair < Pairs; pair++)
            {
                var first = (point * Pairs + pair) * 2 * factors.Count;
                values[first + factors.Count + k] = values[first + k];
            }
        }
        var codes = new float[points * Pairs * 2 * K];
        source.Encode(values, codes);

        var x = new double[points * K];
        for (var point = 0; point < points; point++)
            for (var pair = 0; pair < Pairs; pair++)
            {
                var first = (point * Pairs + pair) * 2 * K;
                for (var j = 0; j < K; j++)
                    x[point * K + j] += Math.Abs((double)codes[first + j] - codes[first + K + j]) / Pairs;
            }
        var classifier = new SoftmaxRegression(x[..(Training * K)], shared[..Training], K, factors.Count);
        var right = 0;
        for (var point = Training; point < points; point++)
            if (classifier.Predict(x.AsSpan(point * K, K)) == shared[point]) right++;
        return (double)right / Test;
    }
}
