using System.Globalization;
using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Kernels;
using Hybrid.Ptx;
using ILGPU;

namespace Hybrid.Docs.Tests;

/// <summary>What a layer's product costs in each rung, per useful step: one multiplication and one addition.</summary>
static class ProductCounts
{
    /// <summary><c>count: products operation=Affine B=128 N=128 K=64</c>.</summary>
    public static string Ladder(BlockArguments arguments)
    {
        var table = new Table(
            "Rung", "Instructions per step", "Sectors per load", "Bytes loaded per step",
            "Shared requests per step", "Bank conflicts", "Barriers", "Tensor-core products", "Registers alive",
            "Blocks");
        foreach (var (rung, grid, counters, registers, steps) in Run(arguments))
            table.Row(
                $"`{rung.Name}`", Number(counters.ThreadInstructions / steps, 2), Number(counters.SectorsPerLoad, 1),
                Number(32 * counters.LoadSectors / steps, 3), Number(32 * counters.SharedRequests / steps, 3),
                counters.BankConflicts, counters.Barriers * 32 / (grid.GridDim.Size * grid.GroupDim.Size),
                counters.MatrixSteps, registers, grid.GridDim.Size);
        return table.ToString();
    }

    /// <summary>
    /// <c>count: limits operation=Affine B=128 N=128 K=64</c>: the least cycles of each unit of an H100 for the same,
    /// the unit that needs most, and how much sooner that one is done than in the rung before.
    /// </summary>
    public static string Limits(BlockArguments arguments)
    {
        var units = Enum.GetValues<GpuUnit>();
        var table = new Table(
            ["Rung", .. units.Select(unit => unit.ToString()), "Limit", "Steps per cycle", "Predicted gain"]);
        double? before = null;
        foreach (var (rung, _, counters, _, steps) in Run(arguments))
        {
            var (limit, cycles) = GpuRates.H100.Limit(counters);
            table.Row([
                $"`{rung.Name}`", .. units.Select(unit => Number(GpuRates.H100.Cycles(unit, counters), 0)),
                limit, Number(steps / cycles, 1), Number((before ?? cycles) / cycles, 2)]);
            before = cycles;
        }
        return table.ToString();
    }

    static IEnumerable<(Rung Rung, KernelConfig Grid, Counters Counters, int Registers, double Steps)> Run(
        BlockArguments arguments)
    {
        int b = arguments.Int("B"), n = arguments.Int("N"), k = arguments.Int("K");
        var operation = arguments.Get("operation", "");
        var ladder = Kernels.Ladder.All.OfType<Ladder<Affine.Arguments>>()
            .FirstOrDefault(ladder => ladder.Operation == operation)
            ?? throw new DerivationException($"no product of a layer is called {operation}");
        using var device = GpuDevice.Ptx();
        Rows Zeros(int rows, int columns) => device.Arena.View(device.Arena.Allocate(rows, columns));
        var y = Zeros(b, n);
        Affine.Arguments layer = new(
            Zeros(b, k), Zeros(k, n), Zeros(n, 1), Activation.Identity, y, y, 0, b, n, k);
        foreach (var rung in ladder.Rungs)
            yield return (
                rung, rung.Grid(layer), device.PtxMachine!.Launch(rung, layer), device.PtxMachine[rung].LiveWords,
                (double)b * n * k);
    }

    static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
