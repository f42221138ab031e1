using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>
/// Draws of z_1 … z_T from the posterior of one example, and what each is worth: p(x, z_1 … z_T) / q(z_1 …
/// z_T | x).
/// </summary>
/// <remarks>
/// The mean of the weights is p(x), whatever q is (Burda, Grosse &amp; Salakhutdinov 2016, arXiv:1509.00519,
/// eq. 8). What x alone says is given, one row of each level that all draws read; the draws are the plan's.
/// </remarks>
public sealed class HierarchyImportancePlan
{
    readonly Device device;
    readonly Plan plan;
    readonly Tensor x;
    readonly (Tensor Mu, Tensor LogVar)[] evidence;

    internal HierarchyImportancePlan(HierarchicalVae vae, int rows)
    {
        (device, Rows) = (vae.Device, rows);
        var shape = vae.Shape;
        var given = shape.Inference == Inference.BottomUp ? 1 : shape.T;
        var graph = new Graph();
        Value Repeated(string name, int cols) => graph.BroadcastRows(graph.Input(name, cols, 1), rows);
        (Value, Value)[] said =
        [
            .. Enumerable.Range(0, given).Select(t =>
                (Repeated(Mu(t), shape.Latents[t]), Repeated(LogVar(t), shape.Latents[t]))),
        ];
        var levels = vae.Levels(graph, said);
        var surprise = vae.DecoderNll(graph, Repeated("x", shape.DataDim), levels[0].Z);
        foreach (var level in levels) surprise = graph.Plus(surprise, level.LogRatio);
        // Noise of its own: neither training's nor that of the −ELBO.
        plan = Plan.Evaluating(device, graph, vae.Parameters, vae.Seed ^ 0x2545F4914F6CDD1D, [surprise]);
        shape.Likelihood.SetConstants(plan);
        x = plan.Input("x");
        evidence = [.. Enumerable.Range(0, given).Select(t => (plan.Input(Mu(t)), plan.Input(LogVar(t))))];
        Surprise = plan.TensorOf(surprise);

        static string Mu(int t) => $"mu/{t + 1}";

        static string LogVar(int t) => $"logVar/{t + 1}";
    }

    /// <summary>Draws of a run.</summary>
    public int Rows { get; }

    /// <summary>−log weight of each draw after a run, nats, [Rows, 1].</summary>
    public Tensor Surprise { get; }

    /// <summary>Takes an example, x[D] as the model sees it.</summary>
    public void Set(ReadOnlySpan<float> x) => device.Upload(x, this.x);

    /// <summary>Takes what it says of level <paramref name="t"/> = 0, 1, …: mu[K] and logVar[K].</summary>
    public void Set(int t, ReadOnlySpan<float> mu, ReadOnlySpan<float> logVar)
    {
        device.Upload(mu, evidence[t].Mu);
        device.Upload(logVar, evidence[t].LogVar);
    }

    /// <summary>Draws with the noise of <paramref name="step"/>.</summary>
    public void Run(uint step) => plan.Run(step);
}
