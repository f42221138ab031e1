using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>A run of the IM algorithm and its folder: <c>checkpoint.safetensors</c> continues it.</summary>
public sealed class ImRun
{
    /// <summary>Reports of a whole run; each leaves a checkpoint.</summary>
    const int Reports = 20;

    ImRun(InformationMaximization channel, ImRunOptions options, Points points, string folder)
    {
        (Channel, Options, Points) = (channel, options, points);
        CheckpointPath = Path.Combine(folder, ImCheckpoint.FileName);
    }

    public InformationMaximization Channel { get; }

    /// <summary>As a checkpoint names them: usable from any folder.</summary>
    public ImRunOptions Options { get; }

    public Points Points { get; }

    public string CheckpointPath { get; }

    public bool IsFinished => Channel.Steps >= Options.Steps;

    /// <summary>
    /// A new run; writes its first checkpoint, so that a folder that cannot be written says so now.
    /// </summary>
    /// <exception cref="UserError">
    /// The folder holds a run or cannot be written, or the data cannot be used.
    /// </exception>
    public static ImRun Start(Device device, ImRunOptions options, string folder)
    {
        var points = Load(options);
        if (File.Exists(Path.Combine(folder, ImCheckpoint.FileName)))
            throw new UserError(folder, "already holds a run",
                "continue it with --resume, or give another folder with --out");
        options = options with { Data = Points.FullName(options.Data) };
        var run = new ImRun(Open(device, options, points), options, points, folder);
        run.Save();
        return run;
    }

    /// <summary>A stopped run, as if it had never stopped; <paramref name="steps"/> may extend it.</summary>
    /// <exception cref="UserError">The checkpoint or its data cannot be read, or do not fit each other.</exception>
    public static ImRun Resume(Device device, string path, int? steps)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, ImCheckpoint.FileName);
        var checkpoint = ImCheckpoint.Read(path);
        var options = (checkpoint.Options with { Steps = steps ?? checkpoint.Options.Steps }).Validated();
        var points = Load(options);
        checkpoint.RequireSame(points);
        var channel = checkpoint.Load(device, points);
        if (channel.Steps > options.Steps)
            throw new UserError($"--steps {options.Steps}", $"the run has done {channel.Steps} already", "give more");
        return new(channel, options, points, Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>The points that options name.</summary>
    /// <exception cref="UserError">They cannot be read, or have fewer columns than the channel outputs.</exception>
    public static Points Load(ImRunOptions options)
    {
        var points = Points.Load(options.Data, options.Seed).RequireSpread(1);
        ImRunOptions.Require(options.Outputs <= points.D, "--outputs", options.Outputs,
            $"give 1 to {points.D}, the columns of {points.Name}");
        return points;
    }

    /// <summary>A channel that has not learnt yet.</summary>
    /// <exception cref="UserError">The points fill fewer dimensions than they have columns.</exception>
    internal static InformationMaximization Open(Device device, ImRunOptions options, Points points)
    {
        try
        {
            return new(device, points.Values, points.D, options.Outputs, options.Sigma, options.Seed);
        }
        catch (ArgumentException e)
        {
            throw new UserError(points.Name, $"fills fewer dimensions than it has columns ({e.Message})",
                "leave out columns that follow from others", e);
        }
    }

    /// <summary>Steps to the end, or until cancelled between two; saves.</summary>
    /// <param name="report">Called now and then, and after the last step.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UserError">Training left the finite numbers.</exception>
    public void Run(Action report, CancellationToken cancellation)
    {
        while (!IsFinished && !cancellation.IsCancellationRequested)
        {
            Step();
            if (Channel.Steps % Math.Max(1, Options.Steps / Reports) != 0 && !IsFinished) continue;
            Save();
            report();
        }
        Save();
    }

    void Step()
    {
        try
        {
            Channel.Step(Options.LearningRate * (1 - (double)Channel.Steps / Options.Steps));
        }
        catch (ArgumentException e)
        {
            throw Diverged(e);
        }
        if (!double.IsFinite(Channel.Bound)) throw Diverged(null);
    }

    UserError Diverged(Exception? e) => new(
        FormattableString.Invariant($"--lr {Options.LearningRate}"),
        $"left the finite numbers in step {Channel.Steps}", "give a smaller one", e);

    void Save() => ImCheckpoint.Save(CheckpointPath, this);
}
