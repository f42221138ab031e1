namespace Hybrid.Information.Metrics;

/// <summary>How far the best dimension for a factor stands out from the second best.</summary>
static class ScoreGap
{
    /// <summary>Largest less second largest of column k of scores[K, F] ≥ 0; a lone dimension has no rival.</summary>
    public static double Of(double[,] scores, int k)
    {
        #region score-gap
        double best = 0, second = 0;
        for (var j = 0; j < scores.GetLength(0); j++)
            if (scores[j, k] > best) (best, second) = (scores[j, k], best);
            else second = Math.Max(second, scores[j, k]);
        return best - second;
        #endregion
    }
}
