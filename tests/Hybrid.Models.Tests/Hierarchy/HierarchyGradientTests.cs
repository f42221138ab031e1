using Hybrid.Autodiff;
using Hybrid.Devices.Host;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Hybrid.Models.Tests.Hierarchy;

/// <summary>The gradient of a hierarchy's plan against dual numbers, parameter by parameter.</summary>
[TestFixture]
public sealed class HierarchyGradientTests
{
    const int B = SmallHierarchy.B;
    const uint Step = 3;

    static readonly double[] Weights = [1.0 / B, 0.7 / B, 0.7 / B, 0.7 / B];

    /// <remarks>
    /// A gradient element is a sum of at most some hundred rounded terms along a path of some dozen
    /// operations; each rounding is 2⁻²⁴ of a partial sum that the magnitude bounds up to cancellation within
    /// an adjoint.
    /// </remarks>
    [Test]
    public void Every_parameter_of_three_levels([Values] Inference inference)
    {
        using var device = new HostDevice(threads: 1);
        var vae = SmallHierarchy.Moved(device, SmallHierarchy.Shape(inference, 4, 3, 2));
        var plan = vae.TrainingPlan(B);
        plan.SetBeta(0.7);
        device.Upload(SmallHierarchy.Rows, plan.X);
        plan.Run(Step);

        var graph = new Graph();
        var values = vae.Build(graph, B);
        var terms = new[] { values.Nll }.Concat(values.Levels.Select(level => level.Rate))
            .Select((value, i) => Tuple.Create(value, Weights[i]));
        float[] NumbersOf(Leaf leaf, Shape shape) => leaf switch
        {
            Leaf.Parameter p => device.ToArray(vae.Parameters.Value(p.name)),
            Leaf.Input => SmallHierarchy.Rows,
            _ => new float[shape.Rows],
        };
        double[] Direction(string name)
        {
            var random = new Random(name.Sum(c => c));
            var count = (int)vae.Parameters.Value(name).Length;
            return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
        }
        var found = Check.compare(
            graph, ListModule.OfSeq(terms), FuncConvert.FromFunc<Leaf, Shape, float[]>(NumbersOf),
            FuncConvert.FromFunc<string, double[]>(Direction),
            FuncConvert.FromFunc<string, float[]>(name => device.ToArray(vae.Parameters.GradientOf(name))),
            vae.Seed, Step);

        Assert.That(
            found.Select(c => c.Parameter), Is.EquivalentTo(vae.Parameters.Specs.Select(spec => spec.Name)));
        foreach (var c in found)
        {
            var tolerance = 1024 * (c.Magnitude + 1) / (1 << 24);
            Assert.That(c.Computed, Is.EqualTo(c.Exact).Within(tolerance), c.Parameter);
            Assert.That(c.Magnitude, Is.GreaterThan(1e-3), $"{c.Parameter} has a gradient worth the test");
        }
    }
}
