using System.Globalization;
using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Kernels;
using Hybrid.Ptx;

namespace Hybrid.Docs.Tests;

/// <summary>What a convolution costs in each rung, per step: one multiplication and one addition.</summary>
static class ConvolutionCounts
{
    /// <summary><c>count: convolution-rungs operation=Conv2d N=1 H=16 W=16 Ci=64 Co=64</c>.</summary>
    public static string Ladder(BlockArguments arguments)
    {
        var s = new Conv2dShape(
            arguments.Int("N"), arguments.Int("H"), arguments.Int("W"), arguments.Int("Ci"), arguments.Int("Co"));
        using var device = GpuDevice.Ptx();
        Rows Zeros(int rows, int columns) => device.Arena.View(device.Arena.Allocate(rows, columns));
        Rows x = Zeros(s.Pixels, s.Ci), w = Zeros(s.WeightRows, s.Co), y = Zeros(s.Pixels, s.Co);
        return arguments.Get("operation", "") switch
        {
            "Conv2d" => Run(device, s, Conv2d.Ladder, new(x, w, Zeros(s.Co, 1), Activation.Identity, y, s)),
            "Conv2dGradInput" => Run(device, s, Conv2dGradInput.Ladder, new(y, w, x, s)),
            "Conv2dGradWeight" => Run(device, s, Conv2dGradWeight.Ladder, new(x, y, w, s)),
            var other => throw new DerivationException($"no convolution is called {other}"),
        };
    }

    static string Run<TArguments>(
        GpuDevice device, in Conv2dShape shape, Ladder<TArguments> ladder, TArguments arguments)
        where TArguments : struct
    {
        var steps = (double)shape.Work;
        var table = new Table(
            "Rung", "Instructions per step", "Sectors per load", "Bytes loaded per step", "Shared requests per step",
            "Bank conflicts", "Registers alive", "Limit", "Its cycles");
        foreach (var rung in ladder.Rungs)
        {
            var counters = device.PtxMachine!.Launch(rung, arguments);
            var (unit, cycles) = GpuRates.H100.Limit(counters);
            table.Row(
                $"`{rung.Name}`", Number(counters.ThreadInstructions / steps, 2), Number(counters.SectorsPerLoad, 1),
                Number(32 * counters.LoadSectors / steps, 3), Number(32 * counters.SharedRequests / steps, 3),
                counters.BankConflicts, device.PtxMachine[rung].LiveWords, unit, Number(cycles, 0));
        }
        return table.ToString();
    }

    static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
