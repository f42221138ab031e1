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
    int Epoch, double Beta, double TrainReconstruction, IReadOnlyList<double> TrainRates,
    HierarchyAccount Test, double StepsPerSecond, double TrainingSeconds)
{
    /// <summary>Mean of −ELBO over the epoch's steps, nats.</summary>
    public double TrainNegativeElbo => TrainReconstruction + TrainRates.Sum();
}

/// <summary>Trains a hierarchy on images: batches, plan, Adam, one report an epoch.</summary>
/// <remarks>
/// With one level its steps are a VAE trainer's, and so are the parameters it ends with.
/// </remarks>
public sealed class HierarchyTrainer : EpochTrainer<HierarchyReport>
{
    readonly DeviceImages train;
    readonly HierarchyPlan plan;
    readonly Remedy remedy;
    readonly int[] rows;

    /// <exception cref="UserError">The training set is smaller than one batch.</exception>
    public HierarchyTrainer(Device device, HierarchyRunOptions options, DataSplit data)
        : base(device, new(options.Vae.Epochs, options.Vae.LearningRate, options.Vae.Schedule),
            measured: 1 + options.Latents.Length)
    {
        var vae = options.Vae;
        data.Train.RequireBatch(vae.BatchSize);
        (Options, remedy) = (options, vae.Countermeasure);
        Vae = new(device, options.ShapeFor(data.Train.D), vae.Seed);
        Optimizer = new(device, Vae.Parameters);
        train = new(device, data.Train, vae.Levels);
        Evaluation = new(Vae, new(device, data.Test, vae.Levels), vae.Binarize);
        plan = Vae.TrainingPlan(vae.BatchSize, remedy.Term);
        rows = new int[data.Train.N];
        Weigh(0);
        Prepare(0);
    }

    public HierarchyRunOptions Options { get; }

    public HierarchicalVae Vae { get; }

    public override AdamOptimizer Optimizer { get; }

    /// <summary>What it learns from.</summary>
    public ImageSet TrainingSet => train.Images;

    /// <summary>The evaluation of the test set.</summary>
    public HierarchyEvaluation Evaluation { get; }

    public override int StepsPerEpoch => rows.Length / Options.Vae.BatchSize;

    protected override string Fix => Options.Vae.IsGaussian
        ? "give a smaller --lr, or a larger --sigma"
        : "give a smaller --lr";

    protected override void Prepare(int epoch)
    {
        Shuffle.Epoch(Options.Vae.Seed, epoch, rows);
        train.Order(rows);
    }

    protected override void Launches()
    {
        var number = Optimizer.Steps;
        var vae = Options.Vae;
        if (remedy.Moves) Weigh(number);
        var noise = new Noise(vae.Seed, (uint)number, Streams.Binarize);
        train.Batch(StepInEpoch * vae.BatchSize, plan.X, vae.Binarize, noise);
        plan.Run((uint)number);
        Measure(0, plan.MeanNll);
        for (var t = 0; t < plan.MeanRates.Count; t++) Measure(t + 1, plan.MeanRates[t]);
        Optimizer.Step(LearningRate);
    }

    protected override (HierarchyReport Report, bool IsFinite) Report(
        int epoch, double[] means, double seconds)
    {
        var report = new HierarchyReport(
            epoch, Weights(Optimizer.Steps - 1).Beta, means[0], means[1..], Evaluation.Run(),
            StepsPerEpoch / seconds, seconds + (History.Count > 0 ? History[^1].TrainingSeconds : 0));
        return (report, double.IsFinite(report.Test.NegativeElbo + report.TrainNegativeElbo));
    }

    protected override void Restored() => Weigh(Optimizer.Steps);

    KlWeights Weights(long number) => remedy.At(Options.Vae.Beta, number, StepsPerEpoch, TotalSteps);

    void Weigh(long number)
    {
        var weights = Weights(number);
        plan.SetBeta(weights.Beta, weights.Level);
    }
}
