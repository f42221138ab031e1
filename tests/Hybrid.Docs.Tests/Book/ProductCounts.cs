using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Kernels;

namespace Hybrid.Docs.Tests;

/// <summary>What a layer's product costs in each rung, per useful step: one multiplication and one addition.</summary>
static class ProductCounts
{
    /// <summary><c>count: products operation=Affine B=128 N=128 K=64</c>.</summary>
    public static string Ladder(BlockArguments arguments)
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
        var steps = (double)b * n * k;
        var table = new Table(
            "Rung", "Instructions per step", "Sectors per load", "Bytes loaded per step",
            "Shared requests per step", "Bank conflicts", "Barriers", "Tensor-core products", "Registers alive",
            "Blocks");
        foreach (var rung in ladder.Rungs)
        {
            var counters = device.PtxMachine!.Launch(rung, layer);
            var grid = rung.Grid(layer);
            table.Row(
                $"`{rung.Name}`", Number(counters.ThreadInstructions / steps, 2), Number(counters.SectorsPerLoad, 1),
                Number(32 * counters.LoadSectors / steps, 3), Number(32 * counters.SharedRequests / steps, 3),
                counters.BankConflicts, counters.Barriers * 32 / (grid.GridDim.Size * grid.GroupDim.Size),
                counters.MatrixSteps, device.PtxMachine[rung].LiveWords, grid.GridDim.Size);
        }
        return table.ToString();
    }

    static string Number(double value, int digits) =>
        value.ToString($"F{digits}", System.Globalization.CultureInfo.InvariantCulture);
}
