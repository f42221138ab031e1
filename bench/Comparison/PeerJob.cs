using System.Text.Json;

namespace Hybrid.Bench.Comparison;

/// <summary>What a worker is asked to do: the content of the file that is its only argument.</summary>
/// <param name="Implementation">Which of a worker's implementations.</param>
/// <param name="Mode">Write results to compare, or measure times.</param>
/// <param name="Threads">Threads that may work.</param>
/// <param name="Device"><c>host</c> or <c>cuda</c>.</param>
/// <param name="Stopping">How long to measure a case.</param>
/// <param name="Data">The safetensors file with everybody's inputs.</param>
/// <param name="Results">Where results go: this and the number of the case.</param>
/// <param name="Cases">Names of the cases, in order.</param>
public sealed record PeerJob(
    string Implementation, PeerMode Mode, int Threads, string Device, Stopping Stopping, string Data,
    string Results, IReadOnlyList<string> Cases)
{
    public static PeerJob Read(string path) =>
        JsonSerializer.Deserialize<PeerJob>(File.ReadAllText(path), PeerLine.Options)
        ?? throw new InvalidDataException($"{path} holds no job.");

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, PeerLine.Options));
}

/// <summary>The two passes of a comparison.</summary>
public enum PeerMode { Check, Time }

/// <summary>One line of a worker's output: about itself, or about one case.</summary>
/// <param name="About">Library, version and code path.</param>
/// <param name="Case">The case's name.</param>
/// <param name="Median">Seconds of one run, the median over samples.</param>
/// <param name="Best">The fastest sample.</param>
/// <param name="Samples">How many samples.</param>
/// <param name="Results">The file of float32 results, or of losses.</param>
/// <param name="Skipped">Why the case was not done.</param>
public sealed record PeerLine(
    string? About = null, string? Case = null, double? Median = null, double? Best = null, int? Samples = null,
    string? Results = null, string? Skipped = null)
{
    internal static readonly JsonSerializerOptions Options = new(BenchJson.Options) { WriteIndented = false };

    /// <summary>A line of JSON, or null: libraries print too.</summary>
    public static PeerLine? Parse(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            return JsonSerializer.Deserialize<PeerLine>(line, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override string ToString() => JsonSerializer.Serialize(this, Options);
}
