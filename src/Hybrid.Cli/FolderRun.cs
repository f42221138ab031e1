using Hybrid.Training;

namespace Hybrid.Cli;

/// <summary>A training run in its folder, saved after every epoch with a line on it.</summary>
/// <param name="Trainer">What trains.</param>
/// <param name="Kind">The model, as the command line names it.</param>
/// <param name="Header">What is trained, a line each.</param>
/// <param name="Save">Writes its checkpoint.</param>
/// <param name="Line">What is said of an epoch.</param>
sealed record FolderRun<TReport>(
    EpochTrainer<TReport> Trainer, string Kind, IEnumerable<string> Header, Action<string> Save,
    Func<TReport, string> Line)
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
            Save(path);
            writer.WriteLine(Line(report));
        }, cancellation);
        writer.WriteLine(Trainer.IsFinished
            ? $"finished · {path}"
            : $"stopped · continue with: hybrid train {Kind} --resume {path}");
        return path;
    }
}
