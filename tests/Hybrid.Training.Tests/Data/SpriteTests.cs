using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Data;

/// <summary>What is drawn, against the plane geometry it should be.</summary>
[TestFixture]
public sealed class SpriteTests
{
    const double Heart = 1 + Sprite.HeartCentre;

    // Area and perimeter of each shape in the unit disc. The heart's outline is
    // y = (∛x² ± √(∛x⁴ − 4x² + 4)) / 2: its area is the integral of the root, 3.661972725818391 by
    // quadrature.
    static double Area(SpriteShape shape) => shape switch
    {
        SpriteShape.Square => 4 * Sprite.SquareHalfSide * Sprite.SquareHalfSide,
        SpriteShape.Ellipse => Math.PI * Sprite.EllipseMinorAxis,
        _ => 3.661972725818391 / (Heart * Heart),
    };

    // No outline here is longer than the disc's, 2π: two are convex, the heart has 2π − 0.3.
    const double LongestPerimeter = 2 * Math.PI;

    static IEnumerable<Sprite> Some() =>
        from shape in Enum.GetValues<SpriteShape>()
        from turn in new[] { 0, 1, 7, 15 }
        from scale in new[] { 0.5, 1.0 }
        select new Sprite(shape, scale, turn, 0.4, 0.55);

    static float[] Draw(Sprite sprite, int size)
    {
        var image = new float[size * size];
        sprite.Draw(size, image);
        return image;
    }

    [TestCaseSource(nameof(Some))]
    public void Has_the_area_and_the_centre_of_mass_it_says(Sprite sprite)
    {
        const int size = 256;
        var image = Draw(sprite, size);
        double mass = 0, x = 0, y = 0;
        for (var i = 0; i < image.Length; i++)
        {
            mass += image[i];
            x += image[i] * (i % size + 0.5);
            y += image[i] * (i / size + 0.5);
        }

        var r = Sprite.Radius * sprite.Scale * size;
        var perimeter = LongestPerimeter * r;
        // A sample stands for a square of side h; only those within h/√2 of the outline can be counted
        // wrongly.
        var h = 1.0 / Sprite.Oversampling;
        var areaError = 2 * perimeter * (h / Math.Sqrt(2));
        // A pixel that the outline cuts (within √2/2 of it) has its mass up to half a pixel from its middle.
        var centreError = (areaError * r + 2 * perimeter * (Math.Sqrt(2) / 2) * 0.5) / mass;
        using var _ = Assert.EnterMultipleScope();
        Assert.That(mass, Is.EqualTo(Area(sprite.Shape) * r * r).Within(areaError));
        Assert.That(x / mass, Is.EqualTo(sprite.X * size).Within(centreError));
        Assert.That(y / mass, Is.EqualTo(sprite.Y * size).Within(centreError));
    }

    [Test]
    public void The_ellipse_points_where_its_orientation_says()
    {
        const int size = 256;
        for (var turn = 0; turn < Sprite.Turns; turn++)
        {
            var sprite = new Sprite(SpriteShape.Ellipse, 1, turn, 0.5, 0.5);
            var image = Draw(sprite, size);
            double xx = 0, yy = 0, xy = 0;
            for (var i = 0; i < image.Length; i++)
            {
                var (x, y) = (i % size + 0.5 - size / 2.0, size / 2.0 - (i / size + 0.5));
                (xx, yy, xy) = (xx + image[i] * x * x, yy + image[i] * y * y, xy + image[i] * x * y);
            }
            var angle = Math.Atan2(2 * xy, xx - yy) / 2;
            // A quarter of the step between two orientations.
            Assert.That(angle, Is.EqualTo(2 * Math.PI * sprite.Orientation).Within(2 * Math.PI / 64 / 4));
        }
    }

    [Test]
    public void The_heart_stands_on_its_tip_and_turns_counterclockwise()
    {
        // The tip is farther from the centre of mass than the lobes, by a fifth of the disc's radius, 66
        // pixels.
        const int size = 256, farther = 10;
        var (top, bottom, _, _) = Reach(Draw(new(SpriteShape.Heart, 1, 0, 0.5, 0.5), size), size);
        Assert.That(bottom, Is.GreaterThan(top + farther));

        // Almost a quarter turn: the tip, which was down, is now on the right.
        var (_, _, left, right) = Reach(Draw(new(SpriteShape.Heart, 1, 15, 0.5, 0.5), size), size);
        Assert.That(right, Is.GreaterThan(left + farther));
    }

    // How far the picture's white reaches from the middle, in pixels.
    static (int Top, int Bottom, int Left, int Right) Reach(float[] image, int size)
    {
        var (top, bottom, left, right) = (0, 0, 0, 0);
        for (var i = 0; i < image.Length; i++)
        {
            if (image[i] == 0) continue;
            var (x, y) = (i % size - size / 2, i / size - size / 2);
            (top, bottom) = (Math.Max(top, -y), Math.Max(bottom, y + 1));
            (left, right) = (Math.Max(left, -x), Math.Max(right, x + 1));
        }
        return (top, bottom, left, right);
    }

    [Test]
    public void The_heart_fits_its_disc_and_its_outline_is_shorter_than_the_discs()
    {
        // The right half of the outline, from the tip to the dent, as a fine polygon: x = xMax · sin t.
        const double xMax = 1.1390281646863158;
        const int steps = 200_000;
        double length = 0, reach = 0, lastX = 0, lastY = -1;
        for (var i = 1; i <= steps; i++)
        {
            var t = Math.PI * i / steps;
            var x = Math.Max(0, xMax * Math.Sin(t));
            var root = Math.Sqrt(Math.Max(0, Math.Pow(x, 4.0 / 3) - 4 * x * x + 4));
            var y = (Math.Pow(x, 2.0 / 3) + (2 * i < steps ? -root : root)) / 2;
            length += Math.Sqrt((x - lastX) * (x - lastX) + (y - lastY) * (y - lastY));
            var up = y - Sprite.HeartCentre;
            reach = Math.Max(reach, Math.Sqrt(x * x + up * up));
            (lastX, lastY) = (x, y);
        }
        Assert.That(reach / Heart, Is.LessThanOrEqualTo(1 + 1e-12));
        Assert.That(2 * length / Heart, Is.LessThan(LongestPerimeter));
    }
}
