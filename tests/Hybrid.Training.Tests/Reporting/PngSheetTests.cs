using Hybrid.Reporting;

namespace Hybrid.Training.Tests.Reporting;

[TestFixture]
public sealed class PngSheetTests
{
    static float[] Constant(int n, int d, Func<int, float> value) =>
        [.. Enumerable.Range(0, n * d).Select(i => value(i / d))];

    [Test]
    public void Draws_every_image_where_it_belongs()
    {
        using var folder = new TempFolder();
        var tile = new Tile(2, 3);
        var images = Enumerable.Range(0, 5 * tile.D).Select(i => i / 255f).ToArray();
        PngSheet.Write(folder.At("s.png"), images, tile, new SheetLayout(Columns: 3, Scale: 2, Padding: 1));

        var png = PngReader.Read(folder.At("s.png"));

        Assert.That((png.Height, png.Width), Is.EqualTo((1 + 2 * (2 * 2 + 1), 1 + 3 * (3 * 2 + 1))));
        var expected = new byte[png.Height, png.Width];
        for (var y = 0; y < png.Height; y++)
            for (var x = 0; x < png.Width; x++) expected[y, x] = 64;
        for (var i = 0; i < images.Length; i++)
        {
            var (image, row, column) = (i / 6, i % 6 / 3, i % 3);
            for (var k = 0; k < 4; k++)
            {
                var (top, left) = (1 + image / 3 * 5 + row * 2, 1 + image % 3 * 7 + column * 2);
                expected[top + k / 2, left + k % 2] = (byte)i;
            }
        }
        Assert.That(png.Pixels, Is.EqualTo(expected.Cast<byte>()));
    }

    [Test]
    public void Draws_reconstructions_under_their_originals()
    {
        using var folder = new TempFolder();
        PngSheet.WritePairs(
            folder.At("p.png"), Constant(3, 1, i => (10 + i) / 255f), Constant(3, 1, i => (20 + i) / 255f),
            new Tile(1, 1), new SheetLayout(Columns: 2, Scale: 1, Padding: 0));

        var png = PngReader.Read(folder.At("p.png"));

        Assert.That((png.Height, png.Width), Is.EqualTo((4, 2)));
        Assert.That(png.Pixels, Is.EqualTo(new byte[] { 10, 11, 20, 21, 12, 64, 22, 64 }));
    }

    [Test]
    public void Draws_colours()
    {
        using var folder = new TempFolder();
        PngSheet.Write(
            folder.At("c.png"), [1f, 0.5f, 0f, 0f, 0.25f, 1f], new Tile(1, 2, Channels: 3),
            new SheetLayout(Scale: 1, Padding: 0));
        var png = PngReader.Read(folder.At("c.png"));
        Assert.That(png.Pixels, Is.EqualTo(new byte[] { 255, 128, 0, 0, 64, 255 }));
    }

    [Test]
    public void Clamps_and_rounds()
    {
        using var folder = new TempFolder();
        float[] values = [-1, float.NegativeInfinity, 2, float.PositiveInfinity, 0.49f / 255, 0.51f / 255];
        PngSheet.Write(folder.At("v.png"), values, new Tile(1, 6), new SheetLayout(Scale: 1, Padding: 0));
        var png = PngReader.Read(folder.At("v.png"));
        Assert.That(png.Pixels, Is.EqualTo(new byte[] { 0, 0, 255, 255, 0, 1 }));
    }

    [Test]
    public void Is_about_square_where_no_columns_are_given()
    {
        using var folder = new TempFolder();
        PngSheet.Write(folder.At("q.png"), new float[10], new Tile(1, 1));
        // Ten images: four columns and three rows of 2 pixels with 2 between and around.
        var png = PngReader.Read(folder.At("q.png"));
        Assert.That((png.Height, png.Width), Is.EqualTo((2 + 3 * 4, 2 + 4 * 4)));
    }

    [Test]
    public void Names_the_image_that_holds_NaN_and_writes_nothing()
    {
        using var folder = new TempFolder();
        var images = new float[3 * 4];
        images[2 * 4 + 1] = float.NaN;
        var path = folder.At("n.png");
        Expect.UserError(() => PngSheet.Write(path, images, new Tile(2, 2)), path, "image 2", "NaN");
        Expect.UserError(() =>
            PngSheet.WritePairs(path, new float[12], images, new Tile(2, 2)), path, "image 2");
        Assert.That(folder.Names, Is.Empty);
    }

    [Test]
    public void Refuses_what_it_cannot_draw()
    {
        using var folder = new TempFolder();
        var path = folder.At("x.png");
        Expect.UserError(() => PngSheet.Write(path, [], new Tile(2, 2)), path, "no images");
        var huge = new SheetLayout(Scale: 40_000);
        Expect.UserError(() => PngSheet.Write(path, [0f], new Tile(1, 1), huge), path, "larger");
        Expect.UserError(() => PngSheet.Write(folder.Path, [0f], new Tile(1, 1)), folder.Path);
        Assert.Throws<ArgumentException>(() => PngSheet.Write(path, new float[5], new Tile(2, 2)));
        Assert.Throws<ArgumentException>(() =>
            PngSheet.Write(path, new float[4], new Tile(1, 2, Channels: 2)));
        Assert.Throws<ArgumentException>(() =>
            PngSheet.WritePairs(path, new float[4], new float[8], new Tile(2, 2)));
        Assert.That(folder.Names, Is.Empty);
    }
}
