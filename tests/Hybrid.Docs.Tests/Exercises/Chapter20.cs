using Hybrid.Information.Metrics;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 20's exercise: delete the body of Information, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter20
{
    #region information
    /// <summary>I(z; v) of a table of counts, a row for each z and a column for each v, nats.</summary>
    public static double Information(int[][] counts)
    {
        double N = counts.Sum(row => row.Sum()), sum = 0;
        foreach (var row in counts)
            for (var v = 0; v < row.Length; v++)
            {
                double rows = row.Sum(), columns = counts.Sum(other => other[v]);
                if (row[v] > 0) sum += row[v] / N * Math.Log(row[v] * N / (rows * columns));
            }
        return sum;
    }
    #endregion

    /// <summary>The code is the row's number, so that a bin is a row.</summary>
    [Test]
    public void Is_what_the_gap_is_made_of([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var counts = new int[20][];
        for (var z = 0; z < 20; z++) counts[z] = [.. Enumerable.Range(0, 4).Select(_ => random.Next(9))];
        // Both ends are there, or the bins would move.
        (counts[0][0], counts[19][3]) = (1, 1);
        var (values, codes) = (new List<int>(), new List<float>());
        for (var z = 0; z < 20; z++)
            for (var v = 0; v < 4; v++)
                for (var i = 0; i < counts[z][v]; i++) (values, codes) = ([.. values, v], [.. codes, z]);

        var binned = FactorInformation.Binned(new([new("v", 4, true)], K: 1, [.. values], [.. codes]));
        Assert.That(Information(counts), Is.EqualTo(binned.Information[0, 0]).Within(1e-12));
    }

    [Test]
    public void Of_independent_columns_is_0() =>
        Assert.That(Information([[2, 4], [3, 6], [0, 0]]), Is.Zero.Within(1e-15));
}
