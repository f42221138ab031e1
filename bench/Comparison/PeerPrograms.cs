using System.Diagnostics;
using Hybrid.Training;

namespace Hybrid.Bench.Comparison;

/// <summary>Where the workers are.</summary>
static class PeerPrograms
{
    const string TorchProject = "bench/peers/Hybrid.Peers.Torch";

    const string TorchWorker = $"{TorchProject}/bin/Release/net10.0/Hybrid.Peers.Torch.dll";

    /// <summary>Copied beside the program, so that it is there without the sources too.</summary>
    internal static string Script => Path.Combine(AppContext.BaseDirectory, "peer.py");

    static readonly string[] Pythons = ["python3", "/usr/bin/python3"];

    static readonly Lazy<PeerProgram> PythonFound = new(FindPython);

    /// <summary>This program itself.</summary>
    public static PeerProgram Bench()
    {
        var assembly = typeof(PeerPrograms).Assembly;
        // Published with its runtime it is a program of its own name, where there may be no dotnet.
        var name = assembly.GetName().Name;
        return Environment.ProcessPath is { } own && (Path.GetFileName(own) == name || Path.GetFileName(own) == $"{name}.exe")
            ? PeerProgram.Of(own, PeerWorker.Verb)
            : PeerProgram.Of(Dotnet, assembly.Location, PeerWorker.Verb);
    }

    public static PeerProgram OpenBlas() =>
        Comparison.OpenBlas.IsHere ? Bench() : PeerProgram.None(Comparison.OpenBlas.Missing);

    public static PeerProgram Torch()
    {
        var worker = InTree(TorchWorker);
        return worker is not null && File.Exists(worker)
            ? PeerProgram.Of(Dotnet, worker)
            : PeerProgram.None($"libtorch is not restored: bench -- peers --fetch, or dotnet build {TorchProject} "
                + "(128 MB)");
    }

    public static PeerProgram Python() => PythonFound.Value;

    static PeerProgram FindPython()
    {
        var why = "python3 is not here: apt-get install python3-torch";
        foreach (var python in Pythons)
            try
            {
                var (code, _, error) = Run([python, "-c", "import torch"]);
                if (code == 0) return PeerProgram.Of(python, Script);
                why = $"{error}: apt-get install python3-torch, or pip install torch";
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No such program: the next may be there.
            }
        return PeerProgram.None(why);
    }

    /// <summary>Builds the libtorch peer; the first time this restores its package.</summary>
    /// <exception cref="UserError">It does not build.</exception>
    public static void Fetch()
    {
        var project = InTree(TorchProject)
            ?? throw new UserError("--fetch", $"{TorchProject} is not here", "run from the sources");
        var (code, output, _) = Run([Dotnet, "build", project, "-c", "Release", "-v", "quiet", "-nologo"]);
        if (code != 0)
            throw new UserError("--fetch", $"dotnet build {TorchProject} ended with {code}: {output}",
                "run it by hand to see the rest");
    }

    static string Dotnet =>
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet"
            ? host : "dotnet";

    /// <summary>A path of the sources that this was built from, or null.</summary>
    static string? InTree(string path)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Hybrid.sln"))) return Path.Combine(at.FullName, path);
        return null;
    }

    /// <returns>The exit code and the last line of either stream.</returns>
    static (int Code, string Output, string Error) Run(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, LastLine(output), LastLine(error.Result));
    }

    static string LastLine(string text) => text.Trim().Split('\n')[^1].Trim();
}
