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
/// <remarks>The learning rate falls in a straight line to 0 at the last step.</remarks>
public sealed class VibTrainer : EpochTrainer<VibReport>
{
    readonly DeviceImages train;
    readonly ClassLabels trainLabels;
    readonly VibEvaluation evaluation;
    readonly VibPlan plan;
    readonly int[] rows;

    /// <exception cref="UserError">There are no classes, or fewer images than a batch.</exception>
    public VibTrainer(Device device, VibRunOptions options, DataSplit data)
        : base(device, new(options.Epochs, options.LearningRate, LearningRateSchedule.Linear), measured: 2)
    {
        data.Train.RequireBatch(options.BatchSize);
        Options = options;
        var classes = ClassLabels.Count(data);
        Vib = new(device, options.ShapeFor(data.Train.D, classes), options.Seed);
        Optimizer = new(device, Vib.Parameters);
        train = new(device, data.Train);
        trainLabels = new(device, data.Train, classes);
        evaluation = new(Vib, data.Test, options.Draws);
        plan = Vib.TrainingPlan(options.BatchSize, options.Beta);
        rows = new int[data.Train.N];
    }

    public VibRunOptions Options { get; }

    public Vib Vib { get; }

    public override AdamOptimizer Optimizer { get; }

    /// <summary>What it learns from.</summary>
    public ImageSet TrainingSet => train.Images;

    public override int StepsPerEpoch => rows.Length / Options.BatchSize;

    protected override void Prepare(int epoch)
    {
        Shuffle.Epoch(Options.Seed, epoch, rows);
        train.Order(rows);
        trainLabels.Order(rows);
    }

    protected override void Launches()
    {
        var from = StepInEpoch * Options.BatchSize;
        train.Batch(from, plan.X, binarize: false, default);
        trainLabels.Batch(from, plan.Y);
        plan.Run((uint)Optimizer.Steps);
        Measure(0, plan.MeanCrossEntropy);
        Measure(1, plan.MeanRate);
        Optimizer.Step(LearningRate);
    }

    protected override (VibReport Report, bool IsFinite) Report(int epoch, double[] means, double seconds)
    {
        var report = new VibReport(epoch, means[0], means[1], Evaluate(), StepsPerEpoch / seconds);
        return (report,
            double.IsFinite(report.Test.CrossEntropy + report.Test.Rate + report.TrainCrossEntropy));
    }

    /// <summary>The account on the test set.</summary>
    public BottleneckAccount Evaluate() => evaluation.Run();
}
