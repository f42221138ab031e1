namespace Hybrid.Training.Data;

/// <summary>Points of known densities in the plane, the same on every machine for a seed.</summary>
public static class Densities
{
    /// <summary>
    /// Correlation of <see cref="Correlated"/>: covariance 0.505 and −0.495 made one of unit variances.
    /// </summary>
    public const double ScgCorrelation = -0.495 / 0.505;

    /// <summary>Every one of them, by the name that <c>--data</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["scg", "grid", "rings", "moons", "swirl"];

    /// <summary>
    /// N points of the density of that name, with the piece that each is of; null where there is none.
    /// </summary>
    public static Points? Of(string name, int N, ulong seed) => name switch
    {
        "scg" => Correlated(N, seed),
        "grid" => Grid(N, seed),
        "rings" => Rings(N, seed),
        "moons" => Moons(N, seed),
        "swirl" => Swirl(N, seed),
        _ => null,
    };

    /// <summary>Points of a side of the grid, their distance, and σ of each.</summary>
    public const int GridSide = 5;

    /// <inheritdoc cref="GridSide"/>
    public const double GridSpacing = 2, GridSigma = 0.25;

    /// <summary>σ of the blur of <see cref="Rings"/>, <see cref="Moons"/> and <see cref="Swirl"/>.</summary>
    public const double Blur = 0.1;

    /// <summary>
    /// A Gaussian of unit variances on a line almost: the "scg" of information-theoretic diffusion.
    /// </summary>
    /// <remarks>Kong, Brekelmans &amp; Ver Steeg 2023, arXiv:2302.03792; entropy 1.218489 nats.</remarks>
    public static Points Correlated(int N, ulong seed) => Drawn("scg", N, seed, random =>
    {
        var (x, y) = random.Normals();
        return (x, ScgCorrelation * x + Math.Sqrt(1 - ScgCorrelation * ScgCorrelation) * y, None);
    });

    /// <summary>25 equal Gaussians on a 5 × 5 grid, eight σ apart.</summary>
    public static Points Grid(int N, ulong seed) => Drawn("grid", N, seed, random =>
    {
        var cell = random.Below(GridSide * GridSide);
        var (x, y) = random.Normals();
        return (GridSpacing * (cell % GridSide - GridSide / 2) + GridSigma * x,
            GridSpacing * (cell / GridSide - GridSide / 2) + GridSigma * y, cell);
    });

    /// <summary>Three circles of radius 1, 2 and 3, blurred by σ = 0.1.</summary>
    public static Points Rings(int N, ulong seed) => Drawn("rings", N, seed, random =>
    {
        var (ring, angle) = (random.Below(3), 2 * Math.PI * random.Uniform());
        var (x, y) = random.Normals();
        return ((ring + 1) * Math.Cos(angle) + Blur * x, (ring + 1) * Math.Sin(angle) + Blur * y, ring);
    });

    /// <summary>Two half circles that reach into each other, blurred by σ = 0.1.</summary>
    public static Points Moons(int N, ulong seed) => Drawn("moons", N, seed, random =>
    {
        var (moon, angle) = (random.Below(2), Math.PI * random.Uniform());
        var (x, y) = random.Normals();
        var (cos, sin) = (Math.Cos(angle), Math.Sin(angle));
        return moon == 0
            ? (cos + Blur * x, sin + Blur * y, moon)
            : (1 - cos + Blur * x, 0.5 - sin + Blur * y, moon);
    });

    /// <summary>An Archimedean spiral of one and a half turns, its angle uniform, blurred by σ = 0.1.</summary>
    public static Points Swirl(int N, ulong seed) => Drawn("swirl", N, seed, random =>
    {
        var angle = SwirlStart + SwirlLength * random.Uniform();
        var (x, y) = random.Normals();
        return (SwirlPitch * angle * Math.Cos(angle) + Blur * x, SwirlPitch * angle * Math.Sin(angle) + Blur * y,
            None);
    });

    /// <summary>First angle of the spiral, how far it turns, and its radius per angle.</summary>
    internal const double SwirlStart = 0.5 * Math.PI, SwirlLength = 3 * Math.PI, SwirlPitch = 0.2;

    /// <summary>The class of a point of a density that is one piece.</summary>
    const int None = -1;

    static Points Drawn(string name, int N, ulong seed, Func<Source, (double X, double Y, int Class)> draw)
    {
        var source = new Source(seed);
        var (values, classes) = (new float[2 * N], new int[N]);
        for (var n = 0; n < N; n++)
        {
            (var x, var y, classes[n]) = draw(source);
            (values[2 * n], values[2 * n + 1]) = ((float)x, (float)y);
        }
        return new(name, values, 2) { Classes = classes.Contains(None) ? null : classes };
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
