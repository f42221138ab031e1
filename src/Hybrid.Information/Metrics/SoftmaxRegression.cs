namespace Hybrid.Information.Metrics;

/// <summary>A linear classifier: p(class | x) ∝ e^(w_c·x + b_c), by maximum likelihood.</summary>
/// <remarks>Gradient steps with Nesterov's momentum, on columns scaled to variance 1; every run gives the same.</remarks>
sealed class SoftmaxRegression
{
    const int Steps = 1000;

    readonly double[] mean, scale;
    readonly double[,] w;

    /// <param name="x">[N, K].</param>
    /// <param name="y">[N], 0 … classes − 1.</param>
    /// <param name="K">Columns of x.</param>
    /// <param name="classes">How many there are.</param>
    public SoftmaxRegression(double[] x, int[] y, int K, int classes)
    {
        (mean, scale, w) = (new double[K], new double[K], new double[classes, K + 1]);
        var N = y.Length;
        for (var j = 0; j < K; j++)
        {
            double squares = 0;
            for (var n = 0; n < N; n++) mean[j] += x[n * K + j] / N;
            for (var n = 0; n < N; n++) squares += Math.Pow(x[n * K + j] - mean[j], 2) / N;
            scale[j] = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        }
        // The curvature is at most half the mean square length of a row: K columns of variance 1, and a constant.
        var rate = 2.0 / (K + 1);
        var (before, p, gradient) = (new double[classes, K + 1], new double[classes], new double[classes, K + 1]);
        for (var step = 0; step < Steps; step++)
        {
            var momentum = step / (step + 3.0);
            for (var c = 0; c < classes; c++)
                for (var j = 0; j <= K; j++)
                {
                    var ahead = w[c, j] + momentum * (w[c, j] - before[c, j]);
                    (before[c, j], w[c, j], gradient[c, j]) = (w[c, j], ahead, 0);
                }
            for (var n = 0; n < N; n++)
            {
                Scores(x.AsSpan(n * K, K), p);
                var largest = p.Max();
                double sum = 0;
                for (var c = 0; c < classes; c++) sum += p[c] = Math.Exp(p[c] - largest);
                for (var c = 0; c < classes; c++)
                {
                    var off = (p[c] / sum - (y[n] == c ? 1 : 0)) / N;
                    for (var j = 0; j < K; j++) gradient[c, j] += off * (x[n * K + j] - mean[j]) * scale[j];
                    gradient[c, K] += off;
                }
            }
            for (var c = 0; c < classes; c++)
                for (var j = 0; j <= K; j++) w[c, j] -= rate * gradient[c, j];
        }
    }

    /// <summary>The most likely class of x[K].</summary>
    public int Predict(ReadOnlySpan<double> x)
    {
        var scores = new double[w.GetLength(0)];
        Scores(x, scores);
        return Array.IndexOf(scores, scores.Max());
    }

    void Scores(ReadOnlySpan<double> x, double[] scores)
    {
        for (var c = 0; c < scores.Length; c++)
        {
            scores[c] = w[c, x.Length];
            for (var j = 0; j < x.Length; j++) scores[c] += w[c, j] * (x[j] - mean[j]) * scale[j];
        }
    }
}
