using System.Diagnostics;
using Hybrid.Devices;

namespace Hybrid.Training;

/// <summary>How long a run trains, and how fast.</summary>
/// <param name="Epochs">Passes over the training set.</param>
/// <param name="LearningRate">Adam's, at the first step.</param>
/// <param name="Schedule">How it falls.</param>
public readonly record struct TrainingPace(int Epochs, double LearningRate, LearningRateSchedule Schedule);

/// <summary>Trains a model epoch by epoch: steps of one graph, and a report after each epoch.</summary>
/// <remarks>
/// A step allocates nothing. What it measures is added up on the device and read once an epoch.
/// </remarks>
/// <typeparam name="TReport">What an epoch achieved.</typeparam>
public abstract class EpochTrainer<TReport>
{
    readonly TrainingPace pace;
    readonly Tensor sums;
    readonly StepGraph step;
    readonly List<TReport> history = [];

    /// <param name="device">Where.</param>
    /// <param name="pace">How long, and how fast.</param>
    /// <param name="measured">Numbers that every step measures.</param>
    protected EpochTrainer(Device device, TrainingPace pace, int measured)
    {
        (Device, this.pace) = (device, pace);
        sums = device.Arena.Allocate(measured, 1);
        step = device.Graph(Launches);
    }

    protected Device Device { get; }

    public abstract AdamOptimizer Optimizer { get; }

    public abstract int StepsPerEpoch { get; }

    public int Epochs => pace.Epochs;

    public long TotalSteps => (long)StepsPerEpoch * Epochs;

    /// <summary>Finished epochs.</summary>
    public IReadOnlyList<TReport> History => history;

    public bool IsFinished => history.Count >= Epochs;

    /// <summary>Of the step that comes next, from 0.</summary>
    protected int StepInEpoch { get; private set; }

    /// <summary>Of the step that comes next.</summary>
    protected double LearningRate =>
        AdamOptimizer.Rate(pace.Schedule, pace.LearningRate, Optimizer.Steps, TotalSteps);

    /// <summary>What to do where training leaves the finite numbers.</summary>
    protected virtual string Fix => "give a smaller learning rate";

    /// <summary>Trains until the last epoch, or until cancelled between two steps.</summary>
    /// <exception cref="UserError">Training left the finite numbers.</exception>
    public void Run(Action<TReport> afterEpoch, CancellationToken cancellation)
    {
        while (!IsFinished)
        {
            StartEpoch();
            var watch = Stopwatch.StartNew();
            while (StepInEpoch < StepsPerEpoch)
            {
                if (cancellation.IsCancellationRequested) return;
                Step();
            }
            Device.Synchronize();
            var seconds = watch.Elapsed.TotalSeconds;
            var (report, isFinite) = Report(history.Count + 1, Means(), seconds);
            if (!isFinite)
                throw new UserError(FormattableString.Invariant($"--lr {pace.LearningRate}"),
                    $"training left the finite numbers in epoch {history.Count + 1}", Fix);
            history.Add(report);
            afterEpoch(report);
        }
    }

    /// <summary>Uploads what the next epoch needs, before its first <see cref="Step"/>.</summary>
    public void StartEpoch()
    {
        Prepare(history.Count);
        Device.Ops.Fill(sums, 0);
        StepInEpoch = 0;
    }

    /// <summary>One batch forward, backward and into Adam.</summary>
    public void Step()
    {
        step.Run();
        StepInEpoch++;
    }

    /// <summary>Continues after these epochs; parameters and moments are the caller's to restore.</summary>
    internal void Restore(IReadOnlyList<TReport> finished)
    {
        history.AddRange(finished);
        Optimizer.Steps = (long)finished.Count * StepsPerEpoch;
        Restored();
    }

    /// <summary>
    /// Adds a step's number, [1, 1], to those of its epoch; from <see cref="Launches"/> only.
    /// </summary>
    /// <param name="which">0, 1, …</param>
    /// <param name="value">As the step measured it.</param>
    protected void Measure(int which, Tensor value) => Device.Ops.Add(value, sums.RowRange(which, 1));

    double[] Means() => Array.ConvertAll(Device.ToArray(sums), sum => (double)sum / StepsPerEpoch);

    /// <summary>Orders the rows of an epoch, from 0.</summary>
    protected abstract void Prepare(int epoch);

    /// <summary>What a step launches: always the same.</summary>
    protected abstract void Launches();

    /// <summary>What an epoch achieved, and whether all of it is finite.</summary>
    /// <param name="epoch">1, 2, …</param>
    /// <param name="means">Of what the steps measured.</param>
    /// <param name="seconds">Of the training steps alone.</param>
    protected abstract (TReport Report, bool IsFinite) Report(int epoch, double[] means, double seconds);

    /// <summary>Called where a saved run continues.</summary>
    protected virtual void Restored()
    {
    }
}
