using Hybrid.Devices.Gpu;
using Hybrid.Kernels;

namespace Hybrid.Docs.Tests;

/// <summary>What a ladder's rungs do when their PTX runs: counted, not estimated.</summary>
static class MachineCounts
{
    /// <summary><c>count: machine operation=KlRows B=256 D=8</c>.</summary>
    public static string Ladder(BlockArguments arguments) => arguments.Get("operation", "") switch
    {
        "ColumnSums" => Run(ColumnSums.Ladder, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D");
            return new(bed.Rows(b, d), bed.Rows(d, 1), b, d);
        }),
        "KlRows" => Run(KlRows.Ladder, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D");
            return new(bed.Rows(b, d), bed.Rows(b, d), bed.Rows(b, 1), b, d);
        }),
        var other => throw new DerivationException($"no run of {other}"),
    };

    static string Run<TArguments>(Ladder<TArguments> ladder, Func<Bed, TArguments> prepare) where TArguments : struct
    {
        using var device = GpuDevice.Ptx();
        var arguments = prepare(new(device));
        var cost = ladder.Cost(arguments);
        var table = new Table(
            "Rung", "Instructions per thread", "Lanes busy", "Sectors per load", "Bytes asked for per byte needed",
            "Bank conflicts", "Tensor-core products", "Branches that part", "Registers alive");
        foreach (var rung in ladder.Rungs)
        {
            var counters = device.PtxMachine!.Launch(rung, arguments);
            var grid = rung.Grid(arguments);
            var asked = 32.0 * (counters.LoadSectors + counters.StoreSectors) / (cost.BytesRead + cost.BytesWritten);
            table.Row(
                $"`{rung.Name}`",
                Number((double)counters.ThreadInstructions / (grid.GridDim.Size * grid.GroupDim.Size)),
                $"{100 * counters.LaneEfficiency:F0} %", Number(counters.SectorsPerLoad), Number(asked),
                counters.BankConflicts, counters.MatrixSteps, $"{100 * (1 - counters.BranchEfficiency):F0} %",
                device.PtxMachine[rung].LiveWords);
        }
        return table.ToString();
    }

    static string Number(double value) => FormattableString.Invariant($"{value:F1}");

    /// <summary>Matrices of zeros that a kernel can be given.</summary>
    sealed class Bed(GpuDevice device)
    {
        public Rows Rows(int rows, int columns) => device.Arena.View(device.Arena.Allocate(rows, columns));
    }
}
