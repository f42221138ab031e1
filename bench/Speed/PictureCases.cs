using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>
/// What a U-Net does beside its convolutions: group norms with SiLU, other sizes, a gradient's norm.
/// </summary>
static class PictureCases
{
    const string First = "a U-Net's first level", Middle = "its middle";

    /// <param name="N">Pictures of a batch.</param>
    public static IEnumerable<OperationCase> All(int N) =>
    [
        .. Norms(new(N, 784, 32, 8), First), .. Norms(new(N, 196, 64, 8), Middle),
        Halve(new(N, 28, 28, 32), First), Double(new(N, 28, 28, 64), First),
        Squares(800_000, "every parameter of a U-Net"), Clip(800_000, "every parameter of a U-Net"),
    ];

    /// <summary>Values, sums and adjoints.</summary>
    public static IEnumerable<OperationCase> Norms(GroupShape shape, string reason) =>
        [Norm(shape, reason), NormSums(shape, reason), NormGrad(shape, reason)];

    /// <summary>Moments and values: two launches on a GPU, of which the second has the ladder.</summary>
    static OperationCase Norm(GroupShape s, string reason) => new(
        nameof(IOps.GroupNorm), s.ToString(), reason, GroupMoments.Cost(s) + GroupNorm.Cost(Activation.Silu, s),
        GroupNorm.Ladder, device =>
        {
            Tensor x = device.Uniform(s.Rows, s.C, -2, 3, 1), gain = device.Uniform(s.C, 1, -1, 1, 2);
            Tensor bias = device.Uniform(s.C, 1, -1, 1, 3), y = device.Arena.Allocate(s.Rows, s.C);
            var moments = device.Arena.Allocate(s.N, 2 * s.Groups);
            var ofGroups = BoundRung.Of(
                device, GroupMoments.Ladder, on => new(on(x), on(moments), s)).LastOrDefault();
            return new(() => device.Ops.GroupNorm(x, gain, bias, s, Activation.Silu, y, moments), y, moments)
            {
                Rungs =
                [
                    .. BoundRung.Of(device, GroupNorm.Ladder, on => new(
                        on(x), on(moments), on(gain), on(bias), Activation.Silu, on(y), s))
                        .Select(rung => rung with { Launch = ofGroups!.Launch + rung.Launch }),
                ],
            };
        });

    static OperationCase NormSums(GroupShape s, string reason) => new(
        nameof(IOps.GroupNormSums), s.ToString(), reason, GroupNormSums.Cost(Activation.Silu, s),
        GroupNormSums.Ladder, device =>
        {
            Tensor x = device.Uniform(s.Rows, s.C, -2, 3, 1), gain = device.Uniform(s.C, 1, -1, 1, 2);
            Tensor bias = device.Uniform(s.C, 1, -1, 1, 3), dy = device.Uniform(s.Rows, s.C, -1, 1, 4);
            Tensor moments = device.Uniform(s.N, 2 * s.Groups, 0.1f, 1, 5);
            Tensor sums = device.Arena.Allocate(s.N, s.C), products = device.Arena.Allocate(s.N, s.C);
            return new(
                () => device.Ops.GroupNormSums(x, moments, gain, bias, dy, s, Activation.Silu, sums, products),
                sums, products)
            {
                Rungs = BoundRung.Of(device, GroupNormSums.Ladder, on => new(
                    on(x), on(moments), on(gain), on(bias), Activation.Silu, on(dy), on(sums), on(products),
                    s)),
            };
        });

    static OperationCase NormGrad(GroupShape s, string reason) => new(
        nameof(IOps.GroupNormGrad), s.ToString(), reason, GroupNormGrad.Cost(Activation.Silu, s),
        GroupNormGrad.Ladder, device =>
        {
            Tensor x = device.Uniform(s.Rows, s.C, -2, 3, 1), gain = device.Uniform(s.C, 1, -1, 1, 2);
            Tensor bias = device.Uniform(s.C, 1, -1, 1, 3), dy = device.Uniform(s.Rows, s.C, -1, 1, 4);
            Tensor moments = device.Uniform(s.N, 2 * s.Groups, 0.1f, 1, 5);
            Tensor sums = device.Uniform(s.N, s.C, -9, 9, 6), products = device.Uniform(s.N, s.C, -9, 9, 7);
            var dx = device.Arena.Allocate(s.Rows, s.C);
            return new(
                () => device.Ops.GroupNormGrad(
                    x, moments, gain, bias, dy, sums, products, s, Activation.Silu, dx), dx)
            {
                Rungs = BoundRung.Of(device, GroupNormGrad.Ladder, on => new(
                    on(x), on(moments), on(gain), on(bias), Activation.Silu, on(dy), on(sums), on(products),
                    on(dx), s)),
            };
        });

    public static OperationCase Halve(ImageShape s, string reason) => new(
        nameof(IOps.Downsample), s.ToString(), reason, Downsample.Cost(s), Downsample.Ladder, device =>
        {
            Tensor x = device.Uniform(s.Rows, s.C, -2, 2, 1), y = device.Arena.Allocate(s.Half.Rows, s.C);
            return new(() => device.Ops.Downsample(x, 0.25f, s, y), y)
            {
                Rungs = BoundRung.Of(device, Downsample.Ladder, on => new(on(x), 0.25f, on(y), s)),
            };
        });

    public static OperationCase Double(ImageShape s, string reason) => new(
        nameof(IOps.Upsample), s.ToString(), reason, Upsample.Cost(s), Upsample.Ladder, device =>
        {
            Tensor x = device.Uniform(s.Half.Rows, s.C, -2, 2, 1), y = device.Arena.Allocate(s.Rows, s.C);
            return new(() => device.Ops.Upsample(x, 1, s, y), y)
            {
                Rungs = BoundRung.Of(device, Upsample.Ladder, on => new(on(x), 1, on(y), s)),
            };
        });

    public static OperationCase Squares(int n, string reason) => new(
        nameof(IOps.SquareSums), $"{n}", reason, SquareSums.Cost(n), SquareSums.Ladder, device =>
        {
            var x = device.Uniform(n, 1, -1, 1, 1);
            var y = device.Arena.Allocate((n - 1) / GradientClip.Chunk + 1, 1);
            return new(() => device.Ops.SquareSums(x, y), y)
            {
                Rungs = BoundRung.Of(device, SquareSums.Ladder, on => new(on(x), on(y), n)),
            };
        });

    /// <summary>A gradient just longer than the limit, so that repetitions neither shrink nor spare it.</summary>
    public static OperationCase Clip(int n, string reason) => new(
        nameof(IOps.ClipNorm), $"{n}", reason, ClipNorm.Cost(n), ClipNorm.Ladder, device =>
        {
            Tensor x = device.Uniform(n, 1, -1, 1, 1), squares = device.From([1.0001f], 1, 1);
            return new(() => device.Ops.ClipNorm(x, squares, 1), x)
            {
                Rungs = BoundRung.Of(device, ClipNorm.Ladder, on => new(on(x), on(squares), 1, n)),
            };
        });
}
