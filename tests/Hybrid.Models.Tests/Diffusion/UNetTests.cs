using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests;

/// <summary>A U-Net's shape, its start and its first steps; its gradients are checked with autodiff.</summary>
[TestFixture]
public sealed class UNetTests
{
    static readonly UNetShape Shape = new(8, 8, 8, [1, 2, 2], Groups: 4, Features: 8);

    const int B = 4;

    HostDevice device = null!;

    [OneTimeSetUp]
    public void Open() => device = new HostDevice(threads: 1);

    [OneTimeTearDown]
    public void Close() => device.Dispose();

    static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
    }

    /// <summary>The network, and its squared error against a target per pixel.</summary>
    static (Value Answer, Value Loss) Build(Graph graph)
    {
        var rows = B * Shape.Height * Shape.PictureWidth;
        var network = new UNet(Shape);
        var answer = network.Apply(graph, graph.Input("pixels", rows, 1),
            network.Condition(graph, graph.Input("features", B, Shape.Features)));
        return (answer, graph.SquaredErrorRows(answer, graph.Input("target", rows, 1)));
    }

    void Fill(Plan plan)
    {
        var rows = B * Shape.Height * Shape.PictureWidth;
        device.Upload(Numbers(rows, seed: 1), plan.Input("pixels"));
        device.Upload(Numbers(B * Shape.Features, seed: 2), plan.Input("features"));
    }

    [Test]
    public void Starts_with_the_answer_0_and_gains_of_1()
    {
        var graph = new Graph();
        var answer = Build(graph).Answer;
        var parameters = new UNet(Shape).Start(device, seed: 3);
        var plan = Plan.Evaluating(device, graph, parameters, 0, [answer]);
        Fill(plan);
        plan.Run(0);

        Assert.That(device.ToArray(plan.TensorOf(answer)), Is.All.EqualTo(0));
        foreach (var spec in parameters.Specs.Where(spec => spec.Name.EndsWith("/gain", StringComparison.Ordinal)))
            Assert.That(device.ToArray(parameters.Value(spec.Name)), Is.All.EqualTo(1), spec.Name);
        Assert.That(parameters.Specs.Count(spec => spec.Name.EndsWith("/gain", StringComparison.Ordinal)),
            Is.EqualTo(2 * 8 + 2), "two of each block, the attention's and the last");
    }

    [Test]
    public void Learns_a_batch_by_heart()
    {
        var graph = new Graph();
        var loss = Build(graph).Loss;
        var parameters = new UNet(Shape).Start(device, seed: 3);
        var mean = graph.Mean(loss);
        var plan = Plan.Training(device, graph, parameters, 0, [(loss, "weight")], [mean]);
        Fill(plan);
        var target = Numbers(B * Shape.Height * Shape.PictureWidth, seed: 4);
        device.Upload(target, plan.Input("target"));
        plan.Set("weight", 1f / target.Length);
        Tensor m = parameters.NewBlock(), v = parameters.NewBlock();
        device.Ops.Fill(m, 0);
        device.Ops.Fill(v, 0);

        var first = 0f;
        for (var step = 1; step <= 60; step++)
        {
            plan.Run((uint)step);
            if (step == 1) first = device.ToArray(plan.TensorOf(mean))[0];
            device.Ops.Adam(parameters.Values, parameters.Gradient, m, v, AdamStep.At(step, 3e-3));
        }

        Assert.That(first, Is.EqualTo(target.Average(t => t * t)).Within(1e-5), "of the answer 0");
        // The target is noise: what is left below half of it was learnt pixel by pixel.
        Assert.That(device.ToArray(plan.TensorOf(mean))[0], Is.LessThan(first / 2));
    }

    /// <summary>What a denoiser adds: pictures as rows, times, and waves of pixels.</summary>
    [TestCase(0)]
    [TestCase(3)]
    public void A_denoiser_s_rows_are_pictures(int octaves)
    {
        var denoiser = new UNetDenoiser(device, Shape with { Octaves = octaves }, seed: 5);
        Assert.That(denoiser.DataDim, Is.EqualTo(Shape.Height * Shape.PictureWidth));
        var plan = denoiser.GivenNoisePlan(B);
        device.Upload(Numbers(B * denoiser.DataDim, seed: 6), plan.X);
        device.Upload(Numbers(B * denoiser.DataDim, seed: 7), plan.Eps);
        device.Upload([0.1f, 0.3f, 0.6f, 0.9f], plan.T);
        plan.Run(1);

        var eps = device.ToArray(plan.Eps);
        // The answer is 0. 64 squares of a row and four rows go through some 70 roundings of 2⁻²⁴.
        var expected = eps.Sum(e => (double)e * e) / B;
        Assert.That((double)device.ToArray(plan.MeanLoss)[0], Is.EqualTo(expected).Within(5e-6 * expected));
        Assert.That(device.ToArray(denoiser.Parameters.GradientOf("last/w")), Has.Some.Not.Zero);
    }

    [TestCase(28, 28, 32, "1,2,2", 8, null)]
    [TestCase(14, 28, 32, "1,2,2", 8, "14×28 pixels cannot be halved 2 times; give multiples of 4")]
    [TestCase(28, 28, 12, "1,2", 8, "8 groups do not divide the 12 channels of level 0; give a divisor")]
    [TestCase(28, 28, 8, "1,0", 8, "must be positive")]
    [TestCase(0, 28, 8, "1", 8, "must be positive")]
    public void A_shape_divides_or_is_refused(
        int height, int width, int channels, string multipliers, int groups, string? refusal)
    {
        var shape = new UNetShape(
            height, width, channels, [.. multipliers.Split(',').Select(int.Parse)], Groups: groups);

        if (refusal is null) Assert.That(new UNet(shape).Parameters(), Is.Not.Empty);
        else Assert.That(() => new UNet(shape), Throws.ArgumentException.With.Message.Contains(refusal));
    }
}
