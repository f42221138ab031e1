using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Host;

/// <summary>Images as rows of pixels: the bits of plain loops in every lane, whoever shares the work.</summary>
[TestFixture]
public sealed class ImageTests
{
    /// <summary>The last is shared among workers.</summary>
    static readonly ImageShape[] Shapes = [new(1, 2, 2, 1), new(2, 4, 6, 17), new(9, 6, 8, 41)];

    [TestCaseSource(nameof(Shapes))]
    public void Every_four_pixels_become_one(ImageShape s)
    {
        var x = Sample.Uniform(s.Rows * s.C, 1);
        var half = Everywhere.Same(bed =>
        {
            var y = bed.Out(s.Half.Rows, s.C);
            bed.Ops.Downsample(bed.In(x, s.Rows, s.C), 0.3f, s, y);
            return y;
        });
        Everywhere.AssertSameBits(half, PerHalfPixel(s, at => 0.3f * (at(0, 0) + at(0, 1) + (at(1, 0) + at(1, 1))), x),
            "plain loops");
    }

    [TestCaseSource(nameof(Shapes))]
    public void Every_pixel_becomes_four(ImageShape s)
    {
        var x = Sample.Uniform(s.Half.Rows * s.C, 2);
        var whole = Everywhere.Same(bed =>
        {
            var y = bed.Out(s.Rows, s.C);
            bed.Ops.Upsample(bed.In(x, s.Half.Rows, s.C), 0.3f, s, y);
            return y;
        });
        var times = Array.ConvertAll(x, value => 0.3f * value);
        for (var down = 0; down < 2; down++)
            for (var right = 0; right < 2; right++)
                Everywhere.AssertSameBits(PerHalfPixel(s, at => at(down, right), whole), times, $"{down}, {right}");
    }

    static float[] PerHalfPixel(ImageShape s, Func<Func<int, int, float>, float> value, float[] whole)
    {
        var half = new List<float>();
        for (var n = 0; n < s.N; n++)
            for (var i = 0; i < s.H / 2; i++)
                for (var j = 0; j < s.W / 2; j++)
                    for (var c = 0; c < s.C; c++)
                        half.Add(value((down, right) =>
                            whole[((n * s.H + 2 * i + down) * s.W + 2 * j + right) * s.C + c]));
        return [.. half];
    }

    [TestCase(1, 1, 1)]
    [TestCase(3, 35, 18)]
    [TestCase(7, 64, 41)]
    public void A_row_goes_to_every_pixel_and_receives_from_all(int n, int pixels, int cols)
    {
        float[] x = Sample.Uniform(n * cols, 3), y = Sample.Uniform(n * pixels * cols, 4);
        var outputs = Everywhere.Same(bed =>
        {
            Tensor images = bed.In(y, n * pixels, cols), sums = bed.Out(n, cols);
            bed.Ops.SumPerImage(images, pixels, sums);
            bed.Ops.AddPerImage(bed.In(x, n, cols), pixels, images);
            return [images, sums];
        });
        Everywhere.AssertSameBits(
            outputs[0], [.. y.Select((v, i) => v + x[i / cols / pixels * cols + i % cols])], "added");
        Everywhere.AssertSameBits(
            outputs[1], [.. x.Select((_, i) => PixelOrder.Sum(
                pixels, p => y[(i / cols * pixels + p) * cols + i % cols]))], "summed");
    }
}
