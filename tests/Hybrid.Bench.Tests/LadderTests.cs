using Hybrid.Devices.Gpu;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Bench.Tests;

[TestFixture]
public class LadderTests
{
    static readonly Roofline Roof = new(100, 50, 10, 200, 1_000, 10_000);

    static readonly Stopping Once = new(0, 0, 1, 1);

    static readonly SpeedRung[] Host =
    [
        new("scalar", () => new HostDevice(1, HostLanes.F32)),
        new("8 lanes", () => new HostDevice(1, HostLanes.F32x8)),
        new("2 threads", () => new HostDevice(2, HostLanes.F32x16)),
    ];

    static readonly ProductFormat Fp32 = ProductFormat.Fp32;

    static IEnumerable<OperationCase> SmallCases() =>
    [
        RowCases.Kl(5, 37, ""), RowCases.KlOfColumns(5, 37, ""), RowCases.Bernoulli(5, 37, ""), RowCases.Gaussian(5, 37, ""),
        RowCases.Reparameterize(5, 37, ""), RowCases.Adam(1_000, ""),
        DiffusionCases.Draw(5, 37, ""), DiffusionCases.Stored(5, 37, ""), DiffusionCases.MadeAgain(5, 37, ""),
        DiffusionCases.Step(5, 37, ""),
        DensityCases.LogDensity(5, 37, 3, ""), DensityCases.GradRows(5, 37, 3, ""), DensityCases.GradComponents(5, 37, 3, ""),
        DensityCases.LogMarginals(5, 37, 3, ""), DensityCases.MarginalGradRows(5, 37, 3, ""),
        DensityCases.MarginalGradComponents(5, 37, 3, ""), DensityCases.Moments(37, 5, 3, ""),
        LikelihoodCases.WithGrad(new(PixelDistribution.ContinuousBernoulli), 1),
        LikelihoodCases.WithGrad(new(PixelDistribution.DiscretizedLogistic), 1),
        LikelihoodCases.WithGrad(new(PixelDistribution.LogisticMixture, 2), 1),
        LikelihoodCases.WithGrad(new(PixelDistribution.Categorical, 3), 1),
        LikelihoodCases.Coupling(5, 37, ""), LikelihoodCases.Importance(5, 37, ""), LikelihoodCases.Permutation(5, 37, ""),
        ProductCases.Layer(5, 37, 19, "", Fp32), ProductCases.GradInput(5, 37, 19, "", Fp32),
        ProductCases.GradWeight(5, 37, 19, "", Fp32),
        .. PictureCases.Norms(new(2, 9, 12, 4), ""), PictureCases.Halve(new(2, 4, 6, 5), ""),
        PictureCases.Double(new(2, 4, 6, 8), ""), PictureCases.Squares(1_030, ""), PictureCases.Clip(1_030, ""),
        .. ModulationCases.Of(2, 5, 37, ""),
        .. ConvCases.Passes(new(2, 3, 4, 5, 6), ""), .. AttentionCases.Passes(new(1, 3, 37, 5, 7), ""),
    ];

    [TestCaseSource(nameof(SmallCases))]
    public void Every_rung_of_the_host_is_right_and_timed(OperationCase operation)
    {
        var result = SpeedLadder.Run(operation.On(Host), Roof, Once);

        Assert.That(result.Right);
        Assert.That(result.Rungs.Select(rung => rung.Hash).Distinct().Count(), Is.EqualTo(1));
        Assert.That(result.Rungs, Has.All.Matches<RungResult>(rung => rung is { Seconds.Median: > 0 }));
        Assert.That(result.Rungs[0].Speedup, Is.EqualTo(1));
    }

    [TestCaseSource(nameof(SmallCases))]
    public void Every_kernel_gives_the_bits_of_the_host(OperationCase operation)
    {
        var result = SpeedLadder.Run(
            GpuLadders.On(operation, GpuDevice.Simulator, Alone(GpuDevice.Simulator)), Roof, Once);

        Assert.That(result.Right);
        Assert.That(result.Rungs.Select(rung => rung.Name),
            Is.EqualTo(operation.Ladder.Rungs.Select(rung => rung.Name)));
    }

    /// <summary>Nothing beside the ladder.</summary>
    static ProductSteps Alone(Func<GpuDevice> open) => new(open, null, []);

    static IEnumerable<OperationCase> RoundedCases() =>
        from format in new[] { ProductFormat.Tf32, ProductFormat.Bf16 }
        from operation in new[]
        {
            ProductCases.Layer(5, 37, 19, "", format), ProductCases.GradInput(5, 37, 19, "", format),
            ProductCases.GradWeight(5, 37, 19, "", format),
        }
        select operation;

    /// <summary>Not the host's bits, or they would not be rounded; and near them.</summary>
    [TestCaseSource(nameof(RoundedCases))]
    public void Kernels_of_tensor_cores_are_near_the_host(OperationCase operation)
    {
        var ladder = GpuLadders.On(operation, GpuDevice.Ptx, Alone(GpuDevice.Ptx));
        using var host = ladder.Reference!();
        var exact = Outputs.Of(host).Hash();

        var result = SpeedLadder.Run(ladder, Roof, Once);

        Assert.That(result.Right);
        Assert.That(result.Rungs.Select(rung => rung.Hash), Has.None.EqualTo(exact));
    }

    [Test]
    public void A_wrong_rung_is_refused_and_not_timed()
    {
        var right = RowCases.Kl(5, 37, "");
        var wrong = right with
        {
            Bind = device =>
            {
                var bound = right.Bind(device);
                var mistake = ((HostDevice)device).Lanes == HostLanes.F32x8;
                return new(() =>
                {
                    bound.Run();
                    if (mistake) device.Ops.Add(bound.Outputs[0], bound.Outputs[0]);
                }, bound.Outputs);
            },
        };

        var result = SpeedLadder.Run(wrong.On(Host), Roof, Once);

        Assert.That(result.Right, Is.False);
        Assert.That(result.Rungs.Select(rung => rung.Right), Is.EqualTo(new[] { true, false, true }));
        Assert.That(result.Rungs[1].Seconds, Is.Null);
        Assert.That(result.Rungs[1].GFlops, Is.Null);
        Assert.That(new BenchReport(MachineFacts.Here()) { Ladders = [result] }.Right, Is.False);
    }

    /// <summary>A training step on the PTX machine, at a size that it does in a moment.</summary>
    [TestCase(false, "one by one")]
    [TestCase(true, "one graph")]
    public void A_training_step_on_a_GPU_says_how_it_is_launched(bool asGraph, string launches)
    {
        var result = VaeStep.OnGpu(
            GpuDevice.Ptx, B: 2, asGraph, Roof, Once, new(784, [4], 2, Formulas.Activation.Relu, Likelihood.Bernoulli));
        Assert.That(result, Is.EqualTo(result with { Model = "784-4-z2 Bernoulli", B = 2, Launches = launches }));
        Assert.That(result.StepsPerSecond.Median, Is.Positive);
    }

    [Test]
    public void Training_steps_of_denoisers_allocate_nothing_and_are_timed()
    {
        DenoiserStepResult[] steps =
        [
            DenoiserStep.OfUNet(new(8, 8, 4, [1, 2], Groups: 2), 2, Roof, Once),
            DenoiserStep.OfTransformer(new(8, 8, Width: 8, Blocks: 1, Heads: 2), 2, Roof, Once),
        ];

        Assert.That(steps.Select(step => step.BytesPerStep), Is.All.EqualTo(0));
        Assert.That(steps, Has.All.Matches<DenoiserStepResult>(step =>
            step is { StepsPerSecond.Median: > 0, Launches: > 50, Flops: > 10_000, TemporaryBytes: > 0 }));
        Assert.That(new BenchReport(MachineFacts.Here()) { DenoiserSteps = [steps[0] with { BytesPerStep = 8 }] }.Right,
            Is.False);
    }

    [TestCase(1.0000001f, 1e-6, ExpectedResult = true)]
    [TestCase(1.0000001f, 0, ExpectedResult = false)]
    [TestCase(1.00001f, 1e-6, ExpectedResult = false)]
    [TestCase(float.NaN, 1e-6, ExpectedResult = false)]
    public bool A_tolerance_is_relative(float value, double tolerance) =>
        new Outputs([[value]]).Match(new([[1f]]), tolerance);

    [Test]
    public void Zero_and_minus_zero_are_different_bits() =>
        Assert.That(new Outputs([[-0f]]).Match(new([[0f]]), 0), Is.False);

    [TestCase(false)]
    [TestCase(true)]
    public void Names_of_operations_and_shapes_are_unique(bool quick)
    {
        Assert.That(GpuLadders.Cases(quick).Select(operation => operation.Name), Is.Unique);
    }
}
