using System.Diagnostics;

namespace Hybrid.Bench.Comparison;

/// <summary>What a worker said, and how it ended.</summary>
/// <param name="Lines">What it managed to report.</param>
/// <param name="Failure">Null where it ended well; else the exit code or the limit, and its last words.</param>
public sealed record PeerOutcome(IReadOnlyList<PeerLine> Lines, string? Failure)
{
    public string? About => Lines.FirstOrDefault(line => line.About is not null)?.About;
}

/// <summary>Runs a worker to its end, but not for ever.</summary>
static class PeerProcess
{
    public static PeerOutcome Run(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, TimeSpan limit)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var lines = new List<PeerLine>();
        var (lastOutput, lastError) = ("", "");
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) =>
        {
            if (string.IsNullOrWhiteSpace(e.Data)) return;
            lastOutput = e.Data;
            if (PeerLine.Parse(e.Data) is { } line) lines.Add(line);
        };
        process.ErrorDataReceived += (_, e) =>
        {
            if (string.IsNullOrWhiteSpace(e.Data)) return;
            // A .NET stack trace ends in frames; the line that says what happened comes first.
            if (!e.Data.StartsWith("   at ")) lastError = e.Data;
        };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new([], $"did not start: {e.Message}");
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new(lines, $"took more than {limit.TotalSeconds:0} s; {LastWords()}");
        }
        // Without a limit this also waits for the streams' ends.
        process.WaitForExit();
        return new(lines, process.ExitCode == 0 ? null : $"ended with {process.ExitCode}; {LastWords()}");

        string LastWords() => lastError.Length > 0 ? $"it said: {lastError.Trim()}"
            : lastOutput.Length > 0 ? $"its last line: {lastOutput.Trim()}" : "it said nothing";
    }
}
