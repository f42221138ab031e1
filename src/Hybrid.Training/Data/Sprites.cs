using System.Collections.Immutable;
using Hybrid.Information.Metrics;

namespace Hybrid.Training.Data;

/// <summary>The embedded data set: sprites whose five independent factors are known. Needs no file.</summary>
/// <remarks>Modelled on dSprites (Matthey et al. 2017), with orientations that every shape can be told apart
/// by. Distinct cells of a grid of 3 shapes × 6 scales × 16 orientations × 32 × 32 positions, drawn uniformly
/// by
/// <see cref="SplitMix64"/>: train and test share no picture, and have the same bits on every
/// machine.</remarks>
public static class Sprites
{
    const int Shapes = 3, Scales = 6, Positions = 32;

    /// <summary>Number of different sprites.</summary>
    public const int Cells = Shapes * Scales * Sprite.Turns * Positions * Positions;

    /// <summary>Names of the label columns: index of the shape; scale; orientation in turns; x and y of the
    /// centre of mass as fractions of the picture.</summary>
    public static readonly ImmutableArray<string> FactorNames = ["shape", "scale", "orientation", "x", "y"];

    /// <summary>The same factors by their numbers of values: a grid cell has one of each.</summary>
    public static readonly ImmutableArray<Factor> Factors =
    [
        new("shape", Shapes, IsOrdered: false), new("scale", Scales, IsOrdered: true),
        new("orientation", Sprite.Turns, IsOrdered: true), new("x", Positions, IsOrdered: true),
        new("y", Positions, IsOrdered: true),
    ];

    /// <param name="train">Number of images to train on.</param>
    /// <param name="test">Number of images to test on.</param>
    /// <param name="size">Pixels along each side.</param>
    /// <param name="seed">Another seed draws another subset of the grid.</param>
    /// <returns>Images [N, size²] with labels [N, 5].</returns>
    /// <exception cref="UserError">A size outside 8 … 256, an empty part, or more images than the grid
    /// has.</exception>
    public static DataSplit Load(int train = 8_000, int test = 1_000, int size = 28, ulong seed = 0)
    {
        if (size is < 8 or > 256)
            throw new UserError("sprites", $"size {size}", "choose a size from 8 to 256");
        if (train < 1 || test < 1 || (long)train + test > Cells)
            throw new UserError("sprites", $"{train} images to train and {test} to test",
                $"ask for at least 1 of each and at most {Cells} together");
        if ((long)(train + test) * size * size > Array.MaxLength)
            throw new UserError("sprites", $"{train + test} images of {size}×{size}",
                "ask for fewer or smaller ones");

        var (n, d, k) = (train + test, size * size, FactorNames.Length);
        var pixels = new float[n * d];
        var labels = new double[n * k];
        var cells = DistinctCells(n, seed);
        Parallel.For(0, n, i =>
        {
            var sprite = At(cells[i]);
            sprite.Draw(size, pixels.AsSpan(i * d, d));
            ReadOnlySpan<double> factors =
                [(double)sprite.Shape, sprite.Scale, sprite.Orientation, sprite.X, sprite.Y];
            factors.CopyTo(labels.AsSpan(i * k, k));
        });
        return ImageSet.Own("sprites", size, size, pixels, labels, FactorNames).Split(train, test);
    }

    /// <summary>The sprite of a grid cell, 0 … <see cref="Cells"/> − 1; y changes fastest.</summary>
    public static Sprite At(int cell)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cell);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cell, Cells);
        (cell, var y) = Math.DivRem(cell, Positions);
        (cell, var x) = Math.DivRem(cell, Positions);
        (cell, var turn) = Math.DivRem(cell, Sprite.Turns);
        (cell, var scale) = Math.DivRem(cell, Scales);
        return new((SpriteShape)cell, (5 + scale) / 10.0, turn, Position(x), Position(y));
    }

    /// <summary>The grid cell with these five values, in the order of <see cref="Factors"/>.</summary>
    public static int Cell(ReadOnlySpan<int> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, Factors.Length);
        var cell = 0;
        for (var k = 0; k < values.Length; k++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(values[k]);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(values[k], Factors[k].Values);
            cell = cell * Factors[k].Values + values[k];
        }
        return cell;
    }

    // The middle of the picture: the largest shape, of radius 0.26, keeps clear of the edge.
    static double Position(int step) => 0.3 + 0.4 * step / (Positions - 1);

    static int[] DistinctCells(int n, ulong seed)
    {
        var random = SplitMix64.Of(seed, stream: 0);
        var seen = new bool[Cells];
        var cells = new int[n];
        for (var i = 0; i < n;)
        {
            var cell = (int)random.Below(Cells);
            if (seen[cell]) continue;
            seen[cell] = true;
            cells[i++] = cell;
        }
        return cells;
    }
}
