using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Bench;

/// <summary>A denoiser's noise and loss: whether ε is worth storing, or is made again, is a matter of the machine.</summary>
static class DiffusionCases
{
    const string Points = "points of the plane", Rows = "long rows";

    /// <param name="size">Of the large shapes: 1 moves some 10 MiB.</param>
    public static IEnumerable<OperationCase> All(int size) =>
    [
        Draw(512, 2, Points), Draw(size << 11, 784, Rows),
        Stored(512, 2, Points), Stored(size << 11, 784, Rows),
        MadeAgain(512, 2, Points), MadeAgain(size << 11, 784, Rows),
        Step(512, 2, Points), Step(size << 11, 784, Rows),
    ];

    static readonly Noise Noise = new(7, 1, 1);

    public static OperationCase Draw(int B, int D, string reason) => new(
        nameof(IOps.DiffuseNoise), $"{B}×{D}", reason, DiffuseNoise.Cost(true, B, D), DiffuseNoise.Ladder, device =>
        {
            Tensor x = device.Uniform(B, D, -2, 2, 1), logSnr = device.Uniform(B, 1, -9, 9, 2);
            Tensor z = device.Arena.Allocate(B, D), eps = device.Arena.Allocate(B, D);
            return new(() => device.Ops.DiffuseNoise(x, logSnr, Noise, z, eps), z, eps)
            {
                Rungs = BoundRung.Of(device, DiffuseNoise.Ladder,
                    on => new(on(x), on(logSnr), Noise, on(z), on(eps), KeepsEps: 1, B, D)),
            };
        });

    public static OperationCase Stored(int B, int D, string reason) => new(
        nameof(IOps.SquaredErrorRowsWithGrad), $"{B}×{D}", reason, SquaredErrorRowsWithGrad.Cost(B, D),
        SquaredErrorRowsWithGrad.Ladder, device =>
        {
            Tensor prediction = device.Uniform(B, D, -2, 2, 1), target = device.Uniform(B, D, -2, 2, 2);
            Tensor dLoss = device.Uniform(B, 1, 0, 1, 3), loss = device.Arena.Allocate(B, 1);
            var dPrediction = device.Arena.Allocate(B, D);
            return new(
                () => device.Ops.SquaredErrorRowsWithGrad(prediction, target, dLoss, loss, dPrediction),
                loss, dPrediction)
            {
                Rungs = BoundRung.Of(device, SquaredErrorRowsWithGrad.Ladder,
                    on => new(on(prediction), on(target), on(dLoss), on(loss), on(dPrediction), B, D)),
            };
        });

    public static OperationCase MadeAgain(int B, int D, string reason) => new(
        nameof(IOps.NoisePredictionRowsWithGrad), $"{B}×{D}", reason, NoisePredictionRowsWithGrad.Cost(B, D),
        NoisePredictionRowsWithGrad.Ladder, device =>
        {
            Tensor prediction = device.Uniform(B, D, -2, 2, 1), dLoss = device.Uniform(B, 1, 0, 1, 3);
            Tensor loss = device.Arena.Allocate(B, 1), dPrediction = device.Arena.Allocate(B, D);
            return new(
                () => device.Ops.NoisePredictionRowsWithGrad(prediction, Noise, dLoss, loss, dPrediction),
                loss, dPrediction)
            {
                Rungs = BoundRung.Of(device, NoisePredictionRowsWithGrad.Ladder,
                    on => new(on(prediction), Noise, on(dLoss), on(loss), on(dPrediction), B, D)),
            };
        });

    /// <summary>A deterministic step of two answers, DPM-Solver++'s.</summary>
    public static OperationCase Step(int B, int D, string reason)
    {
        var weights = new StepWeights(0.9f, 0, 0.3f, -0.2f, 0, 0, 0);
        return new(
            nameof(IOps.SamplerStep), $"{B}×{D}", reason, SamplerStep.Cost(weights, B, D), SamplerStep.Ladder, device =>
            {
                Tensor z = device.Uniform(B, D, -2, 2, 1), x = device.Uniform(B, D, -2, 2, 2);
                Tensor older = device.Uniform(B, D, -2, 2, 3), next = device.Arena.Allocate(B, D);
                Tensor[] answers = [x, older, x, x];
                return new(() => device.Ops.SamplerStep(weights, z, z, answers, default, next), next)
                {
                    Rungs = BoundRung.Of(device, SamplerStep.Ladder, on => new(
                        weights, on(z), on(z), on(x), on(older), on(x), on(x), default, on(next), B, D)),
                };
            });
    }
}
