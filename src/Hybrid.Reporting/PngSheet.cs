using Hybrid.Training;
using Hybrid.Training.Files;
using StbImageWriteSharp;

namespace Hybrid.Reporting;

/// <summary>Size of one image: row-major, channels last: 1 grey or 3 RGB.</summary>
public readonly record struct Tile(int Height, int Width, int Channels = 1)
{
    /// <summary>Values of one image.</summary>
    public int D => Height * Width * Channels;
}

/// <summary>How a sheet is laid out.</summary>
/// <param name="Columns">Images in a row; 0 makes the sheet about square.</param>
/// <param name="Scale">Each value becomes a square of this many pixels.</param>
/// <param name="Padding">Pixels between and around the images.</param>
public readonly record struct SheetLayout(int Columns = 0, int Scale = 2, int Padding = 2)
{
    // A struct's default would be scale 0; this is what "no layout" means.
    public SheetLayout() : this(0) { }
}

/// <summary>Many small images on one PNG: samples, or originals above their reconstructions.</summary>
/// <remarks>Values are clamped to [0, 1] and rounded to 255ths. The file is written all or nothing.</remarks>
public static class PngSheet
{
    // Dark enough beside white, light enough beside black: the border of an empty image can be seen.
    const byte Background = 64;

    const int LargestSide = 32_768;

    /// <summary>Writes <paramref name="images"/>, [N, Height, Width, Channels], in reading order.</summary>
    /// <exception cref="UserError">A value is NaN (the message names image and value), there is no image, the
    /// sheet would be too large, or the path cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<float> images, Tile tile, SheetLayout? layout = null)
    {
        var n = Count(path, images, tile);
        var at = layout ?? new();
        var columns = Columns(at, n);
        var sheet = new Canvas(path, tile, at, columns, rows: (n + columns - 1) / columns);
        for (var i = 0; i < n; i++) sheet.Draw(images, i, column: i % columns, row: i / columns);
        sheet.Save();
    }

    /// <summary>Writes pairs: each row of <paramref name="above"/> (originals) has the row of
    /// <paramref name="below"/> (reconstructions) under it. Both [N, Height, Width, Channels].</summary>
    /// <inheritdoc cref="Write"/>
    public static void WritePairs(
        string path, ReadOnlySpan<float> above, ReadOnlySpan<float> below, Tile tile,
        SheetLayout? layout = null)
    {
        var n = Count(path, above, tile);
        if (below.Length != above.Length)
            throw new ArgumentException($"{below.Length} values below {above.Length}.");
        var at = layout ?? new();
        var columns = Columns(at, n);
        var sheet = new Canvas(path, tile, at, columns, rows: (n + columns - 1) / columns * 2);
        for (var i = 0; i < n; i++)
        {
            sheet.Draw(above, i, column: i % columns, row: i / columns * 2);
            sheet.Draw(below, i, column: i % columns, row: i / columns * 2 + 1);
        }
        sheet.Save();
    }

    static int Columns(SheetLayout layout, int n) =>
        layout.Columns > 0 ? Math.Min(layout.Columns, n) : (int)Math.Ceiling(Math.Sqrt(n));

    static int Count(string path, ReadOnlySpan<float> images, Tile tile)
    {
        if (tile.Height < 1 || tile.Width < 1 || tile.Channels is not (1 or 3))
            throw new ArgumentException($"No image is {tile}.");
        if (images.Length % tile.D != 0)
            throw new ArgumentException($"{images.Length} is no multiple of {tile.D}.");
        if (images.IsEmpty) throw new UserError(path, "would hold no images", "ask for at least one");
        return images.Length / tile.D;
    }

    sealed class Canvas
    {
        readonly string path;
        readonly Tile tile;
        readonly SheetLayout layout;
        readonly int height, width;
        readonly byte[] bytes;

        public Canvas(string path, Tile tile, SheetLayout layout, int columns, int rows)
        {
            if (layout.Scale < 1 || layout.Padding < 0)
                throw new ArgumentException($"No sheet has {layout}.");
            (this.path, this.tile, this.layout) = (path, tile, layout);
            height = Side(tile.Height, rows);
            width = Side(tile.Width, columns);
            if ((long)height * width * tile.Channels > Array.MaxLength) throw TooLarge();
            bytes = new byte[height * width * tile.Channels];
            bytes.AsSpan().Fill(Background);
        }

        public void Draw(ReadOnlySpan<float> images, int i, int column, int row)
        {
            var image = images.Slice(i * tile.D, tile.D);
            var (left, top) = (Start(tile.Width, column), Start(tile.Height, row));
            for (var y = 0; y < tile.Height * layout.Scale; y++)
                for (var x = 0; x < tile.Width * layout.Scale; x++)
                    for (var c = 0; c < tile.Channels; c++)
                    {
                        var d = (y / layout.Scale * tile.Width + x / layout.Scale) * tile.Channels + c;
                        if (float.IsNaN(image[d]))
                            throw new UserError(path, $"image {i} has NaN at value {d}",
                                "look for the step that diverged");
                        bytes[((top + y) * width + left + x) * tile.Channels + c] = Level(image[d]);
                    }
        }

        public void Save() => AtomicFile.Write(path, stream =>
            new ImageWriter().WritePng(
                bytes, width, height,
                tile.Channels == 1 ? ColorComponents.Grey : ColorComponents.RedGreenBlue, stream));

        static byte Level(float value) => (byte)(Math.Clamp(value, 0f, 1f) * 255f + 0.5f);

        int Start(int pixels, int index) => layout.Padding + index * (pixels * layout.Scale + layout.Padding);

        int Side(int pixels, int count)
        {
            var side = layout.Padding + count * ((long)pixels * layout.Scale + layout.Padding);
            return side <= LargestSide ? (int)side : throw TooLarge();
        }

        UserError TooLarge() =>
            new(path, $"would be larger than {LargestSide} pixels a side",
                "draw fewer images or a smaller scale");
    }
}
