using Hybrid.Autodiff;
using Hybrid.Devices;

namespace Hybrid.Models;

/// <summary>Rows of a step.</summary>
/// <param name="Labelled">With their classes; 0 for none.</param>
/// <param name="Unlabelled">Without; 0 for none.</param>
public readonly record struct M2Batches(int Labelled, int Unlabelled);

/// <summary>What the terms of M2's objective weigh, each a mean over the rows of a step.</summary>
/// <remarks>
/// Kingma et al. 2014, eq. 8 and 9, divided by the images: the shares of the images with and without labels, and α.
/// </remarks>
/// <param name="Labelled">Of L(x, y).</param>
/// <param name="Unlabelled">Of U(x).</param>
/// <param name="Classification">Of −log q(y | x) of the labelled rows: α.</param>
/// <param name="Information">
/// Of −I(x; y) of the unlabelled rows, H[mean of q(y | x)] − mean H[q(y | x)] (Niloy et al. 2021, arXiv:2108.12734).
/// </param>
public readonly record struct M2Weights(
    double Labelled, double Unlabelled, double Classification, double Information);

/// <summary>A step's graph, ready to run: fill the inputs, run, read.</summary>
public sealed class M2Plan
{
    const string LabelledWeight = "weight/labelled", UnlabelledWeight = "weight/unlabelled",
        ClassificationWeight = "weight/classification", EntropyWeight = "weight/entropy",
        MarginalWeight = "weight/marginal-entropy";

    readonly Tensor? x, y, unlabelledX, labelledBound, unlabelledBound, crossEntropy, marginalEntropy, entropy;

    internal M2Plan(M2 m2, M2Batches batches, M2Weights weights)
    {
        var graph = new Graph();
        var terms = new List<(Value Term, string Weight, double Amount)>();
        var outputs = new List<Value>();
        Value Mean(Value rows)
        {
            outputs.Add(graph.Mean(rows));
            return outputs[^1];
        }

        Value labelled = default, unlabelled = default, classification = default, marginal = default, each = default;
        if (batches.Labelled > 0)
        {
            var (B, data) = (batches.Labelled, graph.Input("x", batches.Labelled, m2.Shape.DataDim));
            var classes = graph.Input("y", B, m2.Shape.Classes);
            var parts = m2.Labelled(graph, data, classes);
            var bound = graph.Plus(parts.Nll, parts.Kl);
            var cost = graph.CrossEntropyRows(m2.Classify(graph, data), classes);
            terms.Add((bound, LabelledWeight, weights.Labelled / B));
            terms.Add((cost, ClassificationWeight, weights.Classification / B));
            (labelled, classification) = (Mean(bound), Mean(cost));
        }
        if (batches.Unlabelled > 0)
        {
            var (B, data) = (batches.Unlabelled, graph.Input("x/unlabelled", batches.Unlabelled, m2.Shape.DataDim));
            var logits = m2.Classify(graph, data);
            var bound = M2.Unlabelled(graph, m2.OfEachClass(graph, data), logits);
            #region m2-information
            // I(x; y) = H[mean of q(y | x)] − mean H[q(y | x)].
            var (entropies, ofMean) = SoftmaxRows.Entropies(graph, logits);
            #endregion
            terms.Add((bound, UnlabelledWeight, weights.Unlabelled / B));
            if (weights.Information != 0)
            {
                terms.Add((entropies, EntropyWeight, weights.Information / B));
                terms.Add((ofMean, MarginalWeight, -weights.Information));
            }
            (unlabelled, each, marginal) = (Mean(bound), Mean(entropies), Mean(ofMean));
        }
        if (terms.Count == 0) throw new ArgumentException("A step needs rows.", nameof(batches));

        Plan = Plan.Training(
            m2.Device, graph, m2.Parameters, m2.Seed, terms.Select(term => (term.Term, term.Weight)), outputs);
        foreach (var (_, weight, amount) in terms) Plan.Set(weight, (float)amount);
        m2.SetConstants(Plan, batches.Unlabelled);
        LogClasses = Math.Log(m2.Shape.Classes);
        if (batches.Labelled > 0)
        {
            (x, y) = (Plan.Input("x"), Plan.Input("y"));
            (labelledBound, crossEntropy) = (Plan.TensorOf(labelled), Plan.TensorOf(classification));
        }
        if (batches.Unlabelled == 0) return;
        (unlabelledX, unlabelledBound) = (Plan.Input("x/unlabelled"), Plan.TensorOf(unlabelled));
        (entropy, marginalEntropy) = (Plan.TensorOf(each), Plan.TensorOf(marginal));
    }

    public Plan Plan { get; }

    /// <summary>log C, nats: what p(y) adds to both bounds, and no gradient sees.</summary>
    public double LogClasses { get; }

    /// <summary>Labelled rows, [B, D]: fill before a run, like the next two. An exception where there are none.</summary>
    public Tensor X => Present(x);

    /// <summary>Their classes, one 1 a row, [B, C].</summary>
    public Tensor Y => Present(y);

    /// <summary>Unlabelled rows, [B, D].</summary>
    public Tensor UnlabelledX => Present(unlabelledX);

    /// <summary>Mean L(x, y) less log C, nats [1, 1].</summary>
    public Tensor LabelledBound => Present(labelledBound);

    /// <summary>Mean U(x) less log C, nats [1, 1].</summary>
    public Tensor UnlabelledBound => Present(unlabelledBound);

    /// <summary>Mean −log q(y | x) of the labelled rows, nats [1, 1].</summary>
    public Tensor CrossEntropy => Present(crossEntropy);

    /// <summary>H[mean of q(y | x)] of the unlabelled rows, nats [1, 1].</summary>
    public Tensor MarginalEntropy => Present(marginalEntropy);

    /// <summary>Their mean H[q(y | x)], nats [1, 1].</summary>
    public Tensor Entropy => Present(entropy);

    /// <summary>Runs with the noise of <paramref name="step"/>.</summary>
    public void Run(uint step) => Plan.Run(step);

    static Tensor Present(Tensor? tensor) =>
        tensor ?? throw new InvalidOperationException("The step has no such rows.");
}

/// <summary>Rows with each class: fill <see cref="X"/>, run, read.</summary>
public sealed class M2EvaluationPlan : IImagePlan
{
    internal M2EvaluationPlan(M2 m2, int B)
    {
        var graph = new Graph();
        var data = graph.Input("x/unlabelled", B, m2.Shape.DataDim);
        var (logits, terms) = (m2.Classify(graph, data), m2.OfEachClass(graph, data));
        // Evaluation draws its own noise: never that of training.
        Plan = Plan.Evaluating(m2.Device, graph, m2.Parameters, m2.Seed ^ 0x9E3779B97F4A7C15,
            [logits, terms.Nll, terms.Kl]);
        m2.SetConstants(Plan, B);
        X = Plan.Input("x/unlabelled");
        (Logits, Nll, Kl) = (Plan.TensorOf(logits), Plan.TensorOf(terms.Nll), Plan.TensorOf(terms.Kl));
    }

    public Plan Plan { get; }

    /// <summary>[B, D]: fill before a run.</summary>
    public Tensor X { get; }

    /// <summary>Of q(y | x), [B, C].</summary>
    public Tensor Logits { get; }

    /// <summary>−log p(x | y, z) with each class, nats [B, C].</summary>
    public Tensor Nll { get; }

    /// <summary>KL(q(z | x, y) ‖ p(z)) with each class, nats [B, C].</summary>
    public Tensor Kl { get; }

    /// <summary>Runs with the noise of <paramref name="step"/>.</summary>
    public void Run(uint step) => Plan.Run(step);
}
