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
    readonly DeviceImages train, test;
    readonly ClassLabels trainLabels, testLabels;
    readonly VibPlan plan;
    readonly Tensor sums, sumCrossEntropy, sumRate;
    readonly StepGraph step;
    readonly int[] rows;
    readonly Dictionary<int, VibPlan> evaluations = [];
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
        (train, test) = (new(device, data.Train), new(device, data.Test));
        trainLabels = new(device, data.Train, classes);
        testLabels = new(device, data.Test, classes);
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

    /// <summary>The account on the test set: the same draws at every evaluation.</summary>
    public BottleneckAccount Evaluate()
    {
        const int largestBatch = 500;
        var (N, C) = (test.Images.N, Vib.Shape.Classes);
        double crossEntropy = 0, rate = 0;
        int wrong = 0, wrongAtOnce = 0;
        float[] costs = new float[largestBatch], rates = new float[largestBatch], logits = new float[largestBatch * C];
        var probabilities = new double[largestBatch * C];
        for (var from = 0; from < N; from += largestBatch)
        {
            var count = Math.Min(largestBatch, N - from);
            if (!evaluations.TryGetValue(count, out var evaluation))
                evaluations[count] = evaluation = Vib.EvaluationPlan(count);
            test.Batch(from, evaluation.X, binarize: false, default);
            testLabels.Batch(from, evaluation.Y);
            Array.Clear(probabilities);
            for (var draw = 0; draw < Options.Draws; draw++)
            {
                evaluation.Run((uint)(from * Options.Draws + draw));
                device.Download(evaluation.CrossEntropy, costs.AsSpan(0, count));
                device.Download(evaluation.Logits, logits.AsSpan(0, count * C));
                for (var n = 0; n < count; n++)
                {
                    crossEntropy += costs[n];
                    AddProbabilities(logits.AsSpan(n * C, C), probabilities.AsSpan(n * C, C));
                }
                if (draw == 0) wrongAtOnce += Wrong(probabilities, from, count, C);
            }
            wrong += Wrong(probabilities, from, count, C);
            device.Download(evaluation.Rate, rates.AsSpan(0, count));
            for (var n = 0; n < count; n++) rate += rates[n];
        }
        var error = (double)wrong / N;
        return new(
            BottleneckAccount.EntropyOf(testLabels.Counts), crossEntropy / N / Options.Draws, rate / N, error,
            (double)wrongAtOnce / N, Math.Sqrt(error * (1 - error) / N));
    }

    static void AddProbabilities(ReadOnlySpan<float> logits, Span<double> probabilities)
    {
        double greatest = double.NegativeInfinity, sum = 0;
        foreach (var logit in logits) greatest = Math.Max(greatest, logit);
        foreach (var logit in logits) sum += Math.Exp(logit - greatest);
        for (var c = 0; c < logits.Length; c++) probabilities[c] += Math.Exp(logits[c] - greatest) / sum;
    }

    int Wrong(double[] probabilities, int from, int count, int C)
    {
        var wrong = 0;
        for (var n = 0; n < count; n++)
        {
            var best = 0;
            for (var c = 1; c < C; c++)
                if (probabilities[n * C + c] > probabilities[n * C + best]) best = c;
            if (best != testLabels[from + n]) wrong++;
        }
        return wrong;
    }
}
