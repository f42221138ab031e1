using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>The three passes of a convolution: forward, towards its input, towards its weights.</summary>
static class ConvCases
{
    /// <param name="quick">Only the small shape.</param>
    public static IEnumerable<OperationCase> All(bool quick) =>
    [
        .. Passes(new(16, 14, 14, 64, 64), "a U-Net's middle, a small batch"),
        .. quick ? [] : Passes(new(64, 28, 28, 32, 32), "a U-Net's first level, a training batch"),
    ];

    public static IEnumerable<OperationCase> Passes(Conv2dShape shape, string reason) =>
        [Forward(shape, reason), GradInput(shape, reason), GradWeight(shape, reason)];

    static OperationCase Forward(Conv2dShape s, string reason) => new(
        nameof(IOps.Conv2d), s.ToString(), reason, Conv2d.Cost(Activation.Relu, s), Conv2d.Ladder, device =>
        {
            var x = device.Uniform(s.Pixels, s.Ci, -1, 1, 1);
            var w = device.Uniform(s.WeightRows, s.Co, -1, 1, 2);
            Tensor bias = device.Uniform(s.Co, 1, -1, 1, 3), y = device.Arena.Allocate(s.Pixels, s.Co);
            return new(() => device.Ops.Conv2d(x, w, bias, s, Activation.Relu, y), y)
            {
                Rungs = BoundRung.Of(device, Conv2d.Ladder,
                    on => new(on(x), on(w), on(bias), Activation.Relu, on(y), s)),
            };
        });

    static OperationCase GradInput(Conv2dShape s, string reason) => new(
        nameof(IOps.Conv2dGradInput), s.ToString(), reason, Conv2dGradInput.Cost(s), Conv2dGradInput.Ladder,
        device =>
        {
            var dy = device.Uniform(s.Pixels, s.Co, -1, 1, 1);
            var w = device.Uniform(s.WeightRows, s.Co, -1, 1, 2);
            var dx = device.Arena.Allocate(s.Pixels, s.Ci);
            return new(() => device.Ops.Conv2dGradInput(dy, w, s, dx), dx)
            {
                Rungs = BoundRung.Of(device, Conv2dGradInput.Ladder, on => new(on(dy), on(w), on(dx), s)),
            };
        });

    static OperationCase GradWeight(Conv2dShape s, string reason) => new(
        nameof(IOps.Conv2dGradWeight), s.ToString(), reason, Conv2dGradWeight.Cost(s),
        Conv2dGradWeight.Ladder, device =>
        {
            var x = device.Uniform(s.Pixels, s.Ci, -1, 1, 1);
            var dy = device.Uniform(s.Pixels, s.Co, -1, 1, 2);
            var dw = device.Arena.Allocate(s.WeightRows, s.Co);
            return new(() => device.Ops.Conv2dGradWeight(x, dy, s, dw), dw)
            {
                Rungs = BoundRung.Of(device, Conv2dGradWeight.Ladder, on => new(on(x), on(dy), on(dw), s)),
            };
        });
}
