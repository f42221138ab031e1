using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>A hierarchy's graph for a fixed batch, ready to run: fill <see cref="X"/>, run, read.</summary>
public sealed class HierarchyPlan : IReconstructionPlan
{
    const string NllWeight = "weight/nll";

    readonly RateObjective? objective;

    internal HierarchyPlan(HierarchicalVae vae, int B, KlTerm? trained)
    {
        this.B = B;
        objective = trained is { } term ? new(term, B, vae.Shape.Latents) : null;
        var graph = new Graph();
        var values = vae.Build(graph, B);
        var levels = values.Levels;
        var nll = graph.Mean(values.Nll);
        Value[] rates = [.. levels.Select(level => graph.Mean(level.Rate))];
        var mean = vae.Mean(graph, values.Output);
        // Evaluation draws its own noise: the same at every evaluation, never that of training.
        Plan = objective is not null
            ? Plan.Training(vae.Device, graph, vae.Parameters, vae.Seed,
                [(values.Nll, NllWeight), .. objective.Terms(graph, levels)], [nll, .. rates])
            : Plan.Evaluating(vae.Device, graph, vae.Parameters, vae.Seed ^ 0x9E3779B97F4A7C15,
                [
                    nll, .. rates, values.Nll, mean,
                    .. levels.SelectMany(level => (Value[])[level.Rate, level.Mu, level.LogVar, level.Z]),
                    .. values.Evidence.SelectMany(e => (Value[])[e.Mu, e.LogVar]),
                ]);
        vae.Shape.Likelihood.SetConstants(Plan);
        X = Plan.Input("x");
        MeanNll = Plan.TensorOf(nll);
        MeanRates = [.. rates.Select(Plan.TensorOf)];
        if (objective is not null)
        {
            Plan.Set(NllWeight, 1f / B);
            objective.In(vae.Device.Ops, Plan);
            SetBeta(1);
            return;
        }
        (Nll, Mean) = (Plan.TensorOf(values.Nll), Plan.TensorOf(mean));
        Levels =
        [
            .. levels.Select(level => new LevelTensors(Plan.TensorOf(level.Mu), Plan.TensorOf(level.LogVar),
                Plan.TensorOf(level.Z), Plan.TensorOf(level.Rate))),
        ];
        Evidence = [.. values.Evidence.Select(e => (Plan.TensorOf(e.Mu), Plan.TensorOf(e.LogVar)))];
    }

    /// <summary>Rows of a batch.</summary>
    public int B { get; }

    public Plan Plan { get; }

    /// <summary>The batch, [B, D]: fill before a run.</summary>
    public Tensor X { get; }

    /// <summary>Mean −log p(x | z_1), nats, [1, 1].</summary>
    public Tensor MeanNll { get; }

    /// <summary>Mean rates of z_1 … z_T, nats, [1, 1] each.</summary>
    public IReadOnlyList<Tensor> MeanRates { get; }

    /// <summary>−log p(x | z_1) per row, nats, [B, 1]; evaluation only, like the following.</summary>
    public Tensor Nll { get; }

    /// <summary>z_1 … z_T.</summary>
    public IReadOnlyList<LevelTensors> Levels { get; } = [];

    /// <summary>What x alone says: as many as an importance plan asks for.</summary>
    public IReadOnlyList<(Tensor Mu, Tensor LogVar)> Evidence { get; } = [];

    /// <summary>Mean of p(x | z_1) at the drawn z_1, [B, D]: the reconstruction.</summary>
    public Tensor Mean { get; }

    /// <summary>
    /// Weight β of every level's rate in the objective, and λ of free bits, nats a dimension.
    /// </summary>
    /// <remarks>Allocates nothing: a step may call it.</remarks>
    /// <exception cref="InvalidOperationException">The plan does not train.</exception>
    public void SetBeta(double beta, double level = 0)
    {
        if (objective is null)
            throw new InvalidOperationException("β only weighs a training plan's objective.");
        objective.Set(beta, level);
    }

    /// <summary>Runs with the noise of <paramref name="step"/>.</summary>
    public void Run(uint step) => Plan.Run(step);
}

/// <summary>One level after a run of an evaluation.</summary>
/// <param name="Mu">Means of q(z_t | …), [B, K_t].</param>
/// <param name="LogVar">Its log-variances, [B, K_t].</param>
/// <param name="Z">The draw, [B, K_t].</param>
/// <param name="Rate">Per row, nats, [B, 1].</param>
public readonly record struct LevelTensors(Tensor Mu, Tensor LogVar, Tensor Z, Tensor Rate);
