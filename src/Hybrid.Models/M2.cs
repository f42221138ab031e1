using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>The shape of a semi-supervised VAE.</summary>
/// <param name="DataDim">D, columns of x.</param>
/// <param name="Hidden">Widths of classifier and encoder; the decoder has them in reverse. One or more.</param>
/// <param name="Latent">K, columns of z.</param>
/// <param name="Classes">C.</param>
/// <param name="Activation">Between layers.</param>
public sealed record M2Shape(
    int DataDim, IReadOnlyList<int> Hidden, int Latent, int Classes, Activation Activation);

/// <summary>
/// The semi-supervised VAE M2: p(x | y, z) with p(y) uniform and p(z) = N(0, I), q(y | x) and q(z | x, y).
/// </summary>
/// <remarks>
/// Kingma, Rezende, Mohamed &amp; Welling 2014, arXiv:1406.5298, section 3.1. Pixels are Bernoulli. With a label −log p(x,
/// y) ≤ L(x, y) (eq. 6); without one −log p(x) ≤ U(x) = Σ_y q(y | x) L(x, y) − H[q(y | x)] (eq. 7), a sum over all
/// classes.
/// </remarks>
public sealed class M2
{
    const string ZeroData = "zeros/data", ZeroHidden = "zeros/hidden";

    readonly Mlp classifier;
    readonly ClassConditionalMlp encoder, decoder;

    /// <summary>Builds the parameters on a device, with starting values from <paramref name="seed"/>.</summary>
    /// <exception cref="ArgumentException">There is no hidden layer.</exception>
    public M2(Device device, M2Shape shape, ulong seed)
    {
        if (shape.Hidden.Count == 0) throw new ArgumentException("M2 has one hidden layer or more.", nameof(shape));
        (Device, Shape, Seed) = (device, shape, seed);
        classifier = new("classifier", shape.DataDim, shape.Hidden, shape.Classes, shape.Activation);
        encoder = new(
            "encoder", shape.DataDim, shape.Classes, shape.Hidden, 2 * shape.Latent, shape.Activation);
        decoder = new(
            "decoder", shape.Latent, shape.Classes, [.. shape.Hidden.Reverse()], shape.DataDim, shape.Activation);
        Parameters = Initialization.Parameters(
            device, [.. classifier.Parameters(), .. encoder.Parameters(), .. decoder.Parameters()], seed);
    }

    public Device Device { get; }

    public M2Shape Shape { get; }

    public ulong Seed { get; }

    public Parameters Parameters { get; }

    /// <summary>Logits of q(y | x), [B, C].</summary>
    internal Value Classify(Graph graph, Value x) => classifier.Apply(graph, x);

    #region m2-bounds
    /// <summary>−log p(x | y, z) and KL(q(z | x, y) ‖ p(z)) of each row with its own class, nats [B, 1].</summary>
    internal M2Terms Labelled(Graph graph, Value x, Value y)
    {
        var heads = graph.Split(encoder.Apply(graph, x, y), Shape.Latent, Shape.Latent);
        var (z, kl) = graph.ReparameterizeKl(heads[0], heads[1]);
        return new(graph.BernoulliNllRows(decoder.Apply(graph, z, y), x), kl);
    }

    /// <summary>The same of each row with each class, [B, C].</summary>
    internal M2Terms OfEachClass(Graph graph, Value x)
    {
        var (B, C) = (graph.ShapeOf(x).Rows, Shape.Classes);
        var heads = graph.Split(encoder.ApplyToAll(graph, x), Shape.Latent, Shape.Latent);
        var (z, kl) = graph.ReparameterizeKl(heads[0], heads[1]);
        var output = decoder.ApplyInTurn(graph, z, graph.Input(ZeroHidden, B, Shape.Hidden[^1]));
        var repeated = graph.PairSum(x, graph.Input(ZeroData, C, Shape.DataDim), Activation.Identity);
        var nll = graph.BernoulliNllRows(output, repeated);
        return new(graph.Reshape(nll, B, C), graph.Reshape(kl, B, C));
    }

    /// <summary>U(x) less log C, nats [B, 1]: Σ_y q(y | x) (nll + KL + log q(y | x)).</summary>
    internal static Value Unlabelled(Graph graph, M2Terms terms, Value logits)
    {
        var (mean, logSum) = SoftmaxRows.Expectation(
            graph, logits, graph.Plus(graph.Plus(terms.Nll, terms.Kl), logits));
        return graph.Minus(mean, logSum);
    }
    #endregion

    internal void SetConstants(Plan plan, params int[] rows)
    {
        foreach (var zeros in (string[])[ZeroData, ZeroHidden])
            if (plan.Reads(zeros)) Device.Ops.Fill(plan.Input(zeros), 0);
        SoftmaxRows.SetConstants(plan, Device, Shape.Classes, [1, .. rows]);
    }

    /// <summary>A plan for batches of labelled and unlabelled rows and the gradient of their objective.</summary>
    /// <exception cref="ArgumentException">It has no row at all.</exception>
    public M2Plan TrainingPlan(M2Batches batches, M2Weights weights) => new(this, batches, weights);

    /// <summary>A plan for B rows with each class.</summary>
    public M2EvaluationPlan EvaluationPlan(int B) => new(this, B);

    /// <summary>Means of p(x | y, z) at draws of z: image c·count + i has class c and draw i, [C·count, D].</summary>
    public float[] Sample(int count, ulong seed)
    {
        var (C, K) = (Shape.Classes, Shape.Latent);
        var z = Device.Arena.Allocate(count, K);
        Device.Ops.Normals(z, new(seed, 0, Streams.Prior));
        var (draws, rows, labels) = (Device.ToArray(z), new float[C * count * K], new float[C * count * C]);
        for (var row = 0; row < C * count; row++)
        {
            draws.AsSpan(row % count * K, K).CopyTo(rows.AsSpan(row * K));
            labels[row * C + row / count] = 1;
        }
        var graph = new Graph();
        var mean = graph.Activate(Activation.Sigmoid,
            decoder.Apply(graph, graph.Input("z", C * count, K), graph.Input("y", C * count, C)));
        var plan = Plan.Evaluating(Device, graph, Parameters, Seed, [mean]);
        Device.Upload(rows, plan.Input("z"));
        Device.Upload(labels, plan.Input("y"));
        plan.Run(0);
        return Device.ToArray(plan.TensorOf(mean));
    }
}

/// <summary>What a bound is made of, nats.</summary>
/// <param name="Nll">−log p(x | y, z).</param>
/// <param name="Kl">KL(q(z | x, y) ‖ p(z)).</param>
readonly record struct M2Terms(Value Nll, Value Kl);
