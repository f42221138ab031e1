using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What one epoch achieved.</summary>
/// <param name="Epoch">1, 2, …</param>
/// <param name="TrainCrossEntropy">Mean over the epoch's steps, nats.</param>
/// <param name="TrainRate">The same.</param>
/// <param name="Test">On the test set, after the epoch.</param>
/// <param name="StepsPerSecond">Of the training steps alone.</param>
public sealed record VibReport(
    int Epoch, double TrainCrossEntropy, double TrainRate, BottleneckAccount Test, double StepsPerSecond);

/// <summary>Trains a bottleneck on labelled images: batches, plan, Adam, one report an epoch.</summary>
/// <remarks>
/// A step allocates nothing; the learning rate falls in a straight line to 0 at the last step.
/// </remarks>
public sealed class VibTrainer
{
    readonly Device device;
    readonly DeviceImages train;
    readonly ClassLabels trainLabels;
    readonly VibEvaluation evaluation;
    readonly VibPlan plan;
    readonly Tensor sums, sumCrossEntropy, sumRate;
    readonly StepGraph step;
    readonly int[] rows;
    readonly List<VibReport> history = [];
    int stepInEpoch;

    /// <exception cref="UserError">There are no classes, or fewer images than a batch.</exception>
    public VibTrainer(Device device, VibRunOptions options, DataSplit data)
    {
        if (data.Train.N < options.BatchSize)
            throw new UserError($"--batch {options.BatchSize}",
                $"is more than the {data.Train.N} training images", "give a smaller batch");
        this.device = device;
        Options = options;
        var classes = ClassLabels.Count(data);
        Vib = new(device, options.ShapeFor(data.Train.D, classes), options.Seed);
        Optimizer = new(device, Vib.Parameters);
        train = new(device, data.Train);
        trainLabels = new(device, data.Train, classes);
        evaluation = new(Vib, data.Test, options.Draws);
        plan = Vib.TrainingPlan(options.BatchSize, options.Beta);
        sums = device.Arena.Allocate(2, 1);
        (sumCrossEntropy, sumRate) = (sums.RowRange(0, 1), sums.RowRange(1, 1));
        step = device.Graph(Launches);
        rows = new int[data.Train.N];
    }

    public VibRunOptions Options { get; }

    public Vib Vib { get; }

    public AdamOptimizer Optimizer { get; }

    /// <summary>What it learns from.</summary>
    public ImageSet TrainingSet => train.Images;

    public int StepsPerEpoch => rows.Length / Options.BatchSize;

    public long TotalSteps => (long)StepsPerEpoch * Options.Epochs;

    /// <summary>Finished epochs.</summary>
    public IReadOnlyList<VibReport> History => history;

    /// <summary>Trains until the last epoch, or until cancelled between two steps.</summary>
    /// <exception cref="UserError">Training left the finite numbers.</exception>
    public void Run(Action<VibReport> afterEpoch, CancellationToken cancellation)
    {
        while (history.Count < Options.Epochs)
        {
            Shuffle.Epoch(Options.Seed, history.Count, rows);
            train.Order(rows);
            trainLabels.Order(rows);
            device.Ops.Fill(sums, 0);
            var watch = Stopwatch.StartNew();
            for (stepInEpoch = 0; stepInEpoch < StepsPerEpoch;)
            {
                if (cancellation.IsCancellationRequested) return;
                Step();
            }
            device.Synchronize();
            var seconds = watch.Elapsed.TotalSeconds;
            var totals = device.ToArray(sums);
            var report = new VibReport(
                history.Count + 1, totals[0] / StepsPerEpoch, totals[1] / StepsPerEpoch, Evaluate(),
                StepsPerEpoch / seconds);
            if (!double.IsFinite(report.Test.CrossEntropy + report.Test.Rate + report.TrainCrossEntropy))
                throw new UserError(FormattableString.Invariant($"--lr {Options.LearningRate}"),
                    $"training left the finite numbers in epoch {report.Epoch}", "give a smaller learning rate");
            history.Add(report);
            afterEpoch(report);
        }
    }

    /// <summary>Continues after these epochs; parameters and moments are the caller's to restore.</summary>
    internal void Restore(IReadOnlyList<VibReport> finished)
    {
        history.AddRange(finished);
        Optimizer.Steps = (long)finished.Count * StepsPerEpoch;
    }

    /// <summary>One batch forward, backward and into Adam.</summary>
    public void Step()
    {
        step.Run();
        stepInEpoch++;
    }

    void Launches()
    {
        var number = (uint)Optimizer.Steps;
        var from = stepInEpoch * Options.BatchSize;
        train.Batch(from, plan.X, binarize: false, default);
        trainLabels.Batch(from, plan.Y);
        plan.Run(number);
        device.Ops.Add(plan.MeanCrossEntropy, sumCrossEntropy);
        device.Ops.Add(plan.MeanRate, sumRate);
        Optimizer.Step(
            AdamOptimizer.Rate(LearningRateSchedule.Linear, Options.LearningRate, number, TotalSteps));
    }

    /// <summary>The account on the test set.</summary>
    public BottleneckAccount Evaluate() => evaluation.Run();
}
