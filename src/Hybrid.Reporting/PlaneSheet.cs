using Hybrid.Training;

namespace Hybrid.Reporting;

/// <summary>A plane of codes as a picture: dots in the colour of their class, white where the classifier guesses.</summary>
public static class PlaneSheet
{
    /// <summary>Half a dot's side, less its middle.</summary>
    const int Radius = 1;

    /// <summary>Writes the PNG.</summary>
    /// <exception cref="UserError">The path cannot be written.</exception>
    public static void Write(string path, CodePlane plane)
    {
        const int side = CodePlane.Side;
        var pixels = new float[3 * side * side];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = 0.15f + 0.85f * plane.Doubt[i / 3];
        var classes = plane.Classes.Max() + 1;
        for (var n = 0; n < plane.Classes.Length; n++)
        {
            int Cell(double along) => (int)((along / plane.Extent + 1) * side / 2);
            var (column, row) = (Cell(plane.Z[2 * n]), side - 1 - Cell(plane.Z[2 * n + 1]));
            for (var y = Math.Max(0, row - Radius); y <= Math.Min(side - 1, row + Radius); y++)
                for (var x = Math.Max(0, column - Radius); x <= Math.Min(side - 1, column + Radius); x++)
                    for (var c = 0; c < 3; c++)
                        pixels[3 * (y * side + x) + c] = Colour(plane.Classes[n], classes, c);
        }
        PngSheet.Write(path, pixels, new(side, side, 3), new SheetLayout(Columns: 1, Scale: 2));
    }

    /// <summary>Hues around the circle, one for each class.</summary>
    static float Colour(int of, int classes, int channel) =>
        (float)(0.5 + 0.5 * Math.Cos(2 * Math.PI * ((double)of / classes - channel / 3.0)));
}
