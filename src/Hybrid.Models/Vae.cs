using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>The shape of a variational autoencoder.</summary>
/// <param name="DataDim">D, columns of x.</param>
/// <param name="Hidden">Widths of the encoder; the decoder has them in reverse.</param>
/// <param name="Latent">Columns of z.</param>
/// <param name="Activation">Between layers.</param>
/// <param name="Likelihood">p(x | z).</param>
public sealed record VaeShape(
    int DataDim, IReadOnlyList<int> Hidden, int Latent, Activation Activation, Likelihood Likelihood)
{
    /// <summary>
    /// The posterior's variance is one trained vector instead of a function of x: exact for linear models
    /// (Lucas et al. 2019), where the true posterior's variance does not depend on x.
    /// </summary>
    public bool SharedPosteriorVariance { get; init; }

    /// <summary>p(z).</summary>
    public PriorShape Prior { get; init; } = PriorShape.Standard;

    /// <summary>Whether a discriminator is trained beside it (<see cref="DensityRatio"/>).</summary>
    public bool HasDiscriminator { get; init; }
}

/// <summary>The values of a VAE's graph that callers read.</summary>
/// <param name="Mu">Posterior means [B, latent].</param>
/// <param name="LogVar">Posterior log-variances [B, latent].</param>
/// <param name="Z">The draw [B, latent].</param>
/// <param name="Nll">−log p(x | z) per row, nats [B, 1].</param>
/// <param name="Kl">KL(q(z | x) ‖ p(z)) per row, nats [B, 1]: by the draw where it has no closed form.</param>
/// <param name="Output">The decoder's output, P numbers for each dimension: [B, P·D].</param>
public readonly record struct VaeValues(Value Mu, Value LogVar, Value Z, Value Nll, Value Kl, Value Output);

/// <summary>A variational autoencoder (Kingma &amp; Welling 2014): parameters on a device, and its graphs.</summary>
public sealed class Vae
{
    const string PosteriorLogVar = "encoder/logVar";

    readonly Mlp encoder, decoder;

    /// <summary>Builds the parameters on a device, with starting values from <paramref name="seed"/>.</summary>
    public Vae(Device device, VaeShape shape, ulong seed)
    {
        Device = device;
        Shape = shape;
        Seed = seed;
        var outputs = shape.SharedPosteriorVariance ? shape.Latent : 2 * shape.Latent;
        encoder = new("encoder", shape.DataDim, shape.Hidden, outputs, shape.Activation);
        Prior = Prior.Of(shape.Prior, shape.Latent, shape.DataDim, Posterior);
        decoder = new(
            "decoder", shape.Latent, [.. shape.Hidden.Reverse()], shape.Likelihood.Outputs * shape.DataDim,
            shape.Activation);

        var starts = encoder.Parameters().Concat(decoder.Parameters()).ToList();
        if (shape.SharedPosteriorVariance) starts.Add((new(PosteriorLogVar, new(shape.Latent, 1)), 0));
        starts.AddRange(shape.Likelihood.Parameters());
        starts.AddRange(Prior.Parameters());
        if (shape.HasDiscriminator) starts.AddRange(DensityRatio.NetworkOf(shape).Parameters());
        Parameters = Initialization.Parameters(device, starts, seed);
        shape.Likelihood.Start(device, Parameters);
    }

    public Device Device { get; }

    public VaeShape Shape { get; }

    public ulong Seed { get; }

    /// <summary>p(z), with its parameters among the model's.</summary>
    public Prior Prior { get; }

    public Parameters Parameters { get; }

    /// <summary>Words of the parameter block that the encoder has: the first.</summary>
    public int EncoderWords => (int)(Parameters.Value("decoder/0/w").Offset - Parameters.Values.Offset);

    /// <summary>σ of a Gaussian likelihood as it is now; NaN for the others.</summary>
    public double Sigma => Shape.Likelihood.SigmaNow(Device, Parameters);

    #region build
    /// <summary>The whole model for B rows: encoder, one draw of z, decoder, likelihood and KL.</summary>
    public VaeValues Build(Graph graph, int B)
    {
        var x = graph.Input("x", B, Shape.DataDim);
        var (mu, logVar) = Posterior(graph, x);
        var (z, standard) = graph.ReparameterizeKl(mu, logVar);
        var kl = Prior.Kl(graph, mu, logVar, z, standard);
        var output = decoder.Apply(graph, z);
        return new(mu, logVar, z, Nll(graph, x, output), kl, output);
    }
    #endregion

    (Value Mu, Value LogVar) Posterior(Graph graph, Value x)
    {
        var hidden = encoder.Apply(graph, x);
        if (Shape.SharedPosteriorVariance)
        {
            var logVar = graph.Parameter(PosteriorLogVar, Shape.Latent, 1);
            return (hidden, graph.BroadcastRows(logVar, graph.ShapeOf(x).Rows));
        }
        var heads = graph.Split(hidden, Shape.Latent, Shape.Latent);
        return (heads[0], heads[1]);
    }

    Value Nll(Graph graph, Value x, Value output) => Shape.Likelihood.NllRows(graph, x, output);

    /// <summary>A plan that computes the account of B rows and the gradient of mean(nll) + β·term.</summary>
    /// <param name="B">Rows of a batch.</param>
    /// <param name="term">How the KL enters.</param>
    /// <param name="penalty">Added to it, unless null.</param>
    public VaePlan TrainingPlan(int B, KlTerm term = KlTerm.Plain, Penalty? penalty = null) =>
        new(this, B, term, penalty);

    /// <summary>A plan that computes the gradient of a bound from several draws of each of B rows.</summary>
    public VaePlan TrainingPlan(int B, ImportanceObjective bound) => new(this, B, bound);

    /// <summary>A plan that computes the account of B rows.</summary>
    public VaePlan EvaluationPlan(int B) => new(this, B, trained: null);

    /// <summary>A plan that draws <paramref name="rows"/> times from the posterior of one example.</summary>
    public ImportancePlan ImportancePlan(int rows) => new(this, rows);

    /// <summary>The posterior of each row.</summary>
    internal (Value Mu, Value LogVar) Encode(Graph graph, Value x) =>
        Posterior(graph, x);

    /// <summary>The decoder's −log p(x | z) of each row, nats [B, 1].</summary>
    internal Value DecoderNll(Graph graph, Value x, Value z) => Nll(graph, x, decoder.Apply(graph, z));

    /// <summary>A plan from x[B, D] (input <c>x</c>) to the posterior's means, [B, latent].</summary>
    public (Plan Plan, Value Mu) EncoderPlan(int B)
    {
        var graph = new Graph();
        var (mu, _) = Posterior(graph, graph.Input("x", B, Shape.DataDim));
        return (Plan.Evaluating(Device, graph, Parameters, Seed, [mu]), mu);
    }

    /// <summary>A plan from z[B, latent] (input <c>z</c>) to the discriminator's logit, [B, 1].</summary>
    public (Plan Plan, Value Logit) DiscriminatorPlan(int B)
    {
        var graph = new Graph();
        var logit = DensityRatio.NetworkOf(Shape).Apply(graph, graph.Input("z", B, Shape.Latent));
        return (Plan.Evaluating(Device, graph, Parameters, Seed, [logit]), logit);
    }

    /// <summary>A plan from z[B, latent] (input <c>z</c>) to the mean of p(x | z), [B, D].</summary>
    public (Plan Plan, Value Mean) DecoderPlan(int B)
    {
        var graph = new Graph();
        var mean = Mean(graph, decoder.Apply(graph, graph.Input("z", B, Shape.Latent)));
        return (Plan.Evaluating(Device, graph, Parameters, Seed, [mean]), mean);
    }

    /// <summary>A plan from z[B, latent] (input <c>z</c>) to log p(z), nats [B, 1].</summary>
    public (Plan Plan, Value LogDensity) PriorPlan(int B)
    {
        var graph = new Graph();
        var density = Prior.LogDensity(graph, graph.Input("z", B, Shape.Latent));
        var plan = Plan.Evaluating(Device, graph, Parameters, Seed, [density]);
        Prior.SetConstants(Device, plan);
        return (plan, density);
    }

    /// <summary>Draws each row of z[B, latent] from the prior.</summary>
    public void SamplePrior(Tensor z, ulong seed) => Prior.Sample(Device, Parameters, z, seed);

    internal Value Mean(Graph graph, Value output) => Shape.Likelihood.Mean(graph, output);

    internal void SetConstants(Plan plan)
    {
        Shape.Likelihood.SetConstants(plan);
        Prior.SetConstants(Device, plan);
    }
}
