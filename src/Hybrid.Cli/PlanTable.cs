using Hybrid.Devices;
using Hybrid.Devices.Measure;
using Hybrid.Kernels;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>Prints a training step, a launch per line.</summary>
static class PlanTable
{
    /// <summary>The launches and what the definitions of their operations cost.</summary>
    public static void Print(string title, StepProfile profile)
    {
        var width = Heading(title, profile);
        foreach (var (number, launch) in Numbered(profile))
            Write($"{number,3}  {launch.Text.PadRight(width)}{Costs(launch.Cost)}");
        Write($"{"",5}{"total".PadRight(width)}{Costs(profile.Total)}");
    }

    /// <summary>The same, with each launch's median time and what fraction of the roof that is.</summary>
    /// <param name="title">Model and sizes.</param>
    /// <param name="profile">The step.</param>
    /// <param name="device">What ran it.</param>
    /// <param name="roof">The device's; null where nobody measured it.</param>
    /// <param name="seconds">One for each launch.</param>
    public static void Print(
        string title, StepProfile profile, Device device, Roofline? roof, double[] seconds)
    {
        var width = Heading(
            title, profile, roof is null ? "      µs" : "  least µs  bound by         µs    roof");
        double least = 0, total = 0;
        foreach (var (number, launch) in Numbered(profile))
        {
            var bound = roof?.Bound(launch.Cost) ?? 0;
            (least, total) = (least + bound, total + seconds[number - 1]);
            var limit = roof is null ? "" : Limit(roof, launch.Cost);
            var times = Times(roof, bound, limit, seconds[number - 1]);
            Write($"{number,3}  {launch.Text.PadRight(width)}{Costs(launch.Cost)}{times}");
        }
        Write($"{"",5}{"total".PadRight(width)}{Costs(profile.Total)}{Times(roof, least, "", total)}");
        var rate = profile.Total.Flops / total / 1e9;
        Write($"{device.Description}: {rate:F0} GFLOP/s");
        if (roof is null) return;
        var share = 100 * rate / roof.Fma;
        Write($"fused multiply-adds alone reach {roof.Fma:F0} GFLOP/s: the step is at {share:F0} % of them");
        Write($"copies reach {roof.L2:F0} GB/s in L2, {roof.L3:F0} in L3 and {roof.Memory:F0} in memory");
    }

    static int Heading(string title, StepProfile profile, string more = "")
    {
        var (launches, operations) = (profile.Launches.Count, profile.Operations);
        var between = profile.TemporaryBytes / 1e6;
        Write($"{title}: {launches} launches for {operations} operations; {between:F3} MB between them");
        var width = profile.Launches.Max(launch => launch.Text.Length) + 2;
        var names = "operation, operands → output".PadRight(width);
        Write($"{"",3}  {names}{"Mflop",9}{"MB",9}{"flop/B",8}{more}");
        return width;
    }

    static IEnumerable<(int Number, StepLaunch Launch)> Numbered(StepProfile profile) =>
        profile.Launches.Select((launch, i) => (i + 1, launch));

    static string Costs(Cost cost) => FormattableString.Invariant(
        $"{cost.Flops / 1e6,9:F3}{Roofline.Bytes(cost) / 1e6,9:F3}{(double)cost.Flops / Roofline.Bytes(cost),8:F1}");

    static string Times(Roofline? roof, double bound, string limit, double seconds) => roof is null
        ? FormattableString.Invariant($"{seconds * 1e6,8:F1}")
        : FormattableString.Invariant(
            $"{bound * 1e6,10:F1}  {limit,-10}{seconds * 1e6,9:F1}{100 * bound / seconds,7:F0}%");

    /// <summary>Which of the roof's two slopes a launch meets.</summary>
    static string Limit(Roofline roof, Cost cost) =>
        roof.Bound(cost) == cost.Flops / (roof.Fma * 1e9) ? "arithmetic" : roof.Level(cost) switch
        {
            CeilingKind.L2 => "L2",
            CeilingKind.L3 => "L3",
            _ => "memory",
        };

    static void Write(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
