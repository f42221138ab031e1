using System.CommandLine;
using Hybrid.Devices;
using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>A run that is to go on.</summary>
/// <param name="Path">Its folder or its checkpoint.</param>
/// <param name="Length">How long it is to be altogether; null where it stays as it is.</param>
readonly record struct ResumedRun(string Path, int? Length)
{
    /// <summary>Where its files are.</summary>
    public string Folder => Directory.Exists(Path) ? Path : System.IO.Path.GetDirectoryName(Path) ?? "";
}

/// <summary>
/// Where a run's files go and where it computes: <c>--out</c>, <c>--resume</c>, <c>--json</c> and the options of
/// a device.
/// </summary>
sealed class RunFolderOptions
{
    readonly Command command;
    readonly string kind, length;
    readonly string[] open;
    readonly Option<string?> folder, resume;
    readonly Option<bool> json;
    readonly DeviceOptions device = new();

    /// <param name="command">Gets the options.</param>
    /// <param name="kind">Of model, as folders are named after it.</param>
    /// <param name="folderHelp">Whose folder it is.</param>
    /// <param name="resumeHelp">What can be continued.</param>
    /// <param name="open">What a run that goes on may be told anew besides its length.</param>
    /// <param name="length">The option that says how long a run is.</param>
    public RunFolderOptions(
        Command command, string kind, string folderHelp, string resumeHelp, string[] open,
        string length = "--epochs")
    {
        (this.command, this.kind, this.open, this.length) = (command, kind, open, length);
        folder = CommandOptions.Add<string?>(
            command, "--out", $"{folderHelp}; runs/{kind}-N unless told.", "FOLDER", null);
        resume = CommandOptions.Add<string?>(command, "--resume", resumeHelp, "PATH", null);
        json = CommandOptions.Json(command);
        device.AddTo(command);
    }

    /// <summary>Whether the result is to be printed as JSON.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(json);

    /// <summary>Where progress goes.</summary>
    public TextWriter Progress(ParseResult parsed) => Json(parsed) ? Console.Error : Console.Out;

    /// <exception cref="UserError">There is no such device here.</exception>
    public Device Open(ParseResult parsed) => device.Open(parsed);

    /// <summary>The folder of a new run.</summary>
    public string ForNewRun(ParseResult parsed) => parsed.GetValue(folder) ?? VaeRun.NextFolder(kind);

    /// <summary>The run that is to go on; null for a new one.</summary>
    /// <exception cref="UserError">It is told what was decided when it started.</exception>
    public ResumedRun? Resumed(ParseResult parsed)
    {
        if (parsed.GetValue(resume) is not { } path) return null;
        CommandOptions.RefuseOthers(
            parsed, command, [resume.Name, length, json.Name, "--device", "--threads", .. open]);
        return new(path, CommandOptions.IsGiven(parsed, length) ? parsed.GetValue<int>(length) : null);
    }
}
