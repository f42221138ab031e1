namespace Hybrid.Information.Metrics;

/// <summary>What most of those who were counted said.</summary>
static class Majority
{
    /// <summary>The column with the most votes of a row; the first of equals.</summary>
    public static int Of(int[,] votes, int row)
    {
        var best = 0;
        for (var c = 1; c < votes.GetLength(1); c++)
            if (votes[row, c] > votes[row, best]) best = c;
        return best;
    }
}
