using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What one epoch achieved.</summary>
/// <param name="Epoch">1, 2, …</param>
/// <param name="Train">Mean over the epoch's steps, while the parameters moved; no active units.</param>
/// <param name="Test">On the test set, after the epoch.</param>
/// <param name="StepsPerSecond">Of the training steps alone.</param>
/// <param name="TrainingSeconds">Training time of the run so far, without evaluation.</param>
/// <param name="Weights">What its last step weighed the KL with.</param>
/// <param name="EncoderSteps">Steps of the encoder alone so far (<see cref="RemedyKind.Aggressive"/>).</param>
/// <param name="TotalCorrelation">On the test set, where the objective weighs it.</param>
public sealed record EpochReport(
    int Epoch, ElboAccount Train, ElboAccount Test, double StepsPerSecond, double TrainingSeconds, KlWeights Weights,
    long EncoderSteps, TotalCorrelationReport? TotalCorrelation = null);

/// <summary>TC of the test set's codes, nats.</summary>
/// <param name="Exact">
/// By the data set's own q(z), at one draw of each posterior; NaN where p(z) does not factorise.
/// </param>
/// <param name="Discriminator">What a discriminator makes of the same draws; NaN without one.</param>
public sealed record TotalCorrelationReport(double Exact, double Discriminator);

/// <summary>Where a run stands: enough to continue it as if it had never stopped.</summary>
public sealed record VaeProgress(
    int Epoch, int StepInEpoch, float SumNll, float SumKl, double EpochSeconds, long EncoderSteps,
    EpochReport[] History);

/// <summary>Trains a VAE: batches, plan, Adam, one report an epoch.</summary>
/// <remarks>A step allocates nothing; whatever is left of the training set after whole batches waits for
/// the next epoch's shuffle.</remarks>
public sealed class VaeTrainer
{
    readonly Device device;
    readonly DeviceImages train;
    readonly VaePlan plan;
    readonly Remedy remedy;
    readonly Objective aim;
    readonly Tensor sums, sumNll, sumKl;
    readonly AggressiveUpdates? aggressive;
    readonly StepGraph aggressiveStep, step;
    readonly int[] rows;
    readonly List<EpochReport> history = [];
    readonly Stopwatch watch = new();
    int epoch, stepInEpoch;
    double epochSeconds;

    /// <exception cref="UserError">The training set is smaller than one batch.</exception>
    public VaeTrainer(Device device, VaeRunOptions options, DataSplit data)
    {
        data.Train.RequireBatch(options.BatchSize);
        this.device = device;
        Options = options;
        Vae = new(device, options.ShapeFor(data.Train.D), options.Seed);
        Optimizer = new(device, Vae.Parameters);
        train = new(device, data.Train, options.Levels);
        TestSet = data.Test;
        Evaluation = new(Vae, new(device, data.Test, options.Levels), options.Binarize);
        remedy = options.Countermeasure;
        aim = options.Aim;
        plan = aim.Bound is { } bound
            ? Vae.TrainingPlan(options.BatchSize, bound)
            : Vae.TrainingPlan(options.BatchSize, remedy.Term, aim.Penalty?.For(Vae.Shape, data.Train.N));
        sums = device.Arena.Allocate(2, 1);
        (sumNll, sumKl) = (sums.RowRange(0, 1), sums.RowRange(1, 1));
        if (remedy.Kind == RemedyKind.Aggressive) aggressive = new(device, this, plan);
        // A graph's launches are always the same; without the encoder's update they are others.
        step = device.Graph(Launches);
        aggressiveStep = aggressive is null ? step : device.Graph(Launches);
        rows = new int[data.Train.N];
        if (aim.Bound is null) Weigh(Weights(0));
        ShuffleRows();
    }

    public VaeRunOptions Options { get; }

    /// <summary>What it learns from.</summary>
    public ImageSet TrainingSet => train.Images;

    /// <summary>What it is measured on.</summary>
    public ImageSet TestSet { get; }

    public Vae Vae { get; }

    public AdamOptimizer Optimizer { get; }

    /// <summary>The evaluation of the test set.</summary>
    public VaeEvaluation Evaluation { get; }

    public int StepsPerEpoch => rows.Length / Options.BatchSize;

    public long TotalSteps => (long)StepsPerEpoch * Options.Epochs;

    /// <summary>Finished epochs.</summary>
    public IReadOnlyList<EpochReport> History => history;

    public bool IsFinished => epoch == Options.Epochs;

    /// <summary>Called after every step with the number of steps done.</summary>
    public Action<long>? AfterStep { get; set; }

    /// <summary>Called after every epoch.</summary>
    public Action<EpochReport>? AfterEpoch { get; set; }

    /// <summary>Trains until the last epoch, or until cancelled between two steps.</summary>
    public void Run(CancellationToken cancellation)
    {
        while (!IsFinished && !cancellation.IsCancellationRequested)
        {
            using var range = device.Range("epoch"u8);
            watch.Restart();
            while (stepInEpoch < StepsPerEpoch && !cancellation.IsCancellationRequested)
            {
                Step();
                AfterStep?.Invoke(Optimizer.Steps);
            }
            device.Synchronize();
            epochSeconds += watch.Elapsed.TotalSeconds;
            if (stepInEpoch == StepsPerEpoch) FinishEpoch();
        }
    }

    /// <summary>Of the step that comes next.</summary>
    internal double LearningRate =>
        AdamOptimizer.Rate(Options.Schedule, Options.LearningRate, Optimizer.Steps, TotalSteps);

    #region step
    /// <summary>One batch forward, backward and into Adam.</summary>
    public void Step()
    {
        using var range = device.Range("step"u8);
        aggressive?.CatchUp();
        (aggressive is { IsActive: true } ? aggressiveStep : step).Run();
        stepInEpoch++;
    }

    void Launches()
    {
        if (remedy.Moves) Weigh(Weights(Optimizer.Steps));
        Forward(stepInEpoch, (uint)Optimizer.Steps);
        device.Ops.Add(plan.MeanNll, sumNll);
        device.Ops.Add(plan.MeanKl, sumKl);
        if (aggressive is null) Optimizer.Step(LearningRate);
        else aggressive.Update(LearningRate);
    }

    /// <summary>
    /// A batch of this epoch's order through the plan; <paramref name="number"/> selects the noise.
    /// </summary>
    internal void Forward(int batch, uint number)
    {
        var noise = new Noise(Options.Seed, number, Streams.Binarize);
        train.Batch(batch * Options.BatchSize, plan.X, Options.Binarize, noise);
        plan.Run(number);
    }
    #endregion

    KlWeights Weights(long number) => remedy.At(Options.Beta * aim.KlShare, number, StepsPerEpoch, TotalSteps);

    void Weigh(KlWeights weights) => plan.SetBeta(weights.Beta, weights.Level);

    void FinishEpoch()
    {
        var totals = device.ToArray(sums);
        var training = new ElboAccount(
            (double)totals[0] / StepsPerEpoch, (double)totals[1] / StepsPerEpoch, double.NaN, double.NaN, -1,
            Vae.Shape.DataDim);
        RequireFinite(training);
        var (test, rate) = Evaluate();
        RequireFinite(test);
        var seconds = epochSeconds + (history.Count > 0 ? history[^1].TrainingSeconds : 0);
        var report = new EpochReport(++epoch, training, test, StepsPerEpoch / epochSeconds, seconds,
            Weights(Optimizer.Steps - 1), aggressive?.EncoderSteps ?? 0,
            aim.WeighsTotalCorrelation ? new(rate.TotalCorrelation, rate.DiscriminatorTotalCorrelation) : null);
        history.Add(report);
        Judge();
        stepInEpoch = 0;
        epochSeconds = 0;
        device.Ops.Fill(sums, 0);
        ShuffleRows();
        AfterEpoch?.Invoke(report);
    }

    void Judge() => aggressive?.Judge(history.Select(report => report.Test.MutualInformation));

    (ElboAccount Elbo, RateAccount Rate) Evaluate()
    {
        using var range = device.Range("evaluate"u8);
        return Evaluation.Account();
    }

    void ShuffleRows()
    {
        Shuffle.Epoch(Options.Seed, epoch, rows);
        train.Order(rows);
    }

    void RequireFinite(in ElboAccount account)
    {
        if (double.IsFinite(account.NegativeElbo)) return;
        throw new UserError(FormattableString.Invariant($"--lr {Options.LearningRate}"),
            $"training left the finite numbers in epoch {epoch + 1}",
            Options.IsGaussian ? "give a smaller --lr, or a larger --sigma" : "give a smaller learning rate");
    }

    /// <summary>The state that <see cref="Restore"/> takes back.</summary>
    public VaeProgress Progress()
    {
        var totals = device.ToArray(sums);
        return new(epoch, stepInEpoch, totals[0], totals[1], epochSeconds, aggressive?.EncoderSteps ?? 0, [.. history]);
    }

    /// <summary>
    /// Continues where another trainer stood; parameters and moments are the caller's to restore.
    /// </summary>
    public void Restore(VaeProgress progress)
    {
        (epoch, stepInEpoch, epochSeconds) = (progress.Epoch, progress.StepInEpoch, progress.EpochSeconds);
        history.Clear();
        history.AddRange(progress.History);
        if (aggressive is not null) aggressive.EncoderSteps = progress.EncoderSteps;
        Judge();
        device.Upload([progress.SumNll, progress.SumKl], sums);
        ShuffleRows();
    }
}
