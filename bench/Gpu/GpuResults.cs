using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hybrid.Training;

namespace Hybrid.Bench;

/// <summary>The folder that <c>run-on-gpu.sh</c> leaves, read into one report.</summary>
/// <param name="folder">Where.</param>
sealed partial class GpuResults(string folder)
{
    readonly List<string> unreadable = [];

    /// <summary>Reads what is there; what is not is null or in the report's list of missing things.</summary>
    /// <exception cref="UserError">It is no such folder.</exception>
    public GpuReport Read()
    {
        if (Lines("devices.log") is not { } devices)
            throw new UserError($"gpu-report {folder}", "has no devices.log", "give the folder that run-on-gpu.sh wrote");
        var description = devices.Select(line => CudaLine().Match(line)).FirstOrDefault(match => match.Success)
            ?.Groups["about"].Value;
        if (description is null || description.StartsWith("none", StringComparison.Ordinal))
            throw new UserError($"gpu-report {folder}", "tells of no GPU", "run run-on-gpu.sh where there is one");
        var bench = Json("bench.json");
        TrainedOn?[] training = [Trained("host"), Trained("cuda"), Trained("tf32"), Trained("bf16")];
        var report = new GpuReport(
            File.GetLastWriteTimeUtc(InFolder("devices.log")).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Facts(description), Tools(), Steps(), [])
        {
            Tests = Tests(),
            Training = [.. training.OfType<TrainedOn>()],
            SameBits = training is [{ ParametersHash: { } host }, { ParametersHash: { } cuda }, ..]
                ? host == cuda : null,
            Machine = Part(bench, "machine"), CuBlas = Part(bench, "cuBlas"), Roofline = Part(bench, "gpuRoofline"),
            Ladders = Part(bench, "gpuLadders"), VaeSteps = Part(bench, "gpuVaeSteps"),
            Exactness = Json("exactness.json"),
            Peers = Json("peers.json"), Kernels = Kernels(),
        };
        return report with { Missing = [.. Lines("missing.txt") ?? [], .. unreadable] };
    }

    /// <summary>Reads the folder and writes the report into it.</summary>
    /// <returns>The report and its file.</returns>
    /// <exception cref="UserError">It is no such folder, or nothing can be written there.</exception>
    public (GpuReport Report, string File) Write()
    {
        var report = Read();
        var file = InFolder(FileName(report.Gpu));
        BenchJson.Write(file, report);
        return (report, file);
    }

    /// <summary>A GPU's name as a file's: <c>nvidia-h100-80gb-hbm3.json</c>.</summary>
    public static string FileName(GpuFacts gpu) =>
        $"{NotInNames().Replace(gpu.Name.ToLowerInvariant(), "-").Trim('-')}.json";

    string InFolder(string file) => Path.Combine(folder, file);

    string[]? Lines(string file) => File.Exists(InFolder(file)) ? File.ReadAllLines(InFolder(file)) : null;

    JsonNode? Json(string file)
    {
        if (!File.Exists(InFolder(file))) return null;
        try
        {
            return JsonNode.Parse(File.ReadAllText(InFolder(file)));
        }
        catch (JsonException)
        {
            unreadable.Add($"{file} is no JSON: left out");
            return null;
        }
    }

    /// <summary>A node has one parent: what moves to the report is a copy.</summary>
    static JsonNode? Part(JsonNode? from, string name) => (from as JsonObject)?[name]?.DeepClone();

    /// <summary><c>nvidia-smi --format=csv</c>: a line of titles, a line a GPU.</summary>
    GpuFacts Facts(string description)
    {
        var rows = Lines("gpu.csv");
        var smi = rows is { Length: >= 2 }
            ? Cells(rows[0]).Zip(Cells(rows[1])).ToDictionary(pair => pair.First.Split(' ')[0], pair => pair.Second)
            : [];
        return new(
            Value("name") ?? description.Split(" · ") switch { [_, var name, ..] => name, _ => description },
            description, Value("driver_version"), Value("compute_cap"), Value("memory.total"), Value("power.limit"),
            Value("clocks.max.sm"));

        static string[] Cells(string row) => row.Split(',', StringSplitOptions.TrimEntries);

        string? Value(string title) => smi.GetValueOrDefault(title);
    }

    Dictionary<string, string> Tools() =>
        (Lines("tools.tsv") ?? []).Select(line => line.Split('\t', 2)).Where(cells => cells.Length == 2)
        .ToDictionary(cells => cells[0], cells => cells[1]);

    GpuStep[] Steps() =>
    [
        .. from line in Lines("steps.tsv") ?? []
           let cells = line.Split('\t')
           where cells.Length == 3
           select new GpuStep(cells[0], Number(cells[1]), Number(cells[2])),
    ];

    /// <summary>The summary at the end of the test program's output.</summary>
    TestCounts? Tests()
    {
        if (Lines("tests.log") is not { } lines) return null;
        var counts = lines.Select(line => CountLine().Match(line)).Where(match => match.Success)
            .GroupBy(match => match.Groups["what"].Value)
            .ToDictionary(group => group.Key, group => Number(group.Last().Groups["count"].Value));
        return counts.Count == 4
            ? new(counts["total"], counts["succeeded"], counts["failed"], counts["skipped"]) : null;
    }

    TrainedOn? Trained(string name)
    {
        if (Json($"train-{name}.json") is not JsonObject run) return null;
        return new(name, (string?)run["device"], (string?)run["parametersHash"], (double?)run["trainingSeconds"],
            (int?)run["steps"], (double?)run["test"]?["negativeElboNats"]);
    }

    /// <summary>What <c>ptxas -v</c> says below each <c>kernel NAME</c>.</summary>
    AssembledKernel[]? Kernels()
    {
        if (Lines("ptxas.log") is not { } lines) return null;
        var parts = KernelLine().Split(string.Join('\n', lines));
        return
        [
            .. from part in parts
               where Registers().IsMatch(part)
               select new AssembledKernel(part.Split('\n')[0].Trim(), First(Registers(), part),
                   First(SharedMemory(), part), First(SpillStores(), part), First(SpillLoads(), part)),
        ];

        static int First(Regex what, string text) => what.Match(text) is { Success: true } match
            ? Number(match.Groups[1].Value) : 0;
    }

    static int Number(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^cuda\s+(?<about>.+)$")]
    private static partial Regex CudaLine();

    [GeneratedRegex(@"^\s*(?<what>total|failed|succeeded|skipped): (?<count>\d+)$")]
    private static partial Regex CountLine();

    [GeneratedRegex("^kernel ", RegexOptions.Multiline)]
    private static partial Regex KernelLine();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Registers();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex SharedMemory();

    [GeneratedRegex(@"(\d+) bytes spill stores")]
    private static partial Regex SpillStores();

    [GeneratedRegex(@"(\d+) bytes spill loads")]
    private static partial Regex SpillLoads();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}
