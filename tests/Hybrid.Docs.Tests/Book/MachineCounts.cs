using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Kernels;
using Hybrid.Ptx;
using ILGPU;

namespace Hybrid.Docs.Tests;

/// <summary>What a ladder's rungs do when their PTX runs: counted, not estimated.</summary>
static partial class MachineCounts
{
    /// <summary>A rung that ran.</summary>
    /// <param name="Cost">What the whole operation needs, by its formula.</param>
    /// <param name="Registers">Words alive at once.</param>
    public sealed record Launched(string Name, KernelConfig Grid, Counters Counters, Cost Cost, int Registers);

    /// <summary><c>count: machine operation=KlRows B=256 D=8</c>: what a profiler shows.</summary>
    public static string Ladder(BlockArguments arguments)
    {
        var table = new Table(
            "Rung", "Instructions per thread", "Lanes busy", "Sectors per load", "Bytes asked for per byte needed",
            "Bank conflicts", "Tensor-core products", "Branches that part", "Registers alive");
        foreach (var (name, grid, counters, cost, registers) in Launch(arguments))
        {
            var asked = 32.0 * (counters.LoadSectors + counters.StoreSectors) / (cost.BytesRead + cost.BytesWritten);
            table.Row(
                $"`{name}`",
                Number((double)counters.ThreadInstructions / (grid.GridDim.Size * grid.GroupDim.Size)),
                $"{100 * counters.LaneEfficiency:F0} %", Number(counters.SectorsPerLoad), Number(asked),
                counters.BankConflicts, counters.MatrixSteps, $"{100 * (1 - counters.BranchEfficiency):F0} %",
                registers);
        }
        return table.ToString();
    }

    /// <summary>
    /// <c>count: limits operation=Attention T=128 S=128 D=64</c>: thousands of cycles that each unit of one
    /// multiprocessor needs, the unit that needs most, and how much less that is than in the rung before: where many such
    /// launches fill the GPU, and where one has it to itself.
    /// </summary>
    public static string Limits(BlockArguments arguments)
    {
        var rates = GpuRates.H100;
        var units = Enum.GetValues<GpuUnit>();
        var table = new Table(
            ["Rung", "Blocks", .. units.Select(unit => $"{unit}"), "Limit", "Predicted gain", "Alone"]);
        (double Filling, double Alone)? before = null;
        foreach (var launched in Launch(arguments))
        {
            var limit = rates.Limit(launched.Counters);
            var blocks = launched.Grid.GridDim.Size;
            var alone = rates.Alone(launched.Counters, blocks);
            table.Row([
                $"`{launched.Name}`", blocks,
                .. units.Select(unit => Number(rates.Cycles(unit, launched.Counters) / 1000)), limit.Unit,
                before is { Filling: var filling } ? $"× {Number(filling / limit.Cycles)}" : "–",
                before is { Alone: var single } ? $"× {Number(single / alone)}" : "–",
            ]);
            before = (limit.Cycles, alone);
        }
        return table.ToString();
    }

    /// <summary>Every rung of the ladder that is asked for, in its order.</summary>
    public static IEnumerable<Launched> Launch(BlockArguments arguments) => arguments.Get("operation", "") switch
    {
        "Attention" => Run(Attention.Ladder, bed =>
        {
            var s = Heads(arguments);
            var (q, k, v, y, logSum) = Operands(bed, s);
            return new(q, k, v, y, logSum, s);
        }),
        "AttentionGradQuery" => Run(AttentionGradQuery.Ladder, bed =>
        {
            var s = Heads(arguments);
            var (q, k, v, dy, logSum) = Operands(bed, s);
            return new(q, k, v, dy, logSum, bed.Rows(s.Queries, 1), bed.Rows(s.Queries, s.D), s);
        }),
        "AttentionGradKeyValue" => Run(AttentionGradKeyValue.Ladder, bed =>
        {
            var s = Heads(arguments);
            var (q, k, v, dy, logSum) = Operands(bed, s);
            var delta = bed.Rows(s.Queries, 1);
            return new(q, k, v, dy, logSum, delta, bed.Rows(s.Keys, s.D), bed.Rows(s.Keys, s.Dv), s);
        }),
        "AdamUpdate" => Run(AdamUpdate.Ladder, bed =>
        {
            var n = arguments.Int("N");
            return new(bed.Rows(1, n), bed.Rows(1, n), bed.Rows(1, n), bed.Rows(1, n), default, n);
        }),
        "ColumnSums" => Run(ColumnSums.Ladder, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D");
            return new(bed.Rows(b, d), bed.Rows(d, 1), b, d);
        }),
        "KlColumns" => Run(KlColumns.Ladder, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D");
            return new(bed.Rows(b, d), bed.Rows(b, d), bed.Rows(d, 1), b, d);
        }),
        "DiffuseNoise" => Run(DiffuseNoise.Ladder, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D");
            var z = bed.Rows(b, d);
            return new(bed.Rows(b, d), bed.Rows(b, 1), default, z, z, 0, b, d);
        }),
        "NoisePredictionRowsWithGrad" => Run(NoisePredictionRowsWithGrad.Ladder, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D");
            return new(bed.Rows(b, d), default, bed.Rows(b, 1), bed.Rows(b, 1), bed.Rows(b, d), b, d);
        }),
        "SquaredErrorRowsWithGrad" => Run(SquaredErrorRowsWithGrad.Ladder, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D");
            return new(bed.Rows(b, d), bed.Rows(b, d), bed.Rows(b, 1), bed.Rows(b, 1), bed.Rows(b, d), b, d);
        }),
        "KlRows" => Run(KlRows.Ladder, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D");
            return new(bed.Rows(b, d), bed.Rows(b, d), bed.Rows(b, 1), b, d);
        }),
        "LogisticMixtureNllRows" => Run(PixelNllRows.LogisticMixture, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D"), k = arguments.Int("K");
            return new(bed.Rows(b, 3 * k * d), bed.Rows(b, d), bed.Rows(b, 1), b, d, k);
        }),
        "LogisticMixtureNllRowsWithGrad" => Run(PixelNllRowsWithGrad.LogisticMixture, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D"), k = arguments.Int("K");
            Rows output = bed.Rows(b, 3 * k * d), dOutput = bed.Rows(b, 3 * k * d);
            return new(output, bed.Rows(b, d), bed.Rows(b, 1), bed.Rows(b, 1), dOutput, b, d, k);
        }),
        "MixtureLogDensity" => Run(MixtureLogDensity.Ladder, bed =>
        {
            int b = arguments.Int("B"), n = arguments.Int("N"), d = arguments.Int("D");
            return new(bed.Rows(b, d), bed.Rows(n, d), bed.Rows(n, d), bed.Rows(n, 1), 0, 0, bed.Rows(b, 1), b, n, d);
        }),
        "MixtureGradRows" => Run(MixtureGradRows.Ladder, bed =>
        {
            int b = arguments.Int("B"), n = arguments.Int("N"), d = arguments.Int("D");
            var (z, mu, precision, scale, y) = Mixture(bed, arguments);
            return new(z, mu, precision, scale, 0, 0, y, bed.Rows(b, 1), bed.Rows(b, d), b, n, d);
        }),
        "MixtureGradComponents" => Run(MixtureGradComponents.Ladder, bed =>
        {
            int b = arguments.Int("B"), n = arguments.Int("N"), d = arguments.Int("D");
            var (z, mu, precision, scale, y) = Mixture(bed, arguments);
            return new(
                z, mu, precision, scale, 0, 0, y, bed.Rows(b, 1), bed.Rows(n, d), bed.Rows(n, d), bed.Rows(n, 1),
                b, n, d);
        }),
        "MixtureLogMarginals" => Run(MixtureLogMarginals.Ladder, bed =>
        {
            int b = arguments.Int("B"), n = arguments.Int("N"), d = arguments.Int("D");
            return new(bed.Rows(b, d), bed.Rows(n, d), bed.Rows(n, d), bed.Rows(n, d), 0, 0, bed.Rows(b, d), b, n, d);
        }),
        "MixtureMarginalGradRows" => Run(MixtureMarginalGradRows.Ladder, bed =>
        {
            int b = arguments.Int("B"), n = arguments.Int("N"), d = arguments.Int("D");
            return new(
                bed.Rows(b, d), bed.Rows(n, d), bed.Rows(n, d), bed.Rows(n, d), 0, 0, bed.Rows(b, d), bed.Rows(b, d),
                bed.Rows(b, d), b, n, d);
        }),
        "ReparameterizeKl" => Run(ReparameterizeKl.Ladder, bed =>
        {
            int b = arguments.Int("B"), d = arguments.Int("D");
            return new(bed.Rows(b, d), bed.Rows(b, d), default, bed.Rows(b, d), bed.Rows(b, 1), b, d);
        }),
        var product when Product(product) is { } ladder => Run(ladder, bed => Layer(bed, arguments)),
        var other => Images(other, arguments) ?? throw new DerivationException($"no run of {other}"),
    };

    static AttentionShape Heads(BlockArguments arguments) =>
        new(1, arguments.Int("T"), arguments.Int("S"), arguments.Int("D"), arguments.Int("D"));

    static (Rows Q, Rows K, Rows V, Rows Y, Rows LogSum) Operands(Bed bed, AttentionShape s) => (
        bed.Rows(s.Queries, s.D), bed.Rows(s.Keys, s.D), bed.Rows(s.Keys, s.Dv), bed.Rows(s.Queries, s.Dv),
        bed.Rows(s.Queries, 1));

    static (Rows Z, Rows Mu, Rows Precision, Rows Scale, Rows LogDensity) Mixture(Bed bed, BlockArguments arguments)
    {
        int b = arguments.Int("B"), n = arguments.Int("N"), d = arguments.Int("D");
        return (bed.Rows(b, d), bed.Rows(n, d), bed.Rows(n, d), bed.Rows(n, 1), bed.Rows(b, 1));
    }

    static Ladder<Affine.Arguments>? Product(string operation) =>
        Kernels.Ladder.All.OfType<Ladder<Affine.Arguments>>().FirstOrDefault(ladder => ladder.Operation == operation);

    static Affine.Arguments Layer(Bed bed, BlockArguments arguments)
    {
        int b = arguments.Int("B"), n = arguments.Int("N"), k = arguments.Int("K");
        var y = bed.Rows(b, n);
        return new(bed.Rows(b, k), bed.Rows(k, n), bed.Rows(n, 1), Activation.Identity, y, y, 0, b, n, k);
    }

    static List<Launched> Run<TArguments>(Ladder<TArguments> ladder, Func<Bed, TArguments> prepare)
        where TArguments : struct
    {
        using var device = GpuDevice.Ptx();
        var machine = device.PtxMachine!;
        var arguments = prepare(new(device));
        return [
            .. ladder.Rungs.Select(rung => new Launched(
                rung.Name, rung.Grid(arguments), machine.Launch(rung, arguments), ladder.Cost(arguments),
                machine[rung].LiveWords)),
        ];
    }

    static string Number(double value) => FormattableString.Invariant($"{value:F1}");

    /// <summary>Matrices of zeros that a kernel can be given.</summary>
    sealed class Bed(GpuDevice device)
    {
        public Rows Rows(int rows, int columns) => device.Arena.View(device.Arena.Allocate(rows, columns));
    }
}
