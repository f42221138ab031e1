using Hybrid.Devices.Host;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Data;

[TestFixture]
public sealed class ImageSetTests
{
    static ImageSet Ramp(int n) =>
        new("ramp", 1, 2, [.. Enumerable.Range(0, 2 * n).Select(i => i / (2f * n))],
            [.. Enumerable.Range(0, n).Select(i => (double)i)], ["index"]);

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    [TestCase(-1e-7f)]
    [TestCase(1.0000001f)]
    public void Names_the_image_and_the_pixel_of_a_bad_value(float bad)
    {
        var pixels = new float[3 * 4];
        pixels[2 * 4 + 1] = bad;
        Expect.UserError(() => _ = new ImageSet("mine", 2, 2, pixels), "mine", "image 2", "pixel 1");
    }

    [Test]
    public void Takes_both_ends_of_the_range_and_minus_zero() =>
        Assert.That(new ImageSet("ends", 1, 3, [0f, 1f, -0f]).N, Is.EqualTo(1));

    [Test]
    public void Does_not_change_with_the_array_it_was_made_from()
    {
        var pixels = new float[] { 0, 0.5f };
        var set = new ImageSet("copy", 1, 2, pixels);
        pixels[1] = 0.25f;
        Assert.That(set.Image(0)[1], Is.EqualTo(0.5f));
    }

    [Test]
    public void Refuses_shapes_that_do_not_fit()
    {
        Expect.UserError(() => _ = new ImageSet("none", 2, 2, []), "none", "no images");
        Assert.Throws<ArgumentException>(() => _ = new ImageSet("odd", 2, 2, new float[5]));
        Assert.Throws<ArgumentException>(
            () => _ = new ImageSet("odd", 1, 1, new float[5], new double[4], ["label"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new ImageSet("odd", 0, 2, new float[4]));
    }

    [Test]
    public void Splits_into_the_first_and_the_last()
    {
        var all = Ramp(10);

        var (train, test) = all.Split(6, 3);

        Assert.That((train.N, test.N), Is.EqualTo((6, 3)));
        Assert.That(train.Pixels.ToArray(), Is.EqualTo(all.Pixels[..12].ToArray()));
        Assert.That(test.Pixels.ToArray(), Is.EqualTo(all.Pixels[14..].ToArray()));
        Assert.That(test.Labels.ToArray(), Is.EqualTo(new[] { 7.0, 8, 9 }));
    }

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    [TestCase(8, 3)]
    [TestCase(int.MaxValue, int.MaxValue)]
    public void Refuses_a_split_that_is_empty_or_overlaps(int train, int test) =>
        Expect.UserError(() => Ramp(10).Split(train, test), "ramp", $"{train}");

    [Test]
    public void Rounds_pixels_to_the_nearest_grey_value_asked_for()
    {
        using var device = new HostDevice(1);
        var images = new DeviceImages(device, new("grey", 1, 5, [0, 0.1f, 0.13f, 0.6f, 1]), levels: 5);
        var batch = device.Arena.Allocate(1, 5);
        images.Batch(0, batch, binarize: false, default);
        Assert.That(device.ToArray(batch), Is.EqualTo(new[] { 0, 0, 0.25f, 0.5f, 1 }));
        Assert.That(images.Images.Pixels[1], Is.EqualTo(0.1f));
    }

    [Test]
    public void Gathers_a_batch_in_the_order_asked_for()
    {
        var set = Ramp(4);
        using var device = new HostDevice(1);
        var batch = device.Arena.Allocate(3, set.D);
        var images = new DeviceImages(device, set);
        images.Order([2, 3, 0, 3]);
        images.Batch(1, batch, binarize: false, default);
        Assert.That(device.ToArray(batch), Is.EqualTo(new[] { 0.75f, 0.875f, 0, 0.125f, 0.75f, 0.875f }));
    }
}
