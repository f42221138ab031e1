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
/// beside them, round and round. The learning rate falls in a straight line to 0.
/// </remarks>
public sealed class M2Trainer : EpochTrainer<M2Report>
{
    const int LabelledBound = 0, CrossEntropy = 1, UnlabelledBound = 2, Measured = 3;

    readonly DeviceImages labelled;
    readonly DeviceImages? unlabelled;
    readonly ClassLabels classes;
    readonly M2Evaluation evaluation;
    readonly M2Plan plan;
    readonly M2Batches batches;
    readonly int[] labelledRows, unlabelledRows;

    /// <exception cref="UserError">There are no classes, or fewer images than labels are asked for.</exception>
    public M2Trainer(Device device, M2RunOptions options, DataSplit data)
        : base(device, new(options.Epochs, options.LearningRate, LearningRateSchedule.Linear), Measured)
    {
        (Options, TrainingSet) = (options, data.Train);
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
    }

    public M2RunOptions Options { get; }

    public M2 M2 { get; }

    public override AdamOptimizer Optimizer { get; }

    /// <summary>What it learns from, labelled or not.</summary>
    public ImageSet TrainingSet { get; }

    public override int StepsPerEpoch => unlabelled is null
        ? labelledRows.Length / batches.Labelled
        : unlabelledRows.Length / batches.Unlabelled;

    protected override void Prepare(int epoch)
    {
        Shuffle.Epoch(Options.Seed, 2 * epoch, labelledRows);
        labelled.Order(labelledRows);
        classes.Order(labelledRows);
        if (unlabelled is null) return;
        Shuffle.Epoch(Options.Seed, 2 * epoch + 1, unlabelledRows);
        unlabelled.Order(unlabelledRows);
    }

    protected override void Launches()
    {
        var number = (uint)Optimizer.Steps;
        var from = StepInEpoch % (labelledRows.Length / batches.Labelled) * batches.Labelled;
        labelled.Batch(from, plan.X, binarize: true, new(Options.Seed, number, Streams.Binarize));
        classes.Batch(from, plan.Y);
        unlabelled?.Batch(StepInEpoch * batches.Unlabelled, plan.UnlabelledX, binarize: true,
            new(Options.Seed, number, Streams.BinarizeUnlabelled));
        plan.Run(number);
        Measure(LabelledBound, plan.LabelledBound);
        Measure(CrossEntropy, plan.CrossEntropy);
        if (unlabelled is not null) Measure(UnlabelledBound, plan.UnlabelledBound);
        Optimizer.Step(LearningRate);
    }

    protected override (M2Report Report, bool IsFinite) Report(int epoch, double[] means, double seconds)
    {
        var report = new M2Report(
            epoch, means[LabelledBound] + plan.LogClasses,
            unlabelled is null ? null : means[UnlabelledBound] + plan.LogClasses, means[CrossEntropy],
            Evaluate(), StepsPerEpoch / seconds);
        return (report,
            double.IsFinite(report.Test.UnlabelledBound + report.TrainLabelled + report.TrainCrossEntropy));
    }

    /// <summary>The account on the test set.</summary>
    public M2Account Evaluate() => evaluation.Run();
}
