using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>
/// A trained <see cref="Denoiser"/> as an oracle: its answers are float32, what is made of them is double precision.
/// </summary>
public sealed class DenoiserOnHost
{
    /// <summary>Numbers in a batch: what a network keeps of one lies in memory all at once.</summary>
    const int LargestBatch = 1 << 16, MostRows = 4096, FewestRows = 64;

    readonly Denoiser denoiser;
    readonly PredictionTarget target;
    readonly Dictionary<int, (Plan Plan, Tensor Answer)> plans;
    readonly int[]? classes;

    /// <param name="denoiser">The network; it may be trained further.</param>
    /// <param name="target">What it answers with: ε, x or v.</param>
    /// <exception cref="ArgumentException">Another target.</exception>
    public DenoiserOnHost(Denoiser denoiser, PredictionTarget target) =>
        (this.denoiser, this.target, plans) = (denoiser, DiffusionPlan.Require(target), []);

    DenoiserOnHost(DenoiserOnHost free, int[] classes) =>
        (denoiser, target, plans, this.classes) = (free.denoiser, free.target, free.plans, classes);

    /// <summary>The same network, told that row n is of class <paramref name="classes"/>[n].</summary>
    /// <exception cref="ArgumentException">A class that the network does not know.</exception>
    public DenoiserOnHost Told(int[] classes)
    {
        foreach (var y in classes)
            if (y < 0 || y >= denoiser.Classes)
                throw new ArgumentException($"class {y}: the network knows {denoiser.Classes}, from 0 on");
        return new(this, classes);
    }

    /// <summary>x̂ of rows at one log-SNR; of as many as there are classes, where they are told.</summary>
    public void Denoise(ReadOnlySpan<double> z, double logSnr, Span<double> data)
    {
        var levels = new double[z.Length / denoiser.DataDim];
        Array.Fill(levels, logSnr);
        Each(z, levels, data);
    }

    /// <summary>
    /// x̂ of rows, each at its own log-SNR; of as many as there are classes, where they are told.
    /// </summary>
    /// <exception cref="ArgumentException">There are more or fewer rows than classes.</exception>
    public void Each(ReadOnlySpan<double> z, ReadOnlySpan<double> logSnr, Span<double> data)
    {
        if (classes is not null && classes.Length != logSnr.Length)
            throw new ArgumentException($"{logSnr.Length} rows and {classes.Length} classes: give as many of both");
        var D = denoiser.DataDim;
        var rows = Math.Clamp(LargestBatch / D, FewestRows, MostRows);
        for (var from = 0; from < logSnr.Length; from += rows)
        {
            var count = Math.Min(rows, logSnr.Length - from);
            Batch(z.Slice(from * D, count * D), logSnr.Slice(from, count),
                classes is null ? [] : classes.AsSpan(from, count), data.Slice(from * D, count * D));
        }
    }

    void Batch(ReadOnlySpan<double> z, ReadOnlySpan<double> logSnr, ReadOnlySpan<int> told, Span<double> data)
    {
        int B = logSnr.Length, D = denoiser.DataDim;
        if (!plans.TryGetValue(B, out var known)) plans[B] = known = Open(B);
        float[] points = new float[B * D], times = new float[B];
        for (var i = 0; i < points.Length; i++) points[i] = (float)z[i];
        for (var row = 0; row < B; row++)
            times[row] = row > 0 && logSnr[row] == logSnr[row - 1]
                ? times[row - 1]
                : (float)denoiser.Schedule.TimeOf(logSnr[row]);
        denoiser.Device.Upload(points, known.Plan.Input("z"));
        denoiser.Device.Upload(times, known.Plan.Input("t"));
        if (denoiser.Classes > 0)
        {
            var rowsOfClasses = new float[B * denoiser.Classes];
            for (var row = 0; row < told.Length; row++) rowsOfClasses[row * denoiser.Classes + told[row]] = 1;
            denoiser.Device.Upload(rowsOfClasses, known.Plan.Input(Denoiser.ClassesName));
        }
        known.Plan.Run(0);
        var answers = denoiser.Device.ToArray(known.Answer);
        for (var i = 0; i < answers.Length; i++)
            data[i] = Prediction.Data(target, answers[i], z[i], logSnr[i / D]);
    }

    (Plan, Tensor) Open(int B)
    {
        var graph = new Graph();
        var answer = denoiser.Predict(graph, graph.Input("z", B, denoiser.DataDim), graph.Input("t", B, 1));
        var plan = Plan.Evaluating(denoiser.Device, graph, denoiser.Parameters, denoiser.Seed, [answer]);
        denoiser.FillConstants(plan);
        return (plan, plan.TensorOf(answer));
    }
}
