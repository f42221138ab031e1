using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>A VAE's graph for a fixed batch, ready to run: fill <see cref="X"/>, run, read.</summary>
public sealed class VaePlan : IReconstructionPlan
{
    const string NllWeight = "weight/nll";

    readonly IOps ops;
    readonly KlObjective? objective;

    internal VaePlan(Vae vae, int B, KlTerm? trained, Penalty? penalty = null)
    {
        this.B = B;
        ops = vae.Device.Ops;
        objective = trained is { } term ? new(term, B, vae.Prior.Factorises) : null;
        var graph = new Graph();
        var values = vae.Build(graph, B);
        var (nll, kl) = (graph.Mean(values.Nll), graph.Mean(values.Kl));
        var mean = vae.Mean(graph, values.Output);
        // Evaluation draws its own noise: the same at every evaluation, never that of training.
        Plan = objective is not null
            ? Plan.Training(vae.Device, graph, vae.Parameters, vae.Seed,
                [
                    (values.Nll, NllWeight), .. objective.Terms(graph, values),
                    .. penalty is null ? [] : penalty.Terms(graph, values),
                ], [nll, kl])
            : Plan.Evaluating(vae.Device, graph, vae.Parameters, vae.Seed ^ 0x9E3779B97F4A7C15,
                [nll, kl, values.Nll, values.Kl, values.Mu, values.LogVar, values.Z, mean]);
        vae.SetConstants(Plan);
        X = Plan.Input("x");
        MeanNll = Plan.TensorOf(nll);
        MeanKl = Plan.TensorOf(kl);
        if (objective is not null)
        {
            Plan.Set(NllWeight, 1f / B);
            objective.In(Plan);
            penalty?.SetConstants(vae.Device, Plan, B, vae.Shape.Latent);
            SetBeta(1);
            return;
        }
        (Nll, Kl) = (Plan.TensorOf(values.Nll), Plan.TensorOf(values.Kl));
        (Mu, LogVar, Mean) = (Plan.TensorOf(values.Mu), Plan.TensorOf(values.LogVar), Plan.TensorOf(mean));
        Z = Plan.TensorOf(values.Z);
    }

    internal VaePlan(Vae vae, int B, ImportanceObjective bound)
    {
        this.B = B;
        ops = vae.Device.Ops;
        var graph = new Graph();
        var terms = bound.Build(vae, graph, B);
        var (nll, kl) = (graph.Mean(terms.Nll), graph.Mean(terms.Kl));
        Plan = Plan.Training(vae.Device, graph, vae.Parameters, vae.Seed, [(terms.Bound, NllWeight)],
            [nll, kl, terms.Bound], weighed: terms.Weighed);
        vae.SetConstants(Plan);
        ImportanceObjective.SetConstants(ops, Plan);
        Plan.Set(NllWeight, 1f / B);
        X = Plan.Input("x");
        (MeanNll, MeanKl, Bound) = (Plan.TensorOf(nll), Plan.TensorOf(kl), Plan.TensorOf(terms.Bound));
    }

    /// <summary>Rows of a batch.</summary>
    public int B { get; }

    public Plan Plan { get; }

    /// <summary>The batch, [B, D]: fill before a run.</summary>
    public Tensor X { get; }

    /// <summary>Mean −log p(x | z), nats, [1, 1].</summary>
    public Tensor MeanNll { get; }

    /// <summary>Mean KL(q(z | x) ‖ p(z)), nats, [1, 1].</summary>
    public Tensor MeanKl { get; }

    /// <summary>A bound from several draws of each row, nats, [B, 1]; training with such an objective only.</summary>
    public Tensor Bound { get; }

    /// <summary>Per row, nats, [B, 1]; evaluation only, like the following.</summary>
    public Tensor Nll { get; }

    public Tensor Kl { get; }

    /// <summary>Posterior means, [B, latent].</summary>
    public Tensor Mu { get; }

    public Tensor LogVar { get; }

    /// <summary>A draw of each posterior, [B, latent].</summary>
    public Tensor Z { get; }

    /// <summary>Mean of p(x | z) at the drawn z, [B, D]: the reconstruction.</summary>
    public Tensor Mean { get; }

    /// <summary>Weight β of the KL's term in the objective, and that term's level, λ or C in nats.</summary>
    /// <remarks>Allocates nothing: a step may call it.</remarks>
    public void SetBeta(double beta, double level = 0)
    {
        if (objective is null) throw new InvalidOperationException("β only weighs a training plan's objective.");
        objective.Set(ops, beta, level);
    }

    /// <summary>Runs with the noise of <paramref name="step"/>.</summary>
    public void Run(uint step) => Plan.Run(step);
}
