using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>A trained <see cref="Denoiser"/> as samplers ask for it: x̂ of B rows at one log-SNR.</summary>
public sealed class NoisePredictor
{
    readonly Device device;
    readonly Plan plan;
    readonly Tensor z, t, prediction;
    readonly float[] time;

    /// <summary>Takes memory for B rows.</summary>
    public NoisePredictor(Denoiser denoiser, int B)
    {
        device = denoiser.Device;
        var graph = new Graph();
        var value = denoiser.Predict(graph, graph.Input("z", B, denoiser.Shape.DataDim), graph.Input("t", B, 1));
        plan = Plan.Evaluating(device, graph, denoiser.Parameters, denoiser.Seed, [value]);
        device.Upload(denoiser.Frequencies(), plan.Input("frequencies"));
        (z, t, prediction) = (plan.Input("z"), plan.Input("t"), plan.TensorOf(value));
        time = new float[B];
    }

    /// <summary>x̂ = (z − σε̂)/α, with the time at which the cosine schedule has this log-SNR.</summary>
    /// <exception cref="ArgumentException">A level that the schedule does not have.</exception>
    public void Denoise(Tensor from, double logSnr, Tensor data)
    {
        if (!(Math.Abs(logSnr) <= NoiseSchedule.Bound + 1e-9))
            throw new ArgumentException(
                $"log-SNR {logSnr}: the network was trained on {-NoiseSchedule.Bound} to {NoiseSchedule.Bound}");
        Array.Fill(time, (float)NoiseSchedule.Cosine.TimeOf(logSnr));
        device.Upload(time, t);
        Take(1, 0, from, z);
        plan.Run(0);
        double alpha = Diffuse.Alpha(new F64(logSnr)).V, sigma = Diffuse.Sigma(new F64(logSnr)).V;
        Take(1 / alpha, -sigma / alpha, from, data);
    }

    void Take(double ofPoint, double ofNoise, Tensor from, Tensor to) => device.Ops.SamplerStep(
        new((float)ofPoint, 0, (float)ofNoise, 0, 0, 0, 0), from, from,
        [prediction, prediction, prediction, prediction], default, to);
}
