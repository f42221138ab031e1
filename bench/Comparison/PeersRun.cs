using Hybrid.Training;
using Hybrid.Training.Checkpoints;

namespace Hybrid.Bench.Comparison;

/// <summary>A contender with its thread count: what one process is.</summary>
public sealed record Contender(PeerImplementation Implementation, int Threads)
{
    public override string ToString() => $"{Implementation.Name} × {Threads}";
}

/// <summary>One comparison: data, checks, shuffled rounds, report.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="say">Takes each line of progress.</param>
/// <param name="limit">How long a worker may take in one pass.</param>
public sealed class PeersRun(PeerOptions options, Action<string> say, TimeSpan limit)
{
    readonly IReadOnlyList<PeerCase> cases = options.Cases();
    readonly PeersReport report = new(MachineFacts.Here(), options.Device, options.Rounds, options.Threads);
    readonly Dictionary<string, CodePath> paths = [];
    readonly Stopping stopping = options.Quick ? Stopping.Quick : Stopping.Full;
    string folder = "";
    int jobs;

    /// <exception cref="UserError">A contender that was asked by name is missing.</exception>
    public PeersReport Run(IReadOnlyList<PeerImplementation> all)
    {
        if (options.Fetch) PeerPrograms.Fetch();
        var present = Present(all);
        folder = Directory.CreateTempSubdirectory("hybrid-peers-").FullName;
        try
        {
            PeerData.Write(DataFile, cases);
            foreach (var one in present) paths[one.Name] = FastestPath(one);
            var contenders = Contenders(present);
            var times = Rounds(contenders, Check(contenders));
            foreach (var work in cases)
                if (times.TryGetValue(work.Name, out var measured)) report.Cases.Add(Comparing.Of(work, measured));
            report.Summaries.AddRange(Comparing.Summaries(report.Cases));
            return report;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    string DataFile => Path.Combine(folder, "data.safetensors");

    List<PeerImplementation> Present(IReadOnlyList<PeerImplementation> all)
    {
        var present = new List<PeerImplementation>();
        foreach (var one in all.Where(one => cases.Any(one.Does)))
        {
            var named = options.Peers?.Contains(one.Name) ?? false;
            if (options.Peers is not null && !named && one.Group != PeerImplementation.Ours) continue;
            var fits = options.Device == PeerOptions.Cuda ? one.OnGpu : one.OnHost;
            if (!fits && !named) continue;
            var missing = fits ? one.Program().Missing : $"does not work with --device {options.Device}";
            if (missing is null) present.Add(one);
            else if (named) throw new UserError($"--peers {one.Name}", missing, "then run it again");
            else
            {
                report.Implementations.Add(new(one.Name, null, null, missing));
                say($"skipped: {one.Name}: {missing}");
            }
        }
        return present;
    }

    List<Contender> Contenders(IEnumerable<PeerImplementation> present) =>
    [
        .. from one in present
           from threads in options.Device == PeerOptions.Cuda ? [1] : options.Threads
           select new Contender(one, threads),
    ];

    /// <summary>Tries a library's code paths on a few products, one after the other.</summary>
    CodePath FastestPath(PeerImplementation one)
    {
        if (one.CodePaths.Count == 1) return one.CodePaths[0];
        var calibration = PeerCases.Calibration;
        var data = Path.Combine(folder, "calibration.safetensors");
        if (!File.Exists(data)) PeerData.Write(data, calibration);
        var fastest = CodePath.Default;
        var least = double.PositiveInfinity;
        foreach (var path in one.CodePaths)
        {
            var outcome = Start(new(one, 1), PeerMode.Time, data, path, calibration, Stopping.Quick);
            var best = outcome.Lines.Where(line => line.Best > 0).Select(line => line.Best!.Value).ToList();
            if (outcome.Failure is not null || best.Count < calibration.Count) continue;
            var mean = Ratio.GeometricMean(best);
            if (mean < least) (least, fastest) = (mean, path);
        }
        say($"{one.Name}: fastest with {fastest.Name}");
        return fastest;
    }

    /// <summary>Compares everybody's numbers.</summary>
    /// <returns>What may be timed: contender and case.</returns>
    HashSet<(Contender, string)> Check(IReadOnlyList<Contender> contenders)
    {
        var data = new PeerData(SafetensorsFile.Read(DataFile));
        var right = new HashSet<(Contender, string)>();
        var reference = new Dictionary<string, (string Name, float[] Losses)>();
        foreach (var contender in contenders)
        {
            var outcome = Start(contender, PeerMode.Check, DataFile, CodePathOf(contender),
                [.. cases.Where(work => Takes(contender, work))], stopping);
            Introduce(contender, outcome);
            foreach (var line in outcome.Lines.Where(line => line.Case is not null))
            {
                if (line.Skipped is not null) report.Troubles.Add(Trouble(contender, line, line.Skipped, false));
                if (line.Results is null) continue;
                var check = Compare(contender, PeerCases.Named(line.Case!), Floats(line.Results));
                report.Checks.Add(check);
                if (check.Pass) right.Add((contender, check.Case));
                else say($"WRONG: {contender}: {check.Case}: {check.Largest:G3} × what is allowed");
                File.Delete(line.Results);
            }
            Failed(contender, outcome, "while its results were checked");
        }
        return right;

        CheckResult Compare(Contender contender, PeerCase work, float[] results)
        {
            var (against, largest) = ("double arithmetic", 0.0);
            if (work is StepCase)
            {
                reference.TryAdd(work.Name, (contender.ToString(), results));
                (against, var losses) = reference[work.Name];
                largest = Checks.OfLosses(losses, results);
            }
            else largest = Checks.OfOutputs(work, data, results);
            return new(work.Name, contender.Implementation.Name, contender.Threads, against, largest, largest <= 1);
        }
    }

    static float[] Floats(string file) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();

    static bool Takes(Contender contender, PeerCase work) =>
        contender.Implementation.Does(work) && (contender.Threads == 1 || !work.OneThread);

    void Introduce(Contender contender, PeerOutcome outcome)
    {
        var name = contender.Implementation.Name;
        if (outcome.About is null || report.Implementations.Any(known => known.Name == name)) return;
        report.Implementations.Add(new(name, outcome.About, CodePathOf(contender).Name, null));
        say($"{name}: {outcome.About}");
    }

    CodePath CodePathOf(Contender contender) => paths[contender.Implementation.Name];

    Dictionary<string, List<PeerTimes>> Rounds(
        IReadOnlyList<Contender> contenders, IReadOnlySet<(Contender, string)> right)
    {
        var seconds = new Dictionary<(string Case, Contender), (double[] Rounds, double Best)>();
        var order = contenders.ToArray();
        for (var round = 0; round < options.Rounds; round++)
        {
            // A new order each time: whoever runs after the hottest neighbour changes.
            new Random(round).Shuffle(order);
            say($"round {round + 1} of {options.Rounds}: {string.Join(", ", order.Select(one => one.ToString()))}");
            foreach (var contender in order)
            {
                PeerCase[] mine = [.. cases.Where(work => right.Contains((contender, work.Name)))];
                if (mine.Length == 0) continue;
                var outcome = Start(contender, PeerMode.Time, DataFile, CodePathOf(contender), mine, stopping);
                foreach (var line in outcome.Lines.Where(line => line.Median is not null))
                {
                    if (!seconds.TryGetValue((line.Case!, contender), out var so))
                        so = ([.. Enumerable.Repeat(double.NaN, options.Rounds)], double.PositiveInfinity);
                    so.Rounds[round] = line.Median!.Value;
                    seconds[(line.Case!, contender)] = (so.Rounds, Math.Min(so.Best, line.Best!.Value));
                }
                Failed(contender, outcome, $"in round {round + 1}");
            }
        }
        return seconds
            .GroupBy(pair => pair.Key.Case)
            .ToDictionary(work => work.Key, work => work
                .OrderBy(pair => contenders.ToList().IndexOf(pair.Key.Item2))
                .Select(pair => Times(pair.Key.Item2, pair.Value.Rounds, pair.Value.Best))
                .ToList());
    }

    static PeerTimes Times(Contender contender, double[] rounds, double best) => new(
        contender.Implementation.Name, contender.Implementation.Group, contender.Threads, rounds, best,
        Spread.Of([.. rounds.Where(double.IsFinite)]))
    { Precision = contender.Implementation.Precision };

    PeerOutcome Start(
        Contender contender, PeerMode mode, string data, CodePath path, IReadOnlyList<PeerCase> chosen,
        Stopping howLong)
    {
        if (chosen.Count == 0) return new([], null);
        var file = Path.Combine(folder, $"job-{jobs++}");
        var job = new PeerJob(contender.Implementation.Name, mode, contender.Threads, options.Device, howLong, data,
            $"{file}-results", [.. chosen.Select(work => work.Name)]);
        job.Write($"{file}.json");
        return PeerProcess.Run(
            [.. contender.Implementation.Program().Command, $"{file}.json"], path.Environment, limit);
    }

    void Failed(Contender contender, PeerOutcome outcome, string when)
    {
        if (outcome.Failure is null) return;
        report.Troubles.Add(Trouble(contender, null, $"{when}: {outcome.Failure}", true));
        say($"FAILED: {contender} {when}: {outcome.Failure}");
    }

    static PeerTrouble Trouble(Contender contender, PeerLine? line, string what, bool failure) =>
        new(contender.Implementation.Name, contender.Threads, line?.Case, what, failure);
}
