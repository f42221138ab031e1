using System.Globalization;

namespace Hybrid.Docs.Tests;

/// <summary>What a layer's product costs in each rung, per useful step: one multiplication and one addition.</summary>
static class ProductCounts
{
    /// <summary><c>count: products operation=Affine B=128 N=128 K=64</c>.</summary>
    public static string Ladder(BlockArguments arguments)
    {
        var steps = (double)arguments.Int("B") * arguments.Int("N") * arguments.Int("K");
        var table = new Table(
            "Rung", "Instructions per step", "Sectors per load", "Bytes loaded per step",
            "Shared requests per step", "Bank conflicts", "Barriers", "Tensor-core products", "Registers alive",
            "Blocks");
        foreach (var (name, grid, counters, _, registers) in MachineCounts.Launch(arguments))
            table.Row(
                $"`{name}`", Number(counters.ThreadInstructions / steps, 2), Number(counters.SectorsPerLoad, 1),
                Number(32 * counters.LoadSectors / steps, 3), Number(32 * counters.SharedRequests / steps, 3),
                counters.BankConflicts, counters.Barriers * 32 / (grid.GridDim.Size * grid.GroupDim.Size),
                counters.MatrixSteps, registers, grid.GridDim.Size);
        return table.ToString();
    }

    static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
