using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>A trained <see cref="Denoiser"/> as samplers ask for it: x̂ of B rows at one log-SNR.</summary>
public sealed class NoisePredictor
{
    readonly Device device;
    readonly NoiseSchedule schedule;
    readonly Plan plan;
    readonly Tensor z, t, prediction;
    readonly float[] time;
    readonly PredictionTarget target;

    /// <summary>An end that was computed twice is no level beyond it.</summary>
    const double Rounding = 1e-9;

    /// <summary>Takes memory for B rows of a network that answers with ε, x or v.</summary>
    /// <exception cref="ArgumentException">Another target.</exception>
    public NoisePredictor(Denoiser denoiser, int B, PredictionTarget target = PredictionTarget.Noise)
    {
        this.target = DiffusionPlan.Require(target);
        (device, schedule) = (denoiser.Device, denoiser.Schedule);
        var graph = new Graph();
        var value = denoiser.Predict(graph, graph.Input("z", B, denoiser.DataDim), graph.Input("t", B, 1));
        plan = Plan.Evaluating(device, graph, denoiser.Parameters, denoiser.Seed, [value]);
        denoiser.FillConstants(plan);
        (z, t, prediction) = (plan.Input("z"), plan.Input("t"), plan.TensorOf(value));
        time = new float[B];
    }

    /// <summary>
    /// x̂ from z and the answer, such as (z − σε̂)/α, with the time at which the network's schedule has this
    /// log-SNR.
    /// </summary>
    /// <exception cref="ArgumentException">A level that the schedule does not have.</exception>
    public void Denoise(Tensor from, double logSnr, Tensor data)
    {
        var (cleanest, noisiest) = schedule.Ends;
        if (!(logSnr <= cleanest + Rounding && logSnr >= noisiest - Rounding))
            throw new ArgumentException($"log-SNR {logSnr}: the network was trained on {noisiest} to {cleanest}");
        Array.Fill(time, (float)schedule.TimeOf(logSnr));
        device.Upload(time, t);
        Take(1, 0, from, z);
        plan.Run(0);
        // x̂ is linear in both, so the conversion says its weights itself.
        Take(Prediction.Data(target, 0, 1, logSnr), Prediction.Data(target, 1, 0, logSnr), from, data);
    }

    void Take(double ofPoint, double ofNoise, Tensor from, Tensor to) => device.Ops.SamplerStep(
        new((float)ofPoint, 0, (float)ofNoise, 0, 0, 0, 0), from, from,
        [prediction, prediction, prediction, prediction], default, to);
}
