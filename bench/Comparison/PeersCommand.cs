using System.CommandLine;
using Hybrid.Training;
using Spectre.Console;

namespace Hybrid.Bench.Comparison;

/// <summary><c>bench peers</c>, and the hidden worker behind it.</summary>
static class PeersCommand
{
    /// <summary>Longer than any pass takes: what exceeds it hangs.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    public static Command New(
        Option<string> filter, Option<bool> quick, Option<string> json, Func<IAnsiConsole> console)
    {
        var rounds = new Option<int?>("--rounds")
        {
            Description = $"Passes over all contenders, each in a new order ({PeerOptions.UsualRounds}).",
            HelpName = "N",
        };
        var threads = new Option<string>("--threads")
        {
            Description = "Thread counts to compare (1,2 where there are two).", HelpName = "1,2",
        };
        var device = new Option<string>("--device")
        {
            Description = $"{PeerOptions.Host} ({PeerOptions.Host}) or {PeerOptions.Cuda}.", HelpName = "D",
        };
        var peers = new Option<string>("--peers")
        {
            Description = "Only these, and an error where one is missing: "
                + string.Join(", ", PeerImplementation.All.Select(one => one.Name)) + ".",
            HelpName = "NAMES",
        };
        var fetch = new Option<bool>("--fetch")
        {
            Description = "Build the libtorch peer first; restores 128 MB the first time.",
        };
        var command = new Command(
            "peers", "Race OpenBLAS, MKL, libtorch and PyTorch: same data, checked first, a process each.")
        {
            filter, rounds, threads, device, peers, fetch,
        };
        command.SetAction(parsed =>
        {
            var options = PeerOptions.Of(
                parsed.GetValue(filter), parsed.GetValue(rounds), parsed.GetValue(threads),
                parsed.GetValue(device), parsed.GetValue(peers), parsed.GetValue(fetch), parsed.GetValue(quick));
            var terminal = console();
            var report = BenchJson.Keep(
                parsed.GetValue(json),
                () => new PeersRun(options, terminal.WriteLine, Limit).Run(PeerImplementation.All));
            foreach (var table in PeerTables.Of(report)) terminal.Write(table);
            foreach (var trouble in report.Troubles.Where(trouble => !trouble.Failure).GroupBy(Reason))
                terminal.WriteLine($"skipped: {trouble.Key} ({string.Join(", ", trouble.Select(one => one.Case).Distinct())})");
            terminal.WriteLine("× faster: the peer's time over ours in the same round, the median over rounds; "
                + "best : best compares each side's fastest sample.");
            return report.Right ? 0 : 1;
        });
        return command;

        static string Reason(PeerTrouble trouble) => $"{trouble.Implementation}: {trouble.What}";
    }

    /// <summary>The workers that are this program itself.</summary>
    public static int Work(string[] args, TextWriter errors)
    {
        try
        {
            return PeerWorker.Run(args, job =>
                job.Implementation is PeerImplementation.Ours or PeerImplementation.OursTf32
                    ? new HybridLibrary(job) : new OpenBlas(job));
        }
        catch (UserError e)
        {
            errors.WriteLine($"bench: {e.Message}");
            return 2;
        }
    }
}
