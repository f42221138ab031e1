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
    readonly Dictionary<int, (Plan Plan, Tensor Answer)> plans = [];

    /// <param name="denoiser">The network; it may be trained further.</param>
    /// <param name="target">What it answers with: ε, x or v.</param>
    /// <exception cref="ArgumentException">Another target.</exception>
    public DenoiserOnHost(Denoiser denoiser, PredictionTarget target) =>
        (this.denoiser, this.target) = (denoiser, DiffusionPlan.Require(target));

    /// <summary>x̂ of rows at one log-SNR.</summary>
    public void Denoise(ReadOnlySpan<double> z, double logSnr, Span<double> data)
    {
        var levels = new double[z.Length / denoiser.DataDim];
        Array.Fill(levels, logSnr);
        Each(z, levels, data);
    }

    /// <summary>x̂ of rows, each at its own log-SNR.</summary>
    public void Each(ReadOnlySpan<double> z, ReadOnlySpan<double> logSnr, Span<double> data)
    {
        var D = denoiser.DataDim;
        var rows = Math.Clamp(LargestBatch / D, FewestRows, MostRows);
        for (var from = 0; from < logSnr.Length; from += rows)
        {
            var count = Math.Min(rows, logSnr.Length - from);
            Batch(z.Slice(from * D, count * D), logSnr.Slice(from, count), data.Slice(from * D, count * D));
        }
    }

    void Batch(ReadOnlySpan<double> z, ReadOnlySpan<double> logSnr, Span<double> data)
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
