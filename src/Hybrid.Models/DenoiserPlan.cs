using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>Noise prediction for a fixed batch, ready to run: fill <see cref="X"/>, run, read.</summary>
public sealed class DenoiserPlan
{
    const string Weight = "weight/loss";

    internal DenoiserPlan(Denoiser denoiser, int B, bool training, bool given)
    {
        this.B = B;
        var device = denoiser.Device;
        var graph = new Graph();
        var values = denoiser.Build(graph, B, given);
        var mean = graph.Mean(values.Loss);
        Plan = training
            ? Plan.Training(device, graph, denoiser.Parameters, denoiser.Seed,
                [(values.Loss, Weight)], [mean])
            : Plan.Evaluating(device, graph, denoiser.Parameters, denoiser.Seed,
                [mean, values.Loss, values.Prediction]);
        if (training) Plan.Set(Weight, 1f / B);
        else (Loss, Prediction) = (Plan.TensorOf(values.Loss), Plan.TensorOf(values.Prediction));
        denoiser.FillConstants(Plan);
        (X, MeanLoss) = (Plan.Input("x"), Plan.TensorOf(mean));
        if (given) (T, Eps) = (Plan.Input("t"), Plan.Input("eps"));
    }

    /// <summary>Rows of a batch.</summary>
    public int B { get; }

    public Plan Plan { get; }

    /// <summary>The batch, [B, D]: fill before a run.</summary>
    public Tensor X { get; }

    /// <summary>Times in [0, 1], [B, 1]: fill before a run, where the plan does not draw them.</summary>
    public Tensor T { get; }

    /// <summary>Standard normal noise, [B, D]: fill before a run, where the plan does not draw it.</summary>
    public Tensor Eps { get; }

    /// <summary>Mean over the rows of Σ_d (prediction − ε)², [1, 1].</summary>
    public Tensor MeanLoss { get; }

    /// <summary>Per row, [B, 1]; evaluation only, like the following.</summary>
    public Tensor Loss { get; }

    /// <summary>The noise that the network sees, [B, D].</summary>
    public Tensor Prediction { get; }

    /// <summary>
    /// Runs with the times and noise of <paramref name="step"/>, where the plan draws them.
    /// </summary>
    public void Run(uint step) => Plan.Run(step);
}
