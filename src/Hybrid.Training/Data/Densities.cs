namespace Hybrid.Training.Data;

/// <summary>Points of known densities in the plane, the same on every machine for a seed.</summary>
public static class Densities
{
    /// <summary>Points of a side of the grid, their distance, and σ of each.</summary>
    public const int GridSide = 5;

    /// <inheritdoc cref="GridSide"/>
    public const double GridSpacing = 2, GridSigma = 0.25;

    /// <summary>25 equal Gaussians on a 5 × 5 grid, eight σ apart.</summary>
    public static Points Grid(int N, ulong seed) => Drawn("grid", N, seed, random =>
    {
        var cell = random.Below(GridSide * GridSide);
        var (x, y) = random.Normals();
        return (GridSpacing * (cell % GridSide - GridSide / 2) + GridSigma * x,
            GridSpacing * (cell / GridSide - GridSide / 2) + GridSigma * y);
    });

    /// <summary>Three circles of radius 1, 2 and 3, blurred by σ = 0.1.</summary>
    public static Points Rings(int N, ulong seed) => Drawn("rings", N, seed, random =>
    {
        var (radius, angle) = (1.0 + random.Below(3), 2 * Math.PI * random.Uniform());
        var (x, y) = random.Normals();
        return (radius * Math.Cos(angle) + 0.1 * x, radius * Math.Sin(angle) + 0.1 * y);
    });

    /// <summary>Two half circles that reach into each other, blurred by σ = 0.1.</summary>
    public static Points Moons(int N, ulong seed) => Drawn("moons", N, seed, random =>
    {
        var (upper, angle) = (random.Below(2) == 0, Math.PI * random.Uniform());
        var (x, y) = random.Normals();
        var (cos, sin) = (Math.Cos(angle), Math.Sin(angle));
        return upper ? (cos + 0.1 * x, sin + 0.1 * y) : (1 - cos + 0.1 * x, 0.5 - sin + 0.1 * y);
    });

    static Points Drawn(string name, int N, ulong seed, Func<Source, (double X, double Y)> draw)
    {
        var source = new Source(seed);
        var values = new float[2 * N];
        for (var n = 0; n < N; n++)
        {
            var (x, y) = draw(source);
            (values[2 * n], values[2 * n + 1]) = ((float)x, (float)y);
        }
        return new(name, values, 2);
    }

    sealed class Source(ulong seed)
    {
        SplitMix64 random = SplitMix64.Of(seed, 0);

        /// <summary>A whole number below n.</summary>
        public int Below(int n) => (int)random.Below((ulong)n);

        /// <summary>In (0, 1).</summary>
        public double Uniform() => ((random.Next() >> 11) + 0.5) * Math.ScaleB(1, -53);

        /// <summary>Two independent standard normal numbers (Box &amp; Muller 1958).</summary>
        public (double X, double Y) Normals()
        {
            var (radius, angle) = (Math.Sqrt(-2 * Math.Log(Uniform())), 2 * Math.PI * Uniform());
            return (radius * Math.Cos(angle), radius * Math.Sin(angle));
        }
    }
}
