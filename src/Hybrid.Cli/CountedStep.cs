using System.Runtime.CompilerServices;
using Hybrid.Devices.Gpu;
using Hybrid.Formulas;
using Hybrid.Kernels;
using Hybrid.Ptx;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary><c>hybrid explain --plan MODEL --count</c>: a step on the interpreter, a kernel per line.</summary>
static class CountedStep
{
    /// <summary>What the interpreter does in about a minute.</summary>
    const long LargestFlops = 300_000_000;

    /// <remarks>Not inlined: only who counts loads ILGPU.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Print(PlannedModel planned, PlannedSizes sizes, string title)
    {
        using var device = GpuDevice.Ptx();
        var step = planned.Build(device, sizes);
        var profile = new StepProfile(device, step.Plan, step.Parameters);
        if (profile.Total.Flops > LargestFlops)
            throw new UserError($"--batch {sizes.B}",
                $"makes a step of {profile.Total.Flops / 1e6:F0} Mflop, which an interpreter does in minutes",
                $"give a batch or widths of {LargestFlops / 1e6:F0} Mflop at most");
        foreach (var input in step.Inputs) device.Ops.Uniforms(input, new Noise(1, 0, 0));
        var launches = new List<(Rung Rung, Counters Counters)>();
        device.PtxMachine!.AfterLaunch = (rung, counters) => launches.Add((rung, counters));
        profile.RunOnce();

        Write($"{title}: {launches.Count} kernels, their PTX run and counted");
        var width = launches.Max(launch => launch.Rung.Name.Length) + 2;
        var more = Text($"{"sectors",9}{"conflicts",11}{"parted",8}{"registers",11}  limit");
        Write($"{"",3}  {"kernel".PadRight(width)}{"instructions",13}{"lanes",7}{"fma",6}{more}");
        for (var i = 0; i < launches.Count; i++)
        {
            var (rung, c) = launches[i];
            var fused = c.ThreadInstructions == 0 ? 0 : 100.0 * c.FusedSteps / c.ThreadInstructions;
            var (lanes, parted) = (100 * c.LaneEfficiency, 100 * (1 - c.BranchEfficiency));
            var registers = device.PtxMachine[rung].LiveWords;
            var rest = Text($"{c.SectorsPerLoad,9:F1}{c.BankConflicts,11:N0}{parted,7:F0}%{registers,11}");
            var limit = GpuRates.H100.Limit(c).Unit.ToString().ToLowerInvariant();
            Write($"{i + 1,3}  {rung.Name.PadRight(width)}{c.Instructions,13:N0}{lanes,6:F0}%{fused,5:F0}%{rest}  {limit}");
        }
        Write($"instructions: issued, once per warp. lanes: of 32, those that took part. fma: of all that threads did.");
        Write($"sectors: of 32 bytes, per load; a warp's neighbouring floats are 4, fours of them 16.");
        Write($"conflicts: rounds that shared memory needed beyond the first. parted: of all branches.");
        Write($"limit: the unit of an {GpuRates.H100.Gpu} that needs the most cycles for this, if none ever waits.");
    }

    static void Write(FormattableString line) => Console.WriteLine(Text(line));

    static string Text(FormattableString line) => FormattableString.Invariant(line);
}
