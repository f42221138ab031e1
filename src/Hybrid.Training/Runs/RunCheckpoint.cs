using Hybrid.Training.Checkpoints;

namespace Hybrid.Training;

/// <summary>
/// A run in a safetensors file: its options, its parameters, and all that continues it bit for bit.
/// </summary>
/// <remarks>
/// Parameters keep their names (<c>encoder/0/w</c> …), so that other tools can read them; Adam's moments are
/// <c>adam.m/…</c> and <c>adam.v/…</c>.
/// </remarks>
/// <typeparam name="TOptions">Of the run.</typeparam>
public abstract class RunCheckpoint<TOptions> where TOptions : RunOptions<TOptions>, IRunOptions
{
    /// <summary>Its name in a run's folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    /// <param name="file">What was read.</param>
    /// <param name="kind">What it should hold.</param>
    /// <param name="name">The same as a message calls it, with its article.</param>
    /// <exception cref="UserError">It holds something else, or its options cannot be read.</exception>
    protected RunCheckpoint(SafetensorsFile file, string kind, string name)
    {
        ModelFile.Require(file, kind, name);
        File = file;
        Options = RunOptions<TOptions>.FromJson(file.Note(ModelFile.OptionsKey), file.Path);
    }

    public TOptions Options { get; }

    protected SafetensorsFile File { get; }

    /// <summary>A file, or that of a run's folder.</summary>
    /// <exception cref="UserError">It cannot be read.</exception>
    protected static SafetensorsFile FileAt(string path) =>
        SafetensorsFile.Read(Directory.Exists(path) ? Path.Combine(path, FileName) : path);
}
