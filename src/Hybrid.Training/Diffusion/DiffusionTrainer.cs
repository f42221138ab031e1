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
public sealed class DiffusionTrainer : EpochTrainer<DiffusionReport>
{
    readonly DiffusionPlan plan;
    readonly LossWeighting weighting;
    readonly LevelDraws draws;
    readonly LossByLevel? measured;
    readonly Tensor points, order, places, times, logSnr, weights;
    readonly ToldClasses? told;
    readonly int[] rows;
    readonly LevelDraws.Level[] levels;
    readonly float[] perRow;

    /// <exception cref="UserError">
    /// There are fewer points than a batch, a column never changes, or there are no classes to be told.
    /// </exception>
    public DiffusionTrainer(Device device, DiffusionRunOptions options, Points data)
        : base(device, new(options.Epochs, options.LearningRate, options.RateSchedule), measured: 1)
    {
        if (data.Picture is null) data.RequireSpread(1);
        if (data.N < options.BatchSize)
            throw new UserError($"--batch {options.BatchSize}", $"is more than the {data.N} points",
                "give a smaller batch");
        (Options, Data, Scale) = (options, data, PointScale.Of(data));
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
        (times, logSnr, weights) = (Column(), Column(), Column());
        if (options.Classes) told = new(device, data, options.ClassDropout, options.Seed, levels.Length);
    }

    public DiffusionRunOptions Options { get; }

    /// <summary>What it learns from.</summary>
    public Points Data { get; }

    /// <summary>How the points are scaled for the network.</summary>
    public PointScale Scale { get; }

    public Denoiser Denoiser { get; }

    /// <summary>The network with averaged parameters, which evaluations and samples use.</summary>
    public Denoiser Average { get; }

    public override AdamOptimizer Optimizer { get; }

    public override int StepsPerEpoch => Data.N / Options.BatchSize;

    protected override (DiffusionReport Report, bool IsFinite) Report(int epoch, double[] means, double seconds) =>
        (new(epoch, means[0], StepsPerEpoch / seconds), double.IsFinite(means[0]));

    /// <summary>Uploads order, levels and weights of an epoch, and what its rows are told.</summary>
    protected override void Prepare(int epoch)
    {
        Shuffle.Epoch(Options.Seed, epoch, rows);
        Device.Upload(rows, order);
        var now = measured is null ? draws : draws.From(measured.Measure(epoch));
        now.Fill(Denoiser.Schedule, Options.Seed, epoch, Options.BatchSize, levels);
        Upload(level => level.Time, times);
        Upload(level => level.LogSnr, logSnr);
        Upload(level => weighting.Factor(Options.Answer, level.LogSnr, level.Density) / Options.BatchSize, weights);
        told?.StartEpoch(epoch, rows);
    }

    void Upload(Func<LevelDraws.Level, double> of, Tensor to)
    {
        for (var i = 0; i < levels.Length; i++) perRow[i] = (float)of(levels[i]);
        Device.Upload(perRow, to);
    }

    #region step
    /// <summary>One batch forward, backward, into Adam and into the average.</summary>
    protected override void Launches()
    {
        var number = (uint)Optimizer.Steps;
        var from = StepInEpoch * Options.BatchSize;
        var ops = Device.Ops;
        ops.GatherRows(points, order.RowRange(from, plan.B), plan.X);
        ops.GatherRows(times, places.RowRange(from, plan.B), plan.T);
        ops.GatherRows(logSnr, places.RowRange(from, plan.B), plan.LogSnr);
        ops.GatherRows(weights, places.RowRange(from, plan.B), plan.Weight);
        told?.Batch(from, plan.Y);
        plan.Run(number);
        Measure(0, plan.MeanLoss);
        Optimizer.Step(LearningRate);
        // Young averages forget faster, so that the start's parameters do not stay in them.
        var kept = (float)Math.Min(Options.Average, (1.0 + number) / (10.0 + number));
        if (Options.Average == 0) kept = 0;
        Tensor average = Average.Parameters.Values, values = Denoiser.Parameters.Values;
        ops.SamplerStep(new(kept, 1 - kept, 0, 0, 0, 0, 0), average, values,
            [values, values, values, values], default, average);
    }
    #endregion
}
