using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>The shape of a variational information bottleneck.</summary>
/// <param name="DataDim">D, columns of x.</param>
/// <param name="Hidden">Widths of the encoder; none makes it linear.</param>
/// <param name="Latent">K, columns of z.</param>
/// <param name="Classes">C.</param>
/// <param name="Activation">Between the encoder's layers.</param>
public sealed record VibShape(
    int DataDim, IReadOnlyList<int> Hidden, int Latent, int Classes, Activation Activation)
{
    /// <summary>Of p(z | x).</summary>
    public CodeCovariance Covariance { get; init; }

    /// <summary>μ and log σ², and what lies below the diagonal of a full covariance's factor.</summary>
    internal int Heads => 2 * Latent + Below;

    internal int Below => Covariance == CodeCovariance.Full ? FullCovariance.Entries(Latent) : 0;
}

/// <summary>How the noise of a code's dimensions goes together.</summary>
public enum CodeCovariance
{
    /// <summary>Each dimension has its own.</summary>
    Diagonal,

    /// <summary>Any positive definite matrix, by its Cholesky factor.</summary>
    Full,
}

/// <summary>
/// The deep variational information bottleneck: keep of x what tells y, and pay for the rest.
/// </summary>
/// <remarks>
/// Alemi, Fischer, Dillon &amp; Murphy 2017, arXiv:1612.00410: minimise J = E[−log q(y | z)] + β E KL(p(z |
/// x) ‖ r(z)), with z = μ(x) + σ(x) ε, r = N(0, I) and a logistic q(y | z). σ starts at softplus(−5), as
/// there: a code that hides next to nothing, from which β buys noise. For pictures of a plane of two dimensions they
/// give z a full covariance, z = μ(x) + L(x) ε.
/// </remarks>
public sealed class Vib
{
    /// <summary>log σ² at the start: 2 log softplus(−5).</summary>
    public const float StartLogVar = -10.006719f;

    readonly Mlp encoder, classifier;

    /// <summary>
    /// Builds the parameters on a device, with starting values from <paramref name="seed"/>.
    /// </summary>
    public Vib(Device device, VibShape shape, ulong seed)
    {
        (Device, Shape, Seed) = (device, shape, seed);
        encoder = new("encoder", shape.DataDim, shape.Hidden, shape.Heads, shape.Activation);
        classifier = new("classifier", shape.Latent, [], shape.Classes, shape.Activation);
        Parameters = Initialization.Parameters(device, [.. encoder.Parameters(), .. classifier.Parameters()], seed);
        var heads = new float[shape.Heads];
        heads.AsSpan(shape.Latent, shape.Latent).Fill(StartLogVar);
        device.Upload(heads, Parameters.Value($"encoder/{shape.Hidden.Count}/b"));
    }

    public Device Device { get; }

    public VibShape Shape { get; }

    public ulong Seed { get; }

    public Parameters Parameters { get; }

    #region vib-build
    /// <summary>The model for B rows: encoder, one draw of z, classifier, cross-entropy and rate.</summary>
    public VibValues Build(Graph graph, int B)
    {
        var x = graph.Input("x", B, Shape.DataDim);
        var (z, rate) = Code(graph, encoder.Apply(graph, x));
        var logits = classifier.Apply(graph, z);
        return new(z, logits, graph.CrossEntropyRows(logits, graph.Input("y", B, Shape.Classes)), rate);
    }
    #endregion

    (Value Z, Value Rate) Code(Graph graph, Value output)
    {
        if (Shape.Below > 0)
        {
            var parts = graph.Split(output, Shape.Latent, Shape.Latent, Shape.Below);
            return FullCovariance.Reparameterize(graph, parts[0], parts[1], parts[2]);
        }
        var heads = graph.Split(output, Shape.Latent, Shape.Latent);
        var (z, rate) = graph.ReparameterizeKl(heads[0], heads[1]);
        return (z, rate);
    }

    /// <summary>A plan for B rows and the gradient of mean(cross-entropy + β·rate).</summary>
    public VibPlan TrainingPlan(int B, double beta) => new(this, B, beta);

    /// <summary>A plan for B rows.</summary>
    public VibPlan EvaluationPlan(int B) => new(this, B, null);

    /// <summary>Draws z[B, K] from r(z) = N(0, I); q(y | z) of each, [B, C] row-major.</summary>
    public (float[] Z, double[] Probabilities) Sample(int B, ulong seed)
    {
        var z = Device.Arena.Allocate(B, Shape.Latent);
        Device.Ops.Normals(z, new(seed, 0, Streams.Prior));
        var draws = Device.ToArray(z);
        return (draws, Classify(draws));
    }

    /// <summary>q(y | z) of codes z[B, K]: [B, C], row-major.</summary>
    public double[] Classify(ReadOnlySpan<float> z)
    {
        var (B, C) = (z.Length / Shape.Latent, Shape.Classes);
        var graph = new Graph();
        var logits = classifier.Apply(graph, graph.Input("z", B, Shape.Latent));
        var plan = Plan.Evaluating(Device, graph, Parameters, Seed, [logits]);
        Device.Upload(z, plan.Input("z"));
        plan.Run(0);
        var (values, probabilities) = (Device.ToArray(plan.TensorOf(logits)), new double[B * C]);
        for (var i = 0; i < values.Length; i += C)
            AddProbabilities(values.AsSpan(i, C), probabilities.AsSpan(i, C));
        return probabilities;
    }

    /// <summary>Adds softmax(logits), taken in doubles, to the probabilities of as many classes.</summary>
    public static void AddProbabilities(ReadOnlySpan<float> logits, Span<double> probabilities)
    {
        double greatest = double.NegativeInfinity, sum = 0;
        foreach (var logit in logits) greatest = Math.Max(greatest, logit);
        foreach (var logit in logits) sum += Math.Exp(logit - greatest);
        for (var c = 0; c < logits.Length; c++) probabilities[c] += Math.Exp(logits[c] - greatest) / sum;
    }
}

/// <summary>The values of a bottleneck's graph that callers read.</summary>
/// <param name="Z">The draw, [B, K].</param>
/// <param name="Logits">Of q(y | z), [B, C].</param>
/// <param name="CrossEntropy">−log q(y | z) per row, nats [B, 1].</param>
/// <param name="Rate">KL(p(z | x) ‖ N(0, I)) per row, nats [B, 1].</param>
public readonly record struct VibValues(Value Z, Value Logits, Value CrossEntropy, Value Rate);

/// <summary>
/// A bottleneck for a fixed batch, ready to run: fill <see cref="X"/> and <see cref="Y"/>, run, read.
/// </summary>
public sealed class VibPlan
{
    const string CrossEntropyWeight = "weight/ce", RateWeight = "weight/rate";

    internal VibPlan(Vib vib, int B, double? beta)
    {
        var graph = new Graph();
        var values = vib.Build(graph, B);
        var (crossEntropy, rate) = (graph.Mean(values.CrossEntropy), graph.Mean(values.Rate));
        // Evaluation draws its own noise: never that of training.
        Plan = beta is null
            ? Plan.Evaluating(vib.Device, graph, vib.Parameters, vib.Seed ^ 0x9E3779B97F4A7C15,
                [crossEntropy, rate, values.CrossEntropy, values.Rate, values.Logits, values.Z])
            : Plan.Training(vib.Device, graph, vib.Parameters, vib.Seed,
                [(values.CrossEntropy, CrossEntropyWeight), (values.Rate, RateWeight)], [crossEntropy, rate]);
        FullCovariance.SetConstants(Plan, vib.Device, vib.Shape.Latent);
        (X, Y) = (Plan.Input("x"), Plan.Input("y"));
        (MeanCrossEntropy, MeanRate) = (Plan.TensorOf(crossEntropy), Plan.TensorOf(rate));
        if (beta is { } weight)
        {
            Plan.Set(CrossEntropyWeight, 1f / B);
            Plan.Set(RateWeight, (float)(weight / B));
            return;
        }
        (CrossEntropy, Rate) = (Plan.TensorOf(values.CrossEntropy), Plan.TensorOf(values.Rate));
        (Logits, Z) = (Plan.TensorOf(values.Logits), Plan.TensorOf(values.Z));
    }

    public Plan Plan { get; }

    /// <summary>[B, D]: fill before a run.</summary>
    public Tensor X { get; }

    /// <summary>Classes, one 1 a row, [B, C]: fill before a run.</summary>
    public Tensor Y { get; }

    /// <summary>Nats, [1, 1].</summary>
    public Tensor MeanCrossEntropy { get; }

    /// <summary>Nats, [1, 1].</summary>
    public Tensor MeanRate { get; }

    /// <summary>Per row, nats, [B, 1]; evaluation only, like the following.</summary>
    public Tensor CrossEntropy { get; }

    public Tensor Rate { get; }

    /// <summary>[B, C].</summary>
    public Tensor Logits { get; }

    /// <summary>A draw of each code, [B, K].</summary>
    public Tensor Z { get; }

    /// <summary>Runs with the noise of <paramref name="step"/>.</summary>
    public void Run(uint step) => Plan.Run(step);
}
