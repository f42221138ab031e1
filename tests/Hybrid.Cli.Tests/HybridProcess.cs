using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Hybrid.Cli.Tests;

/// <summary>What a finished <c>hybrid</c> left: exit code and both streams.</summary>
sealed record Outcome(int ExitCode, string Output, string Errors)
{
    /// <summary>The last line of the output, which <c>--json</c> promises to be the result.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;

    public string Hash => Json.GetProperty("parametersHash").GetString()!;

    /// <summary>The figures of the test set, digit for digit.</summary>
    public string Test => Json.GetProperty("test").GetRawText();
}

/// <summary>The real command, as a child process.</summary>
sealed partial class HybridProcess : IDisposable
{
    const int Interrupt = 2, Terminate = 15;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    static readonly string Program = typeof(Hybrid.Cli.Program).Assembly.Location;

    readonly Process process;
    readonly Task<string> output;

    HybridProcess(
        string program, string folder, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = Process.Start(start)!;
        output = process.StandardOutput.ReadToEndAsync();
    }

    public static Outcome Run(string folder, params string[] arguments) => RunWith(folder, [], arguments);

    public static Outcome RunWith(
        string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        using var hybrid = new HybridProcess(Program, folder, arguments, environment);
        return hybrid.Finish();
    }

    /// <summary>Another copy of the command.</summary>
    public static Outcome RunProgram(string program, string folder, params string[] arguments)
    {
        using var hybrid = new HybridProcess(program, folder, arguments, []);
        return hybrid.Finish();
    }

    public static HybridProcess Start(string folder, params string[] arguments) => new(Program, folder, arguments, []);

    /// <summary>Waits for a line on the error stream that contains the text.</summary>
    public void AwaitError(string text)
    {
        while (process.StandardError.ReadLine() is { } line)
            if (line.Contains(text)) return;
        Assert.Fail($"hybrid ended without saying '{text}'");
    }

    /// <summary>What Ctrl-C does.</summary>
    /// <remarks>
    /// What a shell starts in the background ignores Ctrl-C, and so does what that starts; there the other signal, which
    /// the command takes alike, stands for it.
    /// </remarks>
    public void PressControlC() => Assert.That(Kill(process.Id, IgnoresInterrupts ? Terminate : Interrupt), Is.Zero);

    /// <summary>Whether this process, and so every one that it starts, ignores Ctrl-C.</summary>
    static bool IgnoresInterrupts => File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
            is var ignored && (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) >> (Interrupt - 1) & 1) == 1;

    public Outcome Finish()
    {
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail($"hybrid has not ended within {Patience}");
        }
        return new(process.ExitCode, output.Result, errors.Result);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
