using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What one epoch achieved.</summary>
/// <param name="Epoch">1, 2, …</param>
/// <param name="Beta">Weight of the rates at its last step.</param>
/// <param name="TrainReconstruction">Mean over the epoch's steps, while the parameters moved, nats.</param>
/// <param name="TrainRates">The same of z_1 … z_T.</param>
/// <param name="Test">On the test set, after the epoch.</param>
/// <param name="StepsPerSecond">Of the training steps alone.</param>
/// <param name="TrainingSeconds">Training time of the run so far, without evaluation.</param>
public sealed record HierarchyReport(
    int Epoch, double Beta, double TrainReconstruction, IReadOnlyList<double> TrainRates, HierarchyAccount Test,
    double StepsPerSecond, double TrainingSeconds)
{
    /// <summary>Mean of −ELBO over the epoch's steps, nats.</summary>
    public double TrainNegativeElbo => TrainReconstruction + TrainRates.Sum();
}

/// <summary>Trains a hierarchy on images: batches, plan, Adam, one report an epoch.</summary>
/// <remarks>
/// A step allocates nothing. With one level its steps are a VAE trainer's, and so are the parameters it ends
/// with.
/// </remarks>
public sealed class HierarchyTrainer
{
    readonly Device device;
    readonly DeviceImages train;
    readonly HierarchyPlan plan;
    readonly Remedy remedy;
    readonly Tensor sums;
    readonly Tensor[] parts;
    readonly StepGraph step;
    readonly int[] rows;
    readonly List<HierarchyReport> history = [];
    int stepInEpoch;

    /// <exception cref="UserError">The training set is smaller than one batch.</exception>
    public HierarchyTrainer(Device device, HierarchyRunOptions options, DataSplit data)
    {
        var vae = options.Vae;
        if (data.Train.N < vae.BatchSize)
            throw new UserError($"--batch {vae.BatchSize}",
                $"is more than the {data.Train.N} training images", "give a smaller batch");
        (this.device, Options, remedy) = (device, options, vae.Countermeasure);
        Vae = new(device, options.ShapeFor(data.Train.D), vae.Seed);
        Image = (data.Train.Height, data.Train.Width);
        Optimizer = new(device, Vae.Parameters);
        train = new(device, data.Train, vae.Levels);
        Evaluation = new(Vae, new(device, data.Test, vae.Levels), vae.Binarize);
        plan = Vae.TrainingPlan(vae.BatchSize, remedy.Term);
        sums = device.Arena.Allocate(1 + Vae.Shape.T, 1);
        parts = [.. Enumerable.Range(0, 1 + Vae.Shape.T).Select(i => sums.RowRange(i, 1))];
        step = device.Graph(Launches);
        rows = new int[data.Train.N];
        Weigh(0);
        ShuffleRows();
    }

    public HierarchyRunOptions Options { get; }

    public HierarchicalVae Vae { get; }

    public AdamOptimizer Optimizer { get; }

    /// <summary>Rows and columns of an image.</summary>
    public (int Height, int Width) Image { get; }

    /// <summary>What it learns from.</summary>
    public ImageSet TrainingSet => train.Images;

    /// <summary>The evaluation of the test set.</summary>
    public HierarchyEvaluation Evaluation { get; }

    public int StepsPerEpoch => rows.Length / Options.Vae.BatchSize;

    public long TotalSteps => (long)StepsPerEpoch * Options.Vae.Epochs;

    /// <summary>Finished epochs.</summary>
    public IReadOnlyList<HierarchyReport> History => history;

    public bool IsFinished => history.Count == Options.Vae.Epochs;

    /// <summary>Trains until the last epoch, or until cancelled between two steps.</summary>
    /// <exception cref="UserError">Training left the finite numbers.</exception>
    public void Run(Action<HierarchyReport> afterEpoch, CancellationToken cancellation)
    {
        while (!IsFinished)
        {
            ShuffleRows();
            device.Ops.Fill(sums, 0);
            var watch = Stopwatch.StartNew();
            for (stepInEpoch = 0; stepInEpoch < StepsPerEpoch;)
            {
                if (cancellation.IsCancellationRequested) return;
                Step();
            }
            device.Synchronize();
            var report = Report(watch.Elapsed.TotalSeconds);
            history.Add(report);
            afterEpoch(report);
        }
    }

    HierarchyReport Report(double seconds)
    {
        var totals = device.ToArray(sums).Select(sum => (double)sum / StepsPerEpoch).ToArray();
        var report = new HierarchyReport(
            history.Count + 1, Weights(Optimizer.Steps - 1).Beta, totals[0], totals[1..], Evaluation.Run(),
            StepsPerEpoch / seconds, seconds + (history.Count > 0 ? history[^1].TrainingSeconds : 0));
        if (double.IsFinite(report.Test.NegativeElbo + report.TrainNegativeElbo)) return report;
        throw new UserError(FormattableString.Invariant($"--lr {Options.Vae.LearningRate}"),
            $"training left the finite numbers in epoch {report.Epoch}",
            Options.Vae.IsGaussian ? "give a smaller --lr, or a larger --sigma" : "give a smaller --lr");
    }

    /// <summary>Continues after these epochs; parameters and moments are the caller's to restore.</summary>
    internal void Restore(IReadOnlyList<HierarchyReport> finished)
    {
        history.AddRange(finished);
        Optimizer.Steps = (long)finished.Count * StepsPerEpoch;
        Weigh(Optimizer.Steps);
    }

    /// <summary>One batch forward, backward and into Adam.</summary>
    public void Step()
    {
        step.Run();
        stepInEpoch++;
    }

    void Launches()
    {
        var number = Optimizer.Steps;
        var vae = Options.Vae;
        if (remedy.Moves) Weigh(number);
        var noise = new Noise(vae.Seed, (uint)number, Streams.Binarize);
        train.Batch(stepInEpoch * vae.BatchSize, plan.X, vae.Binarize, noise);
        plan.Run((uint)number);
        device.Ops.Add(plan.MeanNll, parts[0]);
        for (var t = 0; t < plan.MeanRates.Count; t++) device.Ops.Add(plan.MeanRates[t], parts[t + 1]);
        Optimizer.Step(AdamOptimizer.Rate(vae.Schedule, vae.LearningRate, number, TotalSteps));
    }

    KlWeights Weights(long number) => remedy.At(Options.Vae.Beta, number, StepsPerEpoch, TotalSteps);

    void Weigh(long number)
    {
        var weights = Weights(number);
        plan.SetBeta(weights.Beta, weights.Level);
    }

    void ShuffleRows()
    {
        Shuffle.Epoch(Options.Vae.Seed, history.Count, rows);
        train.Order(rows);
    }
}
