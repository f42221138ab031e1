using Hybrid.Autodiff;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Information;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>M2's bounds and the information of its classifier beside their definitions; its gradients.</summary>
[TestFixture]
public sealed class M2Tests
{
    const int B = 5, C = 4;

    static readonly M2Shape Small = new(6, [7, 5], 3, C, Activation.Tanh);

    HostDevice device = null!;

    [SetUp]
    public void Open() => device = new(threads: 1);

    [TearDown]
    public void Close() => device.Dispose();

    static float[] Numbers(int count, double from, double to, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(from + (to - from) * random.NextDouble()))];
    }

    static double[][] Rows(float[] values) =>
        [.. values.Select(value => (double)value).Chunk(values.Length / B)];

    static double[] Softmax(double[] logits)
    {
        var weights = logits.Select(Math.Exp).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    /// <summary>U of each row, and the entropies, of given logits and bounds.</summary>
    (float[] Unlabelled, float[] Entropies, float OfMean) Run(float[] logits, float[] nll, float[] kl)
    {
        var graph = new Graph();
        var scores = graph.Input("logits", B, C);
        var bound = M2.Unlabelled(graph, new(graph.Input("nll", B, C), graph.Input("kl", B, C)), scores);
        var (ofEach, ofMean) = SoftmaxRows.Entropies(graph, scores);
        var plan = Plan.Evaluating(device, graph, new Parameters(device, [new("none", new(1, 1))]), 0, [bound, ofEach, ofMean]);
        SoftmaxRows.SetConstants(plan, device, C, 1, B);
        device.Upload(logits, plan.Input("logits"));
        device.Upload(nll, plan.Input("nll"));
        device.Upload(kl, plan.Input("kl"));
        plan.Run(0);
        return (device.ToArray(plan.TensorOf(bound)), device.ToArray(plan.TensorOf(ofEach)),
            device.ToArray(plan.TensorOf(ofMean))[0]);
    }

    /// <summary>A discrete case by hand: sums of float32 numbers near 100 round by about 10⁻⁵.</summary>
    [Test]
    public void The_unlabelled_bound_is_its_definition()
    {
        var (logits, nll, kl) = (Numbers(B * C, -4, 4, 1), Numbers(B * C, 80, 99, 2), Numbers(B * C, 0, 9, 3));
        var (computed, entropies, ofMean) = Run(logits, nll, kl);
        var q = Rows(logits).Select(Softmax).ToArray();
        for (var b = 0; b < B; b++)
        {
            double[] bounds = [.. Rows(nll)[b].Zip(Rows(kl)[b], (x, y) => x + y)];
            Assert.That(computed[b], Is.EqualTo(SemiSupervised.UnlabelledBoundNats(q[b], bounds)).Within(5e-5));
            Assert.That(entropies[b], Is.EqualTo(SemiSupervised.EntropyNats(q[b])).Within(5e-6));
        }
        Assert.That(ofMean - entropies.Average(), Is.EqualTo(SemiSupervised.InformationNats(q)).Within(5e-6));
    }

    [Test]
    public void At_the_best_prediction_it_is_the_log_sum_exp_of_the_classes()
    {
        var bounds = Numbers(B * C, 80, 90, 4);
        var (computed, _, _) = Run([.. bounds.Select(bound => -bound)], bounds, new float[B * C]);
        for (var b = 0; b < B; b++)
        {
            var least = SemiSupervised.LeastUnlabelledBoundNats(Rows(bounds)[b]);
            Assert.That(computed[b], Is.EqualTo(least).Within(5e-5));
            // Any other prediction is worse.
            Assert.That(Run(Numbers(B * C, -2, 2, 5), bounds, new float[B * C]).Unlabelled[b], Is.GreaterThan(least));
        }
    }

    /// <summary>A classifier that is sure knows as much as its classes' shares hold; one that always says the same, nothing.</summary>
    [Test]
    public void Information_of_constructed_classifiers()
    {
        const float sure = 40;
        var ofFour = new float[B * C];
        for (var b = 0; b < B; b++) ofFour[b * C + b % C] = sure;
        double[] shares = [0.4, 0.2, 0.2, 0.2];
        var (_, entropies, ofMean) = Run(ofFour, new float[B * C], new float[B * C]);
        Assert.That(ofMean - entropies.Average(), Is.EqualTo(SemiSupervised.EntropyNats(shares)).Within(1e-6));
        (_, entropies, ofMean) = Run(new float[B * C], new float[B * C], new float[B * C]);
        Assert.That(entropies, Is.All.EqualTo(Math.Log(C)).Within(1e-6));
        Assert.That(ofMean, Is.EqualTo(Math.Log(C)).Within(1e-6));
    }

    /// <summary>One layer, three ways to give it its classes.</summary>
    [Test]
    public void A_class_is_the_same_however_it_is_given()
    {
        var network = new ClassConditionalMlp("n", 3, C, [6, 5], 2, Activation.Gelu);
        var parameters = Initialization.Parameters(device, [.. network.Parameters()], 9);
        var graph = new Graph();
        var all = network.ApplyToAll(graph, graph.Input("x", B, 3));
        var (rows, zeros) = (graph.Input("rows", B * C, 3), graph.Input("zeros", B, 6));
        var inTurn = network.ApplyInTurn(graph, rows, zeros);
        var own = network.Apply(graph, rows, graph.Input("y", B * C, C));
        var plan = Plan.Evaluating(device, graph, parameters, 0, [all, inTurn, own]);
        var x = Numbers(B * 3, -1, 1, 6);
        device.Upload(x, plan.Input("x"));
        device.Upload([.. Enumerable.Range(0, B * C * 3).Select(i => x[i / (3 * C) * 3 + i % 3])], plan.Input("rows"));
        device.Upload([.. Enumerable.Range(0, B * C * C).Select(i => i / C % C == i % C ? 1f : 0)], plan.Input("y"));
        device.Ops.Fill(plan.Input("zeros"), 0);
        plan.Run(0);
        var expected = device.ToArray(plan.TensorOf(own));
        Assert.That(device.ToArray(plan.TensorOf(all)), Is.EqualTo(expected));
        Assert.That(device.ToArray(plan.TensorOf(inTurn)), Is.EqualTo(expected));
        Assert.That(expected.Distinct().Count(), Is.EqualTo(expected.Length));
    }

    static readonly M2Weights Weights = new(0.3, 0.7, 2, 5);

    void Fill(Devices.Tensor x, int seed) =>
        device.Upload([.. Numbers(x.Rows * x.Cols, 0, 1, seed).Select(value => MathF.Round(value))], x);

    double Mean(Devices.Tensor tensor) => device.ToArray(tensor)[0];

    [Test]
    public void Gradients_are_differences_of_the_objective([Values(0, 3)] int labelled, [Values(0, 4)] int unlabelled)
    {
        if (labelled + unlabelled == 0)
        {
            Assert.That(() => new M2(device, Small, 1).TrainingPlan(default, Weights), Throws.ArgumentException);
            return;
        }
        var m2 = new M2(device, Small, seed: 1);
        var plan = m2.TrainingPlan(new(labelled, unlabelled), Weights);
        if (labelled > 0)
        {
            Fill(plan.X, 7);
            device.Upload([.. Enumerable.Range(0, labelled * C).Select(i => i / C == i % C ? 1f : 0)], plan.Y);
        }
        if (unlabelled > 0) Fill(plan.UnlabelledX, 8);
        Differences.MustBe(device, m2.Parameters, () =>
        {
            plan.Run(0);
            var objective = 0.0;
            if (labelled > 0)
                objective += Weights.Labelled * Mean(plan.LabelledBound)
                    + Weights.Classification * Mean(plan.CrossEntropy);
            if (unlabelled > 0)
                objective += Weights.Unlabelled * Mean(plan.UnlabelledBound)
                    - Weights.Information * (Mean(plan.MarginalEntropy) - Mean(plan.Entropy));
            return objective;
        });
    }

    /// <summary>The account is the definition of each figure, and closes: U is its parts.</summary>
    [Test]
    public void The_account_closes()
    {
        var (logits, nll, kl) = (Numbers(B * C, -4, 4, 1), Numbers(B * C, 80, 99, 2), Numbers(B * C, 0, 9, 3));
        int[] classes = [0, 1, 2, 3, 0];
        var account = M2Account.Of(logits, nll, kl, classes);
        var q = Rows(logits).Select(Softmax).ToArray();
        double[][] bounds =
            [.. Rows(nll).Zip(Rows(kl), (x, y) => x.Zip(y, (a, b) => a + b + Math.Log(C)).ToArray())];
        double Over(Func<int, double> row) => Enumerable.Range(0, B).Average(row);
        Assert.Multiple(() =>
        {
            Assert.That(account.UnlabelledBound,
                Is.EqualTo(Over(b => SemiSupervised.UnlabelledBoundNats(q[b], bounds[b]))).Within(1e-9));
            Assert.That(account.LabelledBound, Is.EqualTo(Over(b => bounds[b][classes[b]])).Within(1e-9));
            Assert.That(account.Information, Is.EqualTo(SemiSupervised.InformationNats(q)).Within(1e-12));
            Assert.That(account.CrossEntropy, Is.EqualTo(Over(b => -Math.Log(q[b][classes[b]]))).Within(1e-12));
            Assert.That(account.Error,
                Is.EqualTo(Over(b => Array.IndexOf(q[b], q[b].Max()) == classes[b] ? 0 : 1)).Within(1e-12));
            Assert.That(account.InformationCeiling, Is.EqualTo(Math.Log(C)));
            Assert.That(account.Information, Is.LessThanOrEqualTo(account.MarginalEntropy));
        });
        Assert.That(() => M2Account.Of(logits, nll, kl, []), Throws.ArgumentException);
    }

    /// <summary>A class has the same image whatever the classes beside it: rows of a sheet share their draws.</summary>
    [Test]
    public void Samples_are_a_row_for_each_class()
    {
        var m2 = new M2(device, Small, seed: 2);
        var images = m2.Sample(3, seed: 4);
        Assert.That(images, Has.Length.EqualTo(C * 3 * Small.DataDim));
        Assert.That(images, Has.All.InRange(0f, 1f));
        var first = images[..Small.DataDim];
        Assert.That(images[(3 * Small.DataDim)..(4 * Small.DataDim)], Is.Not.EqualTo(first), "another class");
        Assert.That(m2.Sample(1, seed: 4)[..Small.DataDim], Is.EqualTo(first));
    }
}
