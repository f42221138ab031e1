using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Docs.Tests;

/// <summary>Three ways to the noise-prediction loss and its gradient: bytes, and the instructions of their PTX.</summary>
static class NoisePredictionCounts
{
    /// <summary>
    /// What an H100 SXM issues for each byte that it moves, by its data sheet: 67 Tflop/s of fused steps, which are
    /// two flops each, over 3.35 TB/s.
    /// </summary>
    const double Balance = 67e12 / 2 / 3.35e12;

    /// <summary><c>count: noise-prediction B=64 D=256</c>.</summary>
    public static string Ways(BlockArguments arguments)
    {
        int b = arguments.Int("B"), d = arguments.Int("D");
        using var device = GpuDevice.Ptx();
        Rows Rows(int columns) => device.Arena.View(device.Arena.Allocate(b, columns));
        Rows x = Rows(d), z = Rows(d), eps = Rows(d), prediction = Rows(d), dPrediction = Rows(d);
        Rows logSnr = Rows(1), loss = Rows(1), dLoss = Rows(1);
        Noise noise = new(1, 2, 3);

        Launch Draw(int keepsEps) => Count(
            DiffuseNoise.Ladder, new(x, logSnr, noise, z, eps, keepsEps, b, d));
        Launch Count<TArguments>(Ladder<TArguments> ladder, TArguments a) where TArguments : struct
        {
            var (cost, counters) = (ladder.Cost(a), device.PtxMachine!.Launch(ladder.InUse, a));
            return new(
                (cost.BytesRead + cost.BytesWritten) / ((double)b * d), counters.ThreadInstructions / ((double)b * d));
        }

        var table = new Table(
            "Way", "Launches", "Bytes per element", "Instructions per element", "Instructions per byte",
            "At least, in instructions");
        Row("apart", Draw(1), Count(SquaredErrorRows.Ladder, new(prediction, eps, loss, b, d)),
            Count(SquaredErrorRowsGrad.Ladder, new(prediction, eps, dLoss, dPrediction, b, d)));
        Row("loss and gradient in one pass", Draw(1),
            Count(SquaredErrorRowsWithGrad.Ladder, new(prediction, eps, dLoss, loss, dPrediction, b, d)));
        Row("ε made again", Draw(0),
            Count(NoisePredictionRowsWithGrad.Ladder, new(prediction, noise, dLoss, loss, dPrediction, b, d)));
        return table.ToString();

        void Row(string way, params Launch[] launches)
        {
            double bytes = launches.Sum(launch => launch.Bytes);
            var instructions = launches.Sum(launch => launch.Instructions);
            table.Row(way, launches.Length, $"{bytes:F1}", $"{instructions:F0}", $"{instructions / bytes:F1}",
                $"{launches.Sum(launch => Math.Max(Balance * launch.Bytes, launch.Instructions)):F0}");
        }
    }

    /// <summary>A launch, for each element.</summary>
    readonly record struct Launch(double Bytes, double Instructions);
}
