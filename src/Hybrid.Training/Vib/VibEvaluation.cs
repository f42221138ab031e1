using Hybrid.Devices;
using Hybrid.Information;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>Measures a bottleneck on a whole set: the same draws of z at every evaluation.</summary>
public sealed class VibEvaluation
{
    const int LargestBatch = 500;

    readonly Vib vib;
    readonly DeviceImages images;
    readonly ClassLabels labels;
    readonly int draws;
    readonly Dictionary<int, VibPlan> plans = [];

    /// <param name="vib">The model.</param>
    /// <param name="images">With their classes.</param>
    /// <param name="draws">Of z, whose class probabilities are averaged.</param>
    /// <exception cref="UserError">There are no classes.</exception>
    public VibEvaluation(Vib vib, ImageSet images, int draws)
    {
        (this.vib, this.draws) = (vib, draws);
        this.images = new(vib.Device, images);
        labels = new(vib.Device, images, vib.Shape.Classes);
    }

    /// <summary>Both bounds of the information plane, and the errors.</summary>
    public BottleneckAccount Run()
    {
        var (N, C) = (images.Images.N, vib.Shape.Classes);
        double crossEntropy = 0, rate = 0;
        int wrong = 0, wrongAtOnce = 0;
        float[] costs = new float[LargestBatch], rates = new float[LargestBatch], logits = new float[LargestBatch * C];
        var probabilities = new double[LargestBatch * C];
        for (var from = 0; from < N; from += LargestBatch)
        {
            var count = Math.Min(LargestBatch, N - from);
            if (!plans.TryGetValue(count, out var plan)) plans[count] = plan = vib.EvaluationPlan(count);
            images.Batch(from, plan.X, binarize: false, default);
            labels.Batch(from, plan.Y);
            Array.Clear(probabilities);
            for (var draw = 0; draw < draws; draw++)
            {
                plan.Run((uint)(from * draws + draw));
                vib.Device.Download(plan.CrossEntropy, costs.AsSpan(0, count));
                vib.Device.Download(plan.Logits, logits.AsSpan(0, count * C));
                for (var n = 0; n < count; n++)
                {
                    crossEntropy += costs[n];
                    Vib.AddProbabilities(logits.AsSpan(n * C, C), probabilities.AsSpan(n * C, C));
                }
                if (draw == 0) wrongAtOnce += Wrong(probabilities, from, count, C);
            }
            wrong += Wrong(probabilities, from, count, C);
            vib.Device.Download(plan.Rate, rates.AsSpan(0, count));
            for (var n = 0; n < count; n++) rate += rates[n];
        }
        var error = (double)wrong / N;
        return new(
            BottleneckAccount.EntropyOf(labels.Counts), crossEntropy / N / draws, rate / N, error,
            (double)wrongAtOnce / N, Math.Sqrt(error * (1 - error) / N));
    }

    int Wrong(double[] probabilities, int from, int count, int C)
    {
        var wrong = 0;
        for (var n = 0; n < count; n++)
        {
            var best = 0;
            for (var c = 1; c < C; c++)
                if (probabilities[n * C + c] > probabilities[n * C + best]) best = c;
            if (best != labels[from + n]) wrong++;
        }
        return wrong;
    }
}
