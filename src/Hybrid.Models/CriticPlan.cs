using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>
/// InfoNCE for a fixed batch, ready to run: fill <see cref="X"/> and <see cref="Y"/>, run, read.
/// </summary>
/// <remarks>
/// Row i of x and row i of y are drawn together; every other y of the batch is a negative of x_i. In
/// expectation ln B − mean nll is at most I(x; y), and it is never above ln B (van den Oord et al. 2018,
/// arXiv:1807.03748, eq. 5; Poole et al. 2019, arXiv:1905.06922, eq. 12).
/// </remarks>
public sealed class CriticPlan
{
    const string Weight = "weight/nll";

    readonly Device device;

    internal CriticPlan(Critic critic, int B, bool training)
    {
        this.B = B;
        device = critic.Device;
        var graph = new Graph();
        var x = graph.Input("x", B, critic.Shape.XDim);
        var y = graph.Input("y", B, critic.Shape.YDim);
        var scores = critic.Scores(graph, x, y);
        var nll = graph.InfoNceRows(scores);
        var mean = graph.Mean(nll);
        Plan = training
            ? Plan.Training(device, graph, critic.Parameters, critic.Seed, [(nll, Weight)], [mean])
            : Plan.Evaluating(device, graph, critic.Parameters, critic.Seed, [mean, nll, scores]);
        if (training) Plan.Set(Weight, 1f / B);
        else (Nll, Scores) = (Plan.TensorOf(nll), Plan.TensorOf(scores));
        (X, Y, MeanNll) = (Plan.Input("x"), Plan.Input("y"), Plan.TensorOf(mean));
    }

    /// <summary>Pairs of a batch.</summary>
    public int B { get; }

    public Plan Plan { get; }

    /// <summary>[B, Dx]: fill before a run.</summary>
    public Tensor X { get; }

    /// <summary>[B, Dy]: fill before a run.</summary>
    public Tensor Y { get; }

    /// <summary>Mean −log p(own partner), nats, [1, 1].</summary>
    public Tensor MeanNll { get; }

    /// <summary>Per row, nats, [B, 1]; evaluation only, like the following.</summary>
    public Tensor Nll { get; }

    /// <summary>[B, B].</summary>
    public Tensor Scores { get; }

    /// <summary>The most that the bound can say, whatever the critic: ln B nats.</summary>
    public double Ceiling => Math.Log(B);

    /// <summary>Waits for the device: the lower bound on I(x; y), ln B − mean nll, in nats.</summary>
    public double BoundNats() => Ceiling - device.ToArray(MeanNll)[0];

    public void Run() => Plan.Run(0);
}
