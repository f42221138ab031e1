using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Training.Data;

public enum SpriteShape { Square, Ellipse, Heart }

/// <summary>One white shape on black: its five factors, and the picture they determine.</summary>
/// <param name="Shape">All three fit the unit disc and have about the same area.</param>
/// <param name="Scale">1 is the largest: <see cref="Radius"/> of the picture's side.</param>
/// <param name="Turn64">Orientation in 64ths of a turn, counterclockwise as seen. 0 … 15: after a quarter
/// turn the square repeats, and no two factor values may give one picture.</param>
/// <param name="X">Centre of mass, as a fraction of the picture's width from the left.</param>
/// <param name="Y">Centre of mass, as a fraction of the picture's height from the top.</param>
/// <remarks>Drawn with + − × ÷, square roots and comparisons of doubles only: IEEE 754 defines each exactly,
/// so the picture has the same bits on every machine.</remarks>
public readonly record struct Sprite(SpriteShape Shape, double Scale, int Turn64, double X, double Y)
{
    /// <summary>Radius of the disc around a shape of scale 1, as a fraction of the picture's side.</summary>
    public const double Radius = 0.26;

    /// <summary>Half the side of the square, in discs' radii: its corners reach 0.99.</summary>
    public const double SquareHalfSide = 0.7;

    /// <summary>The ellipse's shorter semi-axis, in discs' radii; the longer is 1.</summary>
    public const double EllipseMinorAxis = 0.6;

    /// <summary>The centre of mass of the heart (x² + y² − 1)³ ≤ x² y³ is (0, this); its tip, at (0, −1), is
    /// the point farthest from there.</summary>
    public const double HeartCentre = 0.293_481_227_284_372_5;

    /// <summary>Samples along each side of a pixel: the pixel's value is the fraction of them
    /// inside.</summary>
    public const int Oversampling = 8;

    public const int Turns = 16;

    static readonly (double Cos, double Sin)[] Rotations = QuarterTurn();

    /// <summary>Orientation in turns, in [0, ¼).</summary>
    public double Orientation => Turn64 / 64.0;

    /// <summary>Draws into <paramref name="image"/>, [size, size] row-major, in 64ths from 0 to 1.</summary>
    public void Draw(int size, Span<float> image)
    {
        image[..(size * size)].Clear();
        var r = Radius * Scale * size;
        var (centreX, centreY) = (X * size, Y * size);
        var (left, right) = Pixels(centreX, r, size);
        var (top, bottom) = Pixels(centreY, r, size);
        for (var row = top; row < bottom; row++)
            for (var column = left; column < right; column++)
                image[row * size + column] = Coverage(column - centreX, row - centreY, r);
    }

    // (x, y): the pixel's upper left corner as seen from the centre of mass, y downwards. A row's eight samples
    // are two registers of four; a data set is 90 million samples, so the first call is compiled for speed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    float Coverage(double x, double y, double r)
    {
        var (cos, sin) = Rotations[Turn64];
        var left = (Vector256.Create(x) + Samples) / r;
        var right = (Vector256.Create(x) + (Samples + Vector256.Create(0.5))) / r;
        var inside = 0;
        for (var j = 0; j < Oversampling; j++)
        {
            var up = -(y + (j + 0.5) / Oversampling) / r;
            inside += Inside(cos * left + Vector256.Create(sin * up), Vector256.Create(cos * up) - sin * left)
                + Inside(cos * right + Vector256.Create(sin * up), Vector256.Create(cos * up) - sin * right);
        }
        return inside / (float)(Oversampling * Oversampling);
    }

    /// <summary>Where the left four samples of a row lie in a pixel; the others are half a pixel on.</summary>
    static Vector256<double> Samples => Vector256.Create(0.0625, 0.1875, 0.3125, 0.4375);

    // How many of four points (x, y) in the shape's own frame: unit disc, y upwards.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int Inside(Vector256<double> x, Vector256<double> y)
    {
        Vector256<double> inside;
        switch (Shape)
        {
            case SpriteShape.Square:
                var half = Vector256.Create(SquareHalfSide);
                inside = Vector256.LessThanOrEqual(Vector256.Abs(x), half)
                    & Vector256.LessThanOrEqual(Vector256.Abs(y), half);
                break;
            case SpriteShape.Ellipse:
                y /= EllipseMinorAxis;
                inside = Vector256.LessThanOrEqual(x * x + y * y, Vector256<double>.One);
                break;
            default:
                const double reach = 1 + HeartCentre;
                (x, y) = (x * reach, y * reach + Vector256.Create(HeartCentre));
                var ring = x * x + y * y - Vector256<double>.One;
                inside = Vector256.LessThanOrEqual(ring * ring * ring, x * x * y * y * y);
                break;
        }
        return BitOperations.PopCount(inside.ExtractMostSignificantBits());
    }

    static (int First, int End) Pixels(double centre, double r, int size) =>
        (Math.Max(0, (int)(centre - r)), Math.Min(size, (int)(centre + r) + 1));

    // cos(θ/2) = √((1 + cos θ) / 2), from an eighth of a turn down to a 64th; then one 64th at a time.
    static (double, double)[] QuarterTurn()
    {
        var eighth = Math.Sqrt(0.5);
        var sixteenth = Math.Sqrt((1 + eighth) / 2);
        var thirtySecond = Math.Sqrt((1 + sixteenth) / 2);
        var (cos, sin) = (Math.Sqrt((1 + thirtySecond) / 2), Math.Sqrt((1 - thirtySecond) / 2));

        var rotations = new (double Cos, double Sin)[Turns];
        rotations[0] = (1, 0);
        for (var k = 1; k < Turns; k++)
        {
            var (c, s) = rotations[k - 1];
            rotations[k] = (c * cos - s * sin, s * cos + c * sin);
        }
        return rotations;
    }
}
