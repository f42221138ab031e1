using System.Diagnostics;
using Hybrid.Devices;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>What one epoch achieved.</summary>
/// <param name="Epoch">1, 2, …</param>
/// <param name="TrainError">Σ_d (answer − target)² as training drew it: the mean over the epoch's rows.</param>
/// <param name="StepsPerSecond">Of the training steps alone.</param>
public sealed record DiffusionReport(int Epoch, double TrainError, double StepsPerSecond);

/// <summary>
/// Trains a time-conditioned network on points or pictures: levels, plan, Adam, an average of the parameters.
/// </summary>
/// <remarks>
/// An epoch's order, levels and weights are uploaded at its start; a step then allocates and copies nothing, and is
/// one graph on a GPU. Points are scaled to mean 0 and variance 1 in every column, pictures to [−1, 1].
/// </remarks>
public sealed class DiffusionTrainer
{
    readonly Device device;
    readonly DiffusionPlan plan;
    readonly LossWeighting weighting;
    readonly LevelDraws draws;
    readonly LossByLevel? measured;
    readonly Tensor points, order, places, times, logSnr, weights, sum;
    readonly ToldClasses? told;
    readonly StepGraph step;
    readonly int[] rows;
    readonly LevelDraws.Level[] levels;
    readonly float[] perRow;
    readonly List<DiffusionReport> history = [];
    int stepInEpoch;

    /// <exception cref="UserError">
    /// There are fewer points than a batch, a column never changes, or there are no classes to be told.
    /// </exception>
    public DiffusionTrainer(Device device, DiffusionRunOptions options, Points data)
    {
        if (data.Picture is null) data.RequireSpread(1);
        if (data.N < options.BatchSize)
            throw new UserError($"--batch {options.BatchSize}", $"is more than the {data.N} points",
                "give a smaller batch");
        (this.device, Options, Data, Scale) = (device, options, data, PointScale.Of(data));
        var shape = new DataShape(data.D, data.Picture, options.Classes ? data.RequireClasses().Max() + 1 : 0);
        Denoiser = options.Network.Open(device, options, shape);
        Average = options.Network.Open(device, options, shape);
        Optimizer = new(device, Denoiser.Parameters, options.Clip);
        (weighting, draws) = (options.Weighting, LevelDraws.Parse(options.Times, options.Levels));
        measured = draws.Learns ? new(Average, options, Scale, data) : null;
        plan = new(Denoiser, options.BatchSize, options.Answer);
        rows = new int[data.N];
        levels = new LevelDraws.Level[StepsPerEpoch * options.BatchSize];
        perRow = new float[levels.Length];
        points = device.From(Array.ConvertAll(Scale.Apply(data.Values), value => (float)value), data.N, data.D);
        (order, places) = (device.Arena.Allocate(data.N, 1), device.Arena.Allocate(data.N, 1));
        device.Upload([.. Enumerable.Range(0, data.N)], places);
        Tensor Column() => device.Arena.Allocate(levels.Length, 1);
        (times, logSnr, weights, sum) = (Column(), Column(), Column(), device.Arena.Allocate(1, 1));
        if (options.Classes) told = new(device, data, options.ClassDropout, options.Seed, levels.Length);
        step = device.Graph(Launches);
    }

    public DiffusionRunOptions Options { get; }

    /// <summary>What it learns from.</summary>
    public Points Data { get; }

    /// <summary>How the points are scaled for the network.</summary>
    public PointScale Scale { get; }

    public Denoiser Denoiser { get; }

    /// <summary>The network with averaged parameters, which evaluations and samples use.</summary>
    public Denoiser Average { get; }

    public AdamOptimizer Optimizer { get; }

    public int StepsPerEpoch => Data.N / Options.BatchSize;

    public long TotalSteps => (long)StepsPerEpoch * Options.Epochs;

    /// <summary>Finished epochs.</summary>
    public IReadOnlyList<DiffusionReport> History => history;

    public bool IsFinished => history.Count >= Options.Epochs;

    /// <summary>Trains until the last epoch, or until cancelled between two steps.</summary>
    /// <exception cref="UserError">Training left the finite numbers.</exception>
    public void Run(Action<DiffusionReport> afterEpoch, CancellationToken cancellation)
    {
        while (!IsFinished)
        {
            StartEpoch();
            var watch = Stopwatch.StartNew();
            while (stepInEpoch < StepsPerEpoch)
            {
                if (cancellation.IsCancellationRequested) return;
                Step();
            }
            device.Synchronize();
            var seconds = watch.Elapsed.TotalSeconds;
            var report = new DiffusionReport(
                history.Count + 1, device.ToArray(sum)[0] / StepsPerEpoch, StepsPerEpoch / seconds);
            if (!double.IsFinite(report.TrainError))
                throw new UserError(FormattableString.Invariant($"--lr {Options.LearningRate}"),
                    $"training left the finite numbers in epoch {report.Epoch}", "give a smaller learning rate");
            history.Add(report);
            afterEpoch(report);
        }
    }

    /// <summary>Continues after these epochs; parameters, average and moments are the caller's to restore.</summary>
    internal void Restore(IReadOnlyList<DiffusionReport> finished)
    {
        history.AddRange(finished);
        Optimizer.Steps = (long)finished.Count * StepsPerEpoch;
    }

    /// <summary>Uploads order, levels and weights of the next epoch, before its first <see cref="Step"/>.</summary>
    public void StartEpoch()
    {
        Shuffle.Epoch(Options.Seed, history.Count, rows);
        device.Upload(rows, order);
        var now = measured is null ? draws : draws.From(measured.Measure(history.Count));
        now.Fill(Denoiser.Schedule, Options.Seed, history.Count, Options.BatchSize, levels);
        Upload(level => level.Time, times);
        Upload(level => level.LogSnr, logSnr);
        Upload(level => weighting.Factor(Options.Answer, level.LogSnr, level.Density) / Options.BatchSize, weights);
        told?.StartEpoch(history.Count, rows);
        device.Ops.Fill(sum, 0);
        stepInEpoch = 0;
    }

    void Upload(Func<LevelDraws.Level, double> of, Tensor to)
    {
        for (var i = 0; i < levels.Length; i++) perRow[i] = (float)of(levels[i]);
        device.Upload(perRow, to);
    }

    /// <summary>One batch forward, backward, into Adam and into the average.</summary>
    public void Step()
    {
        step.Run();
        stepInEpoch++;
    }

    #region step
    void Launches()
    {
        var number = (uint)Optimizer.Steps;
        var from = stepInEpoch * Options.BatchSize;
        var ops = device.Ops;
        ops.GatherRows(points, order.RowRange(from, plan.B), plan.X);
        ops.GatherRows(times, places.RowRange(from, plan.B), plan.T);
        ops.GatherRows(logSnr, places.RowRange(from, plan.B), plan.LogSnr);
        ops.GatherRows(weights, places.RowRange(from, plan.B), plan.Weight);
        told?.Batch(from, plan.Y);
        plan.Run(number);
        ops.Add(plan.MeanLoss, sum);
        Optimizer.Step(AdamOptimizer.Rate(Options.RateSchedule, Options.LearningRate, number, TotalSteps));
        // Young averages forget faster, so that the start's parameters do not stay in them.
        var kept = (float)Math.Min(Options.Average, (1.0 + number) / (10.0 + number));
        if (Options.Average == 0) kept = 0;
        Tensor average = Average.Parameters.Values, values = Denoiser.Parameters.Values;
        ops.SamplerStep(new(kept, 1 - kept, 0, 0, 0, 0, 0), average, values,
            [values, values, values, values], default, average);
    }
    #endregion
}
