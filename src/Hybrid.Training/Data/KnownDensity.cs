namespace Hybrid.Training.Data;

/// <summary>log p(x) of the densities that are made here, in nats: the truth beside a model's estimate.</summary>
/// <remarks>
/// A curve that is blurred by a Gaussian has the density of the mean of that Gaussian over the curve: an integral over
/// one angle, here by Gauss and Legendre's rule of five points on panels that are shorter than σ.
/// </remarks>
public sealed class KnownDensity
{
    static readonly (double At, double Weight)[] Rule =
    [
        (0, 128.0 / 225), (0.538469310105683, 0.478628670499366), (-0.538469310105683, 0.478628670499366),
        (0.906179845938664, 0.236926885056189), (-0.906179845938664, 0.236926885056189),
    ];

    readonly Func<double, double, double> log;
    readonly Func<double, double, int, double>? ofPiece;

    KnownDensity(Func<double, double, double> log, double? entropy = null,
        Func<double, double, int, double>? ofPiece = null) =>
        (this.log, Entropy, this.ofPiece) = (log, entropy, ofPiece);

    /// <summary>−∫ p log p where it is known in closed form or by quadrature over a line, nats.</summary>
    public double? Entropy { get; }

    /// <summary>The density of that name (<see cref="Densities.Names"/>); null where it is not known.</summary>
    public static KnownDensity? Of(string name) => name switch
    {
        "scg" => new(Scg, Math.Log(Math.Tau * Math.E) + 0.5 * Math.Log(1 - Square(Densities.ScgCorrelation))),
        "grid" => new((x, y) => GridLine(x) + GridLine(y), 2 * GridLineEntropy(), GridPiece),
        "rings" => Curves([.. Enumerable.Range(1, 3).Select(radius =>
            Arc(0, Math.Tau, angle => (radius * Math.Cos(angle), radius * Math.Sin(angle))))]),
        "moons" => Curves(
            Arc(0, Math.PI, angle => (Math.Cos(angle), Math.Sin(angle))),
            Arc(0, Math.PI, angle => (1 - Math.Cos(angle), 0.5 - Math.Sin(angle)))),
        "swirl" => Curves(Arc(Densities.SwirlStart, Densities.SwirlLength, angle =>
            (Densities.SwirlPitch * angle * Math.Cos(angle), Densities.SwirlPitch * angle * Math.Sin(angle)))),
        _ => null,
    };

    /// <summary>log p of a point in the plane, nats.</summary>
    /// <exception cref="ArgumentException">The point has not two columns.</exception>
    public double Log(ReadOnlySpan<double> x) => x.Length == 2
        ? log(x[0], x[1])
        : throw new ArgumentException($"a point of {x.Length} columns: the densities are of the plane");

    /// <summary>
    /// What each point's piece says of it: log p(x | y) − log p(x), nats [N]; null where there are no pieces.
    /// </summary>
    public double[]? Pointwise(Points points)
    {
        if (ofPiece is null || points.Classes is null) return null;
        var nats = new double[points.N];
        for (var n = 0; n < nats.Length; n++)
        {
            double x = points.Values[2 * n], y = points.Values[2 * n + 1];
            nats[n] = ofPiece(x, y, points.Classes[n]) - log(x, y);
        }
        return nats;
    }

    static double Scg(double x, double y)
    {
        double r = Densities.ScgCorrelation, left = 1 - r * r;
        return -Math.Log(Math.Tau) - 0.5 * (Math.Log(left) + (x * x - 2 * r * x * y + y * y) / left);
    }

    static double GridPiece(double x, double y, int cell)
    {
        const double spacing = Densities.GridSpacing, sigma = Densities.GridSigma;
        const int side = Densities.GridSide;
        double ofX = (x - spacing * (cell % side - side / 2)) / sigma;
        double ofY = (y - spacing * (cell / side - side / 2)) / sigma;
        return -0.5 * (Square(ofX) + Square(ofY)) - Math.Log(Math.Tau * Square(sigma));
    }

    /// <summary>The grid is a product of two equal mixtures on a line.</summary>
    static double GridLine(double x)
    {
        var density = 0.0;
        for (var i = 0; i < Densities.GridSide; i++)
            density += Math.Exp(-0.5 * Square(
                (x - Densities.GridSpacing * (i - Densities.GridSide / 2)) / Densities.GridSigma));
        return Math.Log(density / (Densities.GridSide * Densities.GridSigma * Math.Sqrt(Math.Tau)));
    }

    // The trapezoidal rule converges faster than any power of its step where all derivatives vanish at both ends.
    static double GridLineEntropy()
    {
        const double step = Densities.GridSigma / 8;
        double reach = Densities.GridSpacing * (Densities.GridSide / 2) + 12 * Densities.GridSigma, sum = 0;
        for (var x = -reach; x <= reach; x += step)
        {
            var at = GridLine(x);
            sum -= step * Math.Exp(at) * at;
        }
        return sum;
    }

    static (double X, double Y, double Weight)[] Arc(double from, double length, Func<double, (double, double)> curve)
    {
        const int panels = 240;
        var points = new List<(double, double, double)>();
        var half = 0.5 * length / panels;
        for (var i = 0; i < panels; i++)
            foreach (var (at, weight) in Rule)
            {
                var (x, y) = curve(from + (2 * i + 1 + at) * half);
                points.Add((x, y, 0.5 * weight / panels));
            }
        return [.. points];
    }

    static KnownDensity Curves(params (double X, double Y, double Weight)[][] arcs)
    {
        (double X, double Y, double Weight)[] all = [.. arcs.SelectMany(arc => arc)];
        return new((x, y) => Blurred(all, x, y) - Math.Log(arcs.Length),
            ofPiece: arcs.Length == 1 ? null : (x, y, piece) => Blurred(arcs[piece], x, y));
    }

    /// <summary>log Σ weight·N((x, y); point, σ²).</summary>
    static double Blurred((double X, double Y, double Weight)[] points, double x, double y)
    {
        // The nearest point's exponent is taken off, so that what is far from the curve does not become log 0.
        var nearest = double.PositiveInfinity;
        foreach (var p in points) nearest = Math.Min(nearest, Square(x - p.X) + Square(y - p.Y));
        const double scale = 0.5 / (Densities.Blur * Densities.Blur);
        var sum = 0.0;
        foreach (var p in points)
            sum += p.Weight * Math.Exp(-scale * (Square(x - p.X) + Square(y - p.Y) - nearest));
        return Math.Log(sum / (Math.Tau * Square(Densities.Blur))) - scale * nearest;
    }

    static double Square(double v) => v * v;
}
