using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>A training run in its folder, saved with a line on it after every epoch, or after every few.</summary>
/// <param name="Trainer">What trains.</param>
/// <param name="Kind">The model, as the command line names it.</param>
/// <param name="Header">What is trained, a line each.</param>
/// <param name="Save">Writes its checkpoint.</param>
/// <param name="Line">What is said of an epoch.</param>
/// <param name="Every">Epochs from one line to the next; the last has one.</param>
sealed record FolderRun<TReport>(
    EpochTrainer<TReport> Trainer, string Kind, IEnumerable<string> Header, Action<string> Save,
    Func<TReport, string> Line, int Every = 1)
{
    /// <summary>Trains to the end or until cancelled; the last line says where the run is.</summary>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="UserError">The folder holds a run already, or cannot be written.</exception>
    public string Train(string folder, TextWriter writer, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, VaeRun.CheckpointName);
        if (Trainer.History.Count == 0 && File.Exists(path))
            throw new UserError(
                folder, "already holds a run", "continue it with --resume, or give another --out");
        writer.WriteLine(Trainer.Optimizer.Device.Description);
        foreach (var line in Header) writer.WriteLine(line);
        Save(path);
        Trainer.Run(report =>
        {
            if (Trainer.History.Count % Every != 0 && !Trainer.IsFinished) return;
            Save(path);
            writer.WriteLine(Line(report));
        }, cancellation);
        writer.WriteLine(Trainer.IsFinished
            ? $"finished · {path}"
            : $"stopped · continue with: hybrid train {Kind} --resume {path}");
        return path;
    }
}
