namespace Hybrid.Information.Metrics;

/// <summary>Disentanglement, completeness and informativeness of a code.</summary>
/// <remarks>
/// Eastwood &amp; Williams 2018, "A framework for the quantitative evaluation of disentangled representations", with
/// their lasso: importance R_jk = |weight of z_j in the prediction of v_k|, the mean over values for a factor that has
/// no order (each told from the rest). Fitted on the first half of the examples, judged on the second.
/// </remarks>
/// <param name="Disentanglement">1 where each dimension speaks of one factor: Σ_j ρ_j (1 − H_F(R_j·)).</param>
/// <param name="Completeness">1 where each factor is in one dimension: Σ_k ρ_k (1 − H_K(R_·k)).</param>
/// <param name="Informativeness">Mean R² of the predictions on the second half; not below 0.</param>
public sealed record DciScores(double Disentanglement, double Completeness, double Informativeness)
{
    /// <summary>
    /// α of the lasso, in standard deviations: above the correlations that 5,000 unrelated examples show (0.014).
    /// </summary>
    public const double Penalty = 0.05;

    public static DciScores Of(LabelledCodes codes)
    {
        var (K, F, half) = (codes.K, codes.Factors.Count, codes.N / 2);
        var columns = Enumerable.Range(0, K).Select(j => Column.Of(n => codes.Code(n, j), codes.N, half)).ToArray();
        var moments = new double[K, K];
        for (var i = 0; i < K; i++)
            for (var j = i; j < K; j++) moments[i, j] = moments[j, i] = columns[i].Moment(columns[j], half);

        var importance = new double[K, F];
        double explained = 0;
        for (var k = 0; k < F; k++)
        {
            var targets = Targets(codes, k, half).ToArray();
            foreach (var y in targets)
            {
                var w = Lasso.Fit(moments, [.. columns.Select(x => x.Moment(y, half))], Penalty);
                for (var j = 0; j < K; j++) importance[j, k] += Math.Abs(w[j]) / targets.Length;
                explained += Math.Max(0, Explained(columns, w, y, half)) / (F * targets.Length);
            }
        }
        return new(
            Concentration(importance, K, F, byRow: true), Concentration(importance, K, F, byRow: false), explained);
    }

    static IEnumerable<Column> Targets(LabelledCodes codes, int k, int half) => codes.Factors[k].IsOrdered
        ? [Column.Of(n => codes.Value(n, k), codes.N, half)]
        : Enumerable.Range(0, codes.Factors[k].Values)
            .Select(value => Column.Of(n => codes.Value(n, k) == value ? 1 : 0, codes.N, half));

    /// <summary>R² on the second half.</summary>
    static double Explained(Column[] columns, double[] w, Column y, int half)
    {
        double error = 0, total = 0;
        for (var n = half; n < y.Values.Length; n++)
        {
            var left = y.Values[n];
            for (var j = 0; j < w.Length; j++) left -= w[j] * columns[j].Values[n];
            (error, total) = (error + left * left, total + y.Values[n] * y.Values[n]);
        }
        return total > 0 ? 1 - error / total : 0;
    }

    /// <summary>Mean of 1 − H of each row's (column's) shares, weighed by importance; 0 where there is none.</summary>
    static double Concentration(double[,] importance, int K, int F, bool byRow)
    {
        var (lines, length) = byRow ? (K, F) : (F, K);
        double At(int line, int i) => byRow ? importance[line, i] : importance[i, line];
        double weighed = 0, all = 0;
        for (var line = 0; line < lines; line++)
        {
            double sum = 0, entropy = 0;
            for (var i = 0; i < length; i++) sum += At(line, i);
            for (var i = 0; i < length; i++)
                if (At(line, i) > 0) entropy -= At(line, i) / sum * Math.Log(At(line, i) / sum);
            // One alone has all of it.
            weighed += sum * (length > 1 ? 1 - entropy / Math.Log(length) : 1);
            all += sum;
        }
        return all > 0 ? weighed / all : 0;
    }

    /// <summary>A column shifted and scaled so that its first half has mean 0 and variance 1; all 0 if it never
    /// changes.</summary>
    sealed record Column(double[] Values)
    {
        public static Column Of(Func<int, double> value, int N, int half)
        {
            double mean = 0, squares = 0;
            for (var n = 0; n < half; n++) mean += value(n) / half;
            for (var n = 0; n < half; n++) squares += (value(n) - mean) * (value(n) - mean) / half;
            var scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
            return new([.. Enumerable.Range(0, N).Select(n => (value(n) - mean) * scale)]);
        }

        /// <summary>E of the product over the first half.</summary>
        public double Moment(Column other, int half)
        {
            double sum = 0;
            for (var n = 0; n < half; n++) sum += Values[n] * other.Values[n];
            return sum / half;
        }
    }
}
