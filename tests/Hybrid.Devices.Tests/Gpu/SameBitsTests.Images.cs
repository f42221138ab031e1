using Hybrid.Formulas;

namespace Hybrid.Devices.Tests.Gpu;

/// <summary>Images as rows of pixels.</summary>
public sealed partial class SameBitsTests
{
    [TestCase(2, 33, 5, 5, Activation.Identity)]
    [TestCase(2, 70, 36, 3, Activation.Silu)]
    [TestCase(1, 9, 80, 2, Activation.Tanh)]
    public void A_group_norm_and_its_adjoints(
        int n, int pixels, int channels, int groups, Activation act) => MustAgree(d =>
    {
        var s = new GroupShape(n, pixels, channels, groups);
        Tensor x = d.Random(s.Rows, s.C), gain = d.Random(s.C, 1), bias = d.Random(s.C, 1);
        Tensor y = d.Random(s.Rows, s.C), moments = d.Random(n, 2 * groups), dy = d.Random(s.Rows, s.C);
        Tensor sums = d.Random(n, s.C), products = d.Random(n, s.C), dx = d.Random(s.Rows, s.C);
        d.Ops.GroupNorm(x, gain, bias, s, act, y, moments);
        d.Ops.GroupNormSums(x, moments, gain, bias, dy, s, act, sums, products);
        d.Ops.GroupNormGrad(x, moments, gain, bias, dy, sums, products, s, act, dx);
        return [y, moments, sums, products, dx];
    });

    [TestCase(1, 2, 2, 1)]
    [TestCase(3, 4, 6, 33)]
    public void Images_of_other_sizes(int n, int h, int w, int c) => MustAgree(d =>
    {
        var s = new ImageShape(n, h, w, c);
        Tensor x = d.Random(s.Rows, c), half = d.Random(s.Half.Rows, c), y = d.Random(s.Rows, c), row = d.Random(n, c);
        d.Ops.Downsample(x, 0.25f, s, half);
        d.Ops.Upsample(half, 1, s, y);
        d.Ops.AddPerImage(row, s.Pixels, x);
        d.Ops.SumPerImage(x, s.Pixels, row);
        return [half, y, x, row];
    });
}
