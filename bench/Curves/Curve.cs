using MathNet.Numerics;

namespace Hybrid.Bench;

/// <summary>A quantity at one size.</summary>
/// <param name="Size">The size that was varied.</param>
/// <param name="Measured">Seconds or bytes.</param>
/// <param name="Counted">What the shapes say: flops or bytes.</param>
public sealed record CurvePoint(int Size, double Measured, double Counted);

/// <summary>How a cost grows with a size: c·size^exponent, by least squares over logarithms.</summary>
/// <param name="Work">What was measured.</param>
/// <param name="Quantity">Time or memory.</param>
/// <param name="Against">The size that was varied.</param>
/// <param name="Points">In ascending size.</param>
/// <param name="Exponent">Of the measured cost.</param>
/// <param name="StandardError">Of the exponent, from the points' distances to the line.</param>
/// <param name="Expected">
/// The exponent of the counted cost over the same sizes: what would be measured if every flop took the same
/// time and every byte were in the count.
/// </param>
public sealed record Curve(
    string Work, string Quantity, string Against, IReadOnlyList<CurvePoint> Points,
    double Exponent, double StandardError, double Expected)
{
    /// <summary>Points of a sweep, at least.</summary>
    public const int FewestPoints = 5;

    /// <exception cref="ArgumentException">Fewer than three points, or a cost that is not positive.</exception>
    public static Curve Fit(string work, string quantity, string against, IReadOnlyList<CurvePoint> points)
    {
        var (exponent, error) = Exponents(points, point => point.Measured);
        var (expected, _) = Exponents(points, point => point.Counted);
        return new(work, quantity, against, points, exponent, error, expected);
    }

    static (double Exponent, double StandardError) Exponents(
        IReadOnlyList<CurvePoint> points, Func<CurvePoint, double> cost)
    {
        if (points.Count < 3)
            throw new ArgumentException($"{points.Count} points: a line with an error needs three.");
        if (points.FirstOrDefault(point => !(cost(point) > 0)) is { } bad)
            throw new ArgumentException($"The cost at size {bad.Size} is {cost(bad)}; it must be positive.");
        double[] x = [.. points.Select(point => Math.Log(point.Size))];
        double[] y = [.. points.Select(point => Math.Log(cost(point)))];
        var (intercept, slope) = MathNet.Numerics.Fit.Line(x, y);
        var mean = x.Average();
        var residuals = x.Zip(y, (at, value) => value - intercept - slope * at).Sum(r => r * r);
        return (slope, Math.Sqrt(residuals / (x.Length - 2) / x.Sum(at => (at - mean) * (at - mean))));
    }
}
