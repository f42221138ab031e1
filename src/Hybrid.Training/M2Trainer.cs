using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What one epoch achieved, nats per image.</summary>
/// <param name="Epoch">1, 2, …</param>
/// <param name="TrainLabelled">L(x, y), the mean over the epoch's steps, like the next two.</param>
/// <param name="TrainUnlabelled">U(x); null where every image has a label.</param>
/// <param name="TrainCrossEntropy">−log q(y | x) of the labelled images.</param>
/// <param name="Test">On the test set, after the epoch.</param>
/// <param name="StepsPerSecond">Of the training steps alone.</param>
public sealed record M2Report(
    int Epoch, double TrainLabelled, double? TrainUnlabelled, double TrainCrossEntropy, M2Account Test,
    double StepsPerSecond);

/// <summary>Trains M2 on images of which some have a label: batches, plan, Adam, one report an epoch.</summary>
/// <remarks>
/// An epoch is a pass over the images without a label, or over all where none is without; a step takes labelled ones
/// beside them, round and round. A step allocates nothing; the learning rate falls in a straight line to 0.
/// </remarks>
public sealed class M2Trainer
{
    readonly Device device;
    readonly DeviceImages labelled;
    readonly DeviceImages? unlabelled;
    readonly ClassLabels classes;
    readonly M2Evaluation evaluation;
    readonly M2Plan plan;
    readonly M2Batches batches;
    readonly Tensor sums, sumLabelled, sumUnlabelled, sumCrossEntropy;
    readonly StepGraph step;
    readonly int[] labelledRows, unlabelledRows;
    readonly List<M2Report> history = [];
    int stepInEpoch;

    /// <exception cref="UserError">There are no classes, or fewer images than labels are asked for.</exception>
    public M2Trainer(Device device, M2RunOptions options, DataSplit data)
    {
        (this.device, Options, TrainingSet) = (device, options, data.Train);
        var count = ClassLabels.Count(data);
        var (with, without) = LabelledRows.Split(data.Train, options.Labels, options.Seed);
        if (without is null && options.Information > 0)
            throw new UserError("--mi", "is of images without a label, and there are none", "give fewer --labels");
        M2 = new(device, options.ShapeFor(data.Train.D, count), options.Seed);
        Optimizer = new(device, M2.Parameters);
        (labelled, classes) = (new(device, with), new(device, with, count));
        if (without is not null) unlabelled = new(device, without);
        evaluation = new(M2, data.Test);
        (labelledRows, unlabelledRows) = (new int[with.N], new int[without?.N ?? 0]);
        batches = new(
            Math.Min(options.BatchSize, labelledRows.Length), Math.Min(options.BatchSize, unlabelledRows.Length));
        double N = data.Train.N;
        plan = M2.TrainingPlan(
            batches, new(labelledRows.Length / N, unlabelledRows.Length / N, options.Alpha, options.Information));
        sums = device.Arena.Allocate(3, 1);
        (sumLabelled, sumUnlabelled, sumCrossEntropy) =
            (sums.RowRange(0, 1), sums.RowRange(1, 1), sums.RowRange(2, 1));
        step = device.Graph(Launches);
    }

    public M2RunOptions Options { get; }

    public M2 M2 { get; }

    public AdamOptimizer Optimizer { get; }

    /// <summary>What it learns from, labelled or not.</summary>
    public ImageSet TrainingSet { get; }

    public int StepsPerEpoch => unlabelled is null
        ? labelledRows.Length / batches.Labelled
        : unlabelledRows.Length / batches.Unlabelled;

    public long TotalSteps => (long)StepsPerEpoch * Options.Epochs;

    /// <summary>Finished epochs.</summary>
    public IReadOnlyList<M2Report> History => history;

    /// <summary>Trains until the last epoch, or until cancelled between two steps.</summary>
    /// <exception cref="UserError">Training left the finite numbers.</exception>
    public void Run(Action<M2Report> afterEpoch, CancellationToken cancellation)
    {
        while (history.Count < Options.Epochs)
        {
            OrderRows();
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
            var report = new M2Report(
                history.Count + 1, totals[0] / StepsPerEpoch + plan.LogClasses,
                unlabelled is null ? null : totals[1] / StepsPerEpoch + plan.LogClasses,
                totals[2] / StepsPerEpoch, Evaluate(), StepsPerEpoch / seconds);
            if (!double.IsFinite(report.Test.UnlabelledBound + report.TrainLabelled + report.TrainCrossEntropy))
                throw new UserError(FormattableString.Invariant($"--lr {Options.LearningRate}"),
                    $"training left the finite numbers in epoch {report.Epoch}", "give a smaller learning rate");
            history.Add(report);
            afterEpoch(report);
        }
    }

    void OrderRows()
    {
        Shuffle.Epoch(Options.Seed, 2 * history.Count, labelledRows);
        labelled.Order(labelledRows);
        classes.Order(labelledRows);
        if (unlabelled is null) return;
        Shuffle.Epoch(Options.Seed, 2 * history.Count + 1, unlabelledRows);
        unlabelled.Order(unlabelledRows);
    }

    /// <summary>Continues after these epochs; parameters and moments are the caller's to restore.</summary>
    internal void Restore(IReadOnlyList<M2Report> finished)
    {
        history.AddRange(finished);
        Optimizer.Steps = (long)finished.Count * StepsPerEpoch;
    }

    /// <summary>One step forward, backward and into Adam.</summary>
    public void Step()
    {
        step.Run();
        stepInEpoch++;
    }

    void Launches()
    {
        var number = (uint)Optimizer.Steps;
        var from = stepInEpoch % (labelledRows.Length / batches.Labelled) * batches.Labelled;
        labelled.Batch(from, plan.X, binarize: true, new(Options.Seed, number, Streams.Binarize));
        classes.Batch(from, plan.Y);
        unlabelled?.Batch(stepInEpoch * batches.Unlabelled, plan.UnlabelledX, binarize: true,
            new(Options.Seed, number, Streams.BinarizeUnlabelled));
        plan.Run(number);
        device.Ops.Add(plan.LabelledBound, sumLabelled);
        device.Ops.Add(plan.CrossEntropy, sumCrossEntropy);
        if (unlabelled is not null) device.Ops.Add(plan.UnlabelledBound, sumUnlabelled);
        Optimizer.Step(
            AdamOptimizer.Rate(LearningRateSchedule.Linear, Options.LearningRate, number, TotalSteps));
    }

    /// <summary>The account on the test set.</summary>
    public M2Account Evaluate() => evaluation.Run();
}
