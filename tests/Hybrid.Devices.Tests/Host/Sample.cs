namespace Hybrid.Devices.Tests.Host;

/// <summary>B rows of D numbers.</summary>
public readonly record struct Shape(int B, int D)
{
    public int Length => B * D;

    public override string ToString() => $"{B}x{D}";

    /// <summary>
    /// Both sides of a warp, of a Philox block, of a lane; the last two are shared among workers.
    /// </summary>
    public static readonly Shape[] Awkward =
        [new(1, 1), new(1, 31), new(3, 32), new(5, 33), new(7, 129), new(17, 257), new(67, 513)];
}

/// <summary>Numbers for tests: the same on every machine.</summary>
public static class Sample
{
    public static float[] Uniform(Shape shape, int seed, double from = -2, double to = 2) =>
        Uniform(shape.Length, seed, from, to);

    public static float[] Uniform(int count, int seed, double from = -2, double to = 2)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = (float)(from + (to - from) * random.NextDouble());
        return values;
    }
}

/// <summary>Comparison with exact numbers, within bounds that are derived at the place of use.</summary>
public static class Within
{
    /// <summary>Half a unit in the last place of 1: the relative error of one rounding.</summary>
    public const double U = 1.0 / (1 << 24);

    /// <summary>Second-order terms of all bounds here.</summary>
    const double HigherOrder = 1.01;

    public static void Bound(float[] actual, Func<int, (double Exact, double Error)> expected)
    {
        for (var i = 0; i < actual.Length; i++)
        {
            var (exact, error) = expected(i);
            if (!(Math.Abs(actual[i] - exact) <= HigherOrder * error + float.Epsilon))
                Assert.Fail($"Element {i} is {actual[i]:R}, exactly {exact:R}, bound {error:R}.");
        }
    }

    /// <summary>
    /// A row sum of n terms: each term's error, and a rounding for each addition a term goes through.
    /// </summary>
    public static (double Exact, double Error) Sum(int n, Func<int, (double Exact, double Error)> term)
    {
        double sum = 0, size = 0, error = 0;
        for (var i = 0; i < n; i++)
        {
            var (t, e) = term(i);
            sum += t;
            size += Math.Abs(t);
            error += e;
        }
        var additions = (n + 31) / 32 + 5;
        return (sum, error + additions * U * size);
    }
}
