using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>
/// A VAE whose latent variables form a chain, p(z_T) Π p(z_t | z_{t+1}) p(x | z_1), all of them diagonal
/// Gaussians made by networks: parameters on a device, and its graphs.
/// </summary>
/// <remarks>
/// −ELBO = E[−log p(x | z_1)] + Σ_t E[log q(z_t | …) − log p(z_t | z_{t+1})]: a reconstruction and a rate for
/// each level. With T = 1 it is the VAE of the same shape, bit for bit. With a bottom-up posterior that is
/// fixed it is a diffusion (Kingma et al. 2021, arXiv:2107.00630, section 3).
/// </remarks>
public sealed class HierarchicalVae
{
    readonly Mlp decoder;
    readonly Mlp[] inference, generative;

    /// <summary>
    /// Builds the parameters on a device, with starting values from <paramref name="seed"/>.
    /// </summary>
    /// <exception cref="ArgumentException">There is no level.</exception>
    public HierarchicalVae(Device device, HierarchyShape shape, ulong seed)
    {
        if (shape.T == 0) throw new ArgumentException("A hierarchy has one level or more.", nameof(shape));
        (Device, Shape, Seed) = (device, shape, seed);
        var (K, act) = (shape.Latents, shape.Activation);
        inference = new Mlp[shape.T];
        inference[0] = new("encoder", shape.DataDim, shape.Hidden, 2 * K[0], act);
        for (var t = 1; t < shape.T; t++)
        {
            var below = shape.Inference == Inference.BottomUp ? K[t - 1] : inference[t - 1].Features;
            inference[t] = new($"encoder/z{t + 1}", below, shape.Between, 2 * K[t], act);
        }
        decoder = new(
            "decoder", K[0], [.. shape.Hidden.Reverse()], shape.Likelihood.Outputs * shape.DataDim, act);
        int[] down = [.. shape.Between.Reverse()];
        generative =
        [
            .. Enumerable.Range(0, shape.T - 1).Select(t =>
                new Mlp($"decoder/z{t + 1}", K[t + 1], down, 2 * K[t], act)),
        ];

        // The VAE's own parameters in its own order: they start where the VAE's do.
        Mlp[] networks = [inference[0], decoder, .. inference[1..], .. generative];
        var starts = networks.SelectMany(network => network.Parameters()).ToList();
        starts.InsertRange(
            inference[0].Parameters().Count() + decoder.Parameters().Count(), shape.Likelihood.Parameters());
        Parameters = Initialization.Parameters(device, starts, seed);
        shape.Likelihood.Start(device, Parameters);
        foreach (var network in networks[2..]) StartWithUnitVariance(network);
    }

    /// <summary>
    /// Log-variances above z_1 start at 0, whatever is given: those of draws whose variance is itself that of
    /// draws are exponentials of exponentials.
    /// </summary>
    void StartWithUnitVariance(Mlp network)
    {
        var weights = Parameters.Value($"{network.Name}/{network.Hidden.Count}/w");
        var half = weights.Cols / 2;
        Device.Ops.Fill(weights.Columns(half, half), 0);
    }

    public Device Device { get; }

    public HierarchyShape Shape { get; }

    public ulong Seed { get; }

    public Parameters Parameters { get; }

    /// <summary>σ of a Gaussian likelihood as it is now; NaN for the others.</summary>
    public double Sigma => Shape.Likelihood.SigmaNow(Device, Parameters);

    /// <summary>
    /// The whole model for B rows: posterior, one draw of each level, decoder, likelihood and rates.
    /// </summary>
    public HierarchyValues Build(Graph graph, int B)
    {
        var x = graph.Input("x", B, Shape.DataDim);
        var evidence = Evidence(graph, x);
        var levels = Levels(graph, evidence);
        var output = decoder.Apply(graph, levels[0].Z);
        return new(evidence, levels, Shape.Likelihood.NllRows(graph, x, output), output);
    }

    /// <summary>What x alone says, before anything is drawn.</summary>
    List<(Value Mu, Value LogVar)> Evidence(Graph graph, Value x)
    {
        var evidence = new List<(Value, Value)>();
        foreach (var network in Shape.Inference == Inference.BottomUp ? inference[..1] : inference)
        {
            // Upwards the features of one level are the input of the next: nothing is drawn on the way.
            var (features, heads) = network.ApplyWithFeatures(graph, x);
            evidence.Add(Halves(graph, heads));
            x = features;
        }
        return evidence;
    }

    /// <summary>Every level from what x says: draws and rates.</summary>
    internal LevelValues[] Levels(Graph graph, IReadOnlyList<(Value Mu, Value LogVar)> evidence) =>
        Shape.Inference == Inference.BottomUp ? BottomUp(graph, evidence[0]) : TopDown(graph, evidence);

    #region bottom-up
    LevelValues[] BottomUp(Graph graph, (Value Mu, Value LogVar) first)
    {
        var (levels, q) = (new LevelValues[Shape.T], first);
        for (var t = 0; t < Shape.T; t++)
        {
            var (z, standard) = graph.ReparameterizeKl(q.Mu, q.LogVar);
            levels[t] = new(q.Mu, q.LogVar, z, standard, graph.LogRatioRows(z, q.Mu, q.LogVar));
            if (t + 1 < Shape.T) q = Halves(graph, inference[t + 1].Apply(graph, z));
        }
        // Below the top p(z_t | z_{t+1}) is given a draw that was made from z_t: a rate is known at draws alone.
        for (var t = 0; t + 1 < Shape.T; t++)
        {
            var p = Prior(graph, t, levels[t + 1].Z);
            var atDraw = LogRatio(graph, levels[t], p);
            levels[t] = levels[t] with { Rate = atDraw, LogRatio = atDraw };
        }
        return levels;
    }
    #endregion

    #region top-down
    LevelValues[] TopDown(Graph graph, IReadOnlyList<(Value Mu, Value LogVar)> evidence)
    {
        var levels = new LevelValues[Shape.T];
        var (mu, logVar) = evidence[^1];
        var (z, rate) = graph.ReparameterizeKl(mu, logVar);
        levels[^1] = new(mu, logVar, z, rate, graph.LogRatioRows(z, mu, logVar));
        for (var t = Shape.T - 2; t >= 0; t--)
        {
            var p = Prior(graph, t, z);
            (mu, logVar) = graph.PrecisionWeighted(evidence[t].Mu, evidence[t].LogVar, p.Mu, p.LogVar);
            (z, rate) = graph.ReparameterizeKl(mu, logVar, p.Mu, p.LogVar);
            levels[t] = new(mu, logVar, z, rate, default);
            levels[t] = levels[t] with { LogRatio = LogRatio(graph, levels[t], p) };
        }
        return levels;
    }
    #endregion

    /// <summary>p(z_t | z_{t+1}), t from 0.</summary>
    (Value Mu, Value LogVar) Prior(Graph graph, int t, Value above) =>
        Halves(graph, generative[t].Apply(graph, above));

    static Value LogRatio(Graph graph, LevelValues level, (Value Mu, Value LogVar) p) => graph.Minus(
        graph.GaussianLogDensityRows(level.Z, level.Mu, level.LogVar),
        graph.GaussianLogDensityRows(level.Z, p.Mu, p.LogVar));

    static (Value Mu, Value LogVar) Halves(Graph graph, Value heads)
    {
        var K = graph.ShapeOf(heads).Cols / 2;
        var halves = graph.Split(heads, K, K);
        return (halves[0], halves[1]);
    }

    /// <summary>
    /// A plan that computes the account of B rows and the gradient of mean(nll) + β·Σ_t mean(rate_t), or with
    /// free bits of mean(nll) + β·Σ_t max(K_t·λ, mean(rate_t)): a level's first nats cost nothing.
    /// </summary>
    /// <exception cref="ArgumentException">The term is another.</exception>
    public HierarchyPlan TrainingPlan(int B, KlTerm term = KlTerm.Plain) => new(this, B, term);

    /// <summary>A plan that computes the account of B rows.</summary>
    public HierarchyPlan EvaluationPlan(int B) => new(this, B, trained: null);

    /// <summary>A plan that draws <paramref name="rows"/> times from the posterior of one example.</summary>
    public HierarchyImportancePlan ImportancePlan(int rows) => new(this, rows);

    /// <summary>The decoder's −log p(x | z_1) of each row, nats [B, 1].</summary>
    internal Value DecoderNll(Graph graph, Value x, Value z) =>
        Shape.Likelihood.NllRows(graph, x, decoder.Apply(graph, z));

    internal Value Mean(Graph graph, Value output) => Shape.Likelihood.Mean(graph, output);

    /// <summary>Means of p(x | z_1), [count, D], for z_T … z_1 drawn from the generative model.</summary>
    public float[] Sample(int count, ulong seed)
    {
        var graph = new Graph();
        var z = graph.Input("z", count, Shape.Latents[^1]);
        for (var t = Shape.T - 2; t >= 0; t--)
        {
            var (mu, logVar) = Prior(graph, t, z);
            (z, _) = graph.ReparameterizeKl(mu, logVar);
        }
        var mean = Mean(graph, decoder.Apply(graph, z));
        var plan = Plan.Evaluating(Device, graph, Parameters, seed, [mean]);
        Device.Ops.Normals(plan.Input("z"), new(seed, 0, Streams.Prior));
        plan.Run(0);
        return Device.ToArray(plan.TensorOf(mean));
    }
}
