using Hybrid.Devices;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>What a transformer of pictures does beside its layers and attention.</summary>
static class ModulationCases
{
    /// <summary>Tokens of a picture, and the numbers of each, as chapter 26 trains them.</summary>
    const int Tokens = 49, Width = 64;

    /// <param name="N">Pictures of a batch.</param>
    public static IEnumerable<OperationCase> All(int N) => Of(N, Tokens, Width, "tokens of a batch");

    /// <param name="C">Conditions: pictures.</param>
    /// <param name="T">Rows under each.</param>
    /// <param name="D">Columns.</param>
    /// <param name="reason">Why this shape.</param>
    public static IEnumerable<OperationCase> Of(int C, int T, int D, string reason)
    {
        var R = C * T;
        var shape = $"{C}·{T}×{D}";

        yield return new(nameof(IOps.ModulatedLayerNorm), shape, reason, ModulatedLayerNorm.Cost(R, D, T),
            ModulatedLayerNorm.Ladder, device =>
            {
                Tensor x = device.Uniform(R, D, -2, 3, 1), shift = device.Uniform(C, D, -1, 1, 2);
                Tensor scale = device.Uniform(C, D, -1, 1, 3), y = device.Arena.Allocate(R, D);
                var statistics = device.Arena.Allocate(R, 2);
                return new(() => device.Ops.ModulatedLayerNorm(x, shift, scale, y, statistics), y, statistics)
                {
                    Rungs = BoundRung.Of(device, ModulatedLayerNorm.Ladder,
                        on => new(on(x), on(shift), on(scale), on(y), on(statistics), R, D, T)),
                };
            });

        yield return new(nameof(IOps.ModulatedLayerNormGrad), shape, reason,
            ModulatedLayerNormGrad.Cost(R, D, T), ModulatedLayerNormGrad.Ladder, device =>
            {
                Tensor x = device.Uniform(R, D, -2, 3, 1), scale = device.Uniform(C, D, -1, 1, 3);
                Tensor statistics = device.Uniform(R, 2, 0.1f, 1, 4), dy = device.Uniform(R, D, -1, 1, 5);
                var dx = device.Arena.Allocate(R, D);
                return new(() => device.Ops.ModulatedLayerNormGrad(x, scale, statistics, dy, dx), dx)
                {
                    Rungs = BoundRung.Of(device, ModulatedLayerNormGrad.Ladder,
                        on => new(on(x), on(scale), on(statistics), on(dy), on(dx), R, D, T)),
                };
            });

        yield return new(nameof(IOps.ModulationGrad), shape, reason, ModulationGrad.Cost(R, D, T),
            ModulationGrad.Ladder, device =>
            {
                Tensor x = device.Uniform(R, D, -2, 3, 1), statistics = device.Uniform(R, 2, 0.1f, 1, 4);
                Tensor dy = device.Uniform(R, D, -1, 1, 5), dShift = device.Arena.Allocate(C, D);
                var dScale = device.Arena.Allocate(C, D);
                return new(() => device.Ops.ModulationGrad(x, statistics, dy, dShift, dScale), dShift, dScale)
                {
                    Rungs = BoundRung.Of(device, ModulationGrad.Ladder,
                        on => new(on(x), on(statistics), on(dy), on(dShift), on(dScale), R, D, T)),
                };
            });

        yield return new(nameof(IOps.AddGated), shape, reason, AddGated.Cost(R, D, T), AddGated.Ladder, device =>
        {
            Tensor x = device.Uniform(R, D, -2, 2, 1), h = device.Uniform(R, D, -2, 2, 2);
            Tensor gate = device.Uniform(C, D, -1, 1, 3), y = device.Arena.Allocate(R, D);
            return new(() => device.Ops.AddGated(x, h, gate, y), y)
            {
                Rungs = BoundRung.Of(
                    device, AddGated.Ladder, on => new(on(x), on(h), on(gate), on(y), R, D, T)),
            };
        });

        yield return new(nameof(IOps.AddGatedGrad), shape, reason, AddGatedGrad.Cost(R, D, T),
            AddGatedGrad.Ladder, device =>
            {
                Tensor h = device.Uniform(R, D, -2, 2, 2), gate = device.Uniform(C, D, -1, 1, 3);
                Tensor dy = device.Uniform(R, D, -1, 1, 5), dh = device.Arena.Allocate(R, D);
                var dGate = device.Arena.Allocate(C, D);
                return new(() => device.Ops.AddGatedGrad(h, gate, dy, dh, dGate), dh, dGate)
                {
                    Rungs = BoundRung.Of(device, AddGatedGrad.Ladder,
                        on => new(on(h), on(gate), on(dy), on(dh), on(dGate), R, D, T)),
                };
            });
    }
}
