using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// A training run and its folder: <c>checkpoint.safetensors</c> to continue, <c>best.safetensors</c> to use.
/// </summary>
/// <remarks>
/// The checkpoint is written at most every few seconds between epochs, and always when the run ends or is
/// stopped. The best parameters are those of the epoch with the lowest test −ELBO.
/// </remarks>
public sealed class VaeRun
{
    /// <summary>File names in a run's folder.</summary>
    public const string CheckpointName = VaeCheckpoint.FileName, BestName = "best.safetensors";

    static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(10);

    readonly (int Height, int Width) image;
    readonly string folder;
    bool bestIsSaved = true;
    float[]? best;

    VaeRun(VaeTrainer trainer, DataSplit data, string folder)
    {
        Trainer = trainer;
        this.folder = folder;
        image = (data.Train.Height, data.Train.Width);
    }

    public VaeTrainer Trainer { get; }

    public string CheckpointPath => Path.Combine(folder, CheckpointName);

    public string BestPath => Path.Combine(folder, BestName);

    /// <summary>The file that a path means: itself, or in a folder the best parameters, or the run.</summary>
    public static string FileOf(string path)
    {
        if (!Directory.Exists(path)) return path;
        var best = Path.Combine(path, BestName);
        return File.Exists(best) ? best : Path.Combine(path, CheckpointName);
    }

    /// <summary>The data that options name.</summary>
    /// <exception cref="UserError">It cannot be read.</exception>
    public static DataSplit LoadData(string data) =>
        data == EmbeddedData ? Sprites.Load() : Digits.Load(data);

    /// <summary>The data that needs no files.</summary>
    const string EmbeddedData = "sprites";

    /// <summary>Data as a checkpoint names it: usable from any folder.</summary>
    public static string FullName(string data) => data == EmbeddedData ? data : Path.GetFullPath(data);

    /// <summary>
    /// A new run; writes its first checkpoint, so that a folder that cannot be written says so now.
    /// </summary>
    /// <exception cref="UserError">The folder already holds a run, or cannot be written.</exception>
    public static VaeRun Start(Device device, VaeRunOptions options, string folder)
    {
        if (string.IsNullOrWhiteSpace(folder))
            throw new UserError("--out", "names no folder", "name one, such as runs/mine");
        if (File.Exists(Path.Combine(folder, CheckpointName)))
            throw new UserError(folder, "already holds a run",
                "continue it with --resume, or give another folder with --out");
        var data = LoadData(options.Data);
        options = options with { Data = FullName(options.Data) };
        var run = new VaeRun(new(device, options, data), data, folder);
        CreateFolder(folder);
        run.Save();
        return run;
    }

    /// <summary>A stopped run, as if it had never stopped; <paramref name="epochs"/> may extend it.</summary>
    /// <exception cref="UserError">The checkpoint or its data cannot be read.</exception>
    public static VaeRun Resume(Device device, string path, int? epochs, string? data = null)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, CheckpointName);
        var checkpoint = VaeCheckpoint.Read(path);
        var options = (checkpoint.Options with
        {
            Epochs = epochs ?? checkpoint.Options.Epochs,
            Data = data ?? checkpoint.Options.Data,
        }).Validated();
        var split = LoadData(options.Data);
        options = options with { Data = FullName(options.Data) };
        if ((split.Train.Height, split.Train.Width) != (checkpoint.Height, checkpoint.Width))
            throw new UserError(path, $"was trained on {checkpoint.Height}×{checkpoint.Width} images, "
                + $"and {options.Data} has {split.Train.Height}×{split.Train.Width}",
                "give the data that it was trained on with --data");
        var run = new VaeRun(new(device, options, split), split, Path.GetDirectoryName(Path.GetFullPath(path))!);
        checkpoint.Restore(run.Trainer);
        if (run.Trainer.Optimizer.Steps > run.Trainer.TotalSteps)
            throw new UserError($"--epochs {epochs}",
                $"the run has done {(double)run.Trainer.Optimizer.Steps / run.Trainer.StepsPerEpoch:0.##} already",
                "give more epochs");
        return run;
    }

    /// <summary>The epoch with the lowest test −ELBO; null before the first.</summary>
    public EpochReport? Best => Trainer.History.MinBy(report => report.Test.NegativeElbo);

    /// <summary>Trains to the end or until cancelled, and saves.</summary>
    public void Run(CancellationToken cancellation)
    {
        var sinceSave = Stopwatch.StartNew();
        var report = Trainer.AfterEpoch;
        Trainer.AfterEpoch = epoch =>
        {
            if (Best == epoch) KeepBest();
            report?.Invoke(epoch);
            if (sinceSave.Elapsed < SaveEvery) return;
            Save();
            sinceSave.Restart();
        };
        try
        {
            Trainer.Run(cancellation);
        }
        finally
        {
            Trainer.AfterEpoch = report;
        }
        Save();
    }

    void KeepBest()
    {
        var values = Trainer.Vae.Parameters.Values;
        best ??= new float[values.Length];
        Trainer.Vae.Device.Download(values, best);
        bestIsSaved = false;
    }

    void Save()
    {
        // The best first: if the process dies in between, the resumed run comes past the same epoch again.
        if (!bestIsSaved && best is not null)
        {
            VaeCheckpoint.SaveParameters(BestPath, Trainer, best, image);
            bestIsSaved = true;
        }
        VaeCheckpoint.Save(CheckpointPath, Trainer, image);
    }

    static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserError($"--out {folder}", $"the folder cannot be made ({e.Message})",
                "give a folder that you may write to", e);
        }
    }

    /// <summary><c>runs/name-1</c>, or the first number whose folder does not exist.</summary>
    public static string NextFolder(string name)
    {
        for (var i = 1; ; i++)
        {
            var folder = Path.Combine("runs", $"{name}-{i}");
            if (!Path.Exists(folder)) return folder;
        }
    }
}
