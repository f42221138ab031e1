using Hybrid.Autodiff;
using Hybrid.Devices.Host;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 23's exercise: delete the body of Ladder, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter23
{
    #region ladder
    /// <summary>A ladder's posterior: N(z; mu, v)·N(z; muP, vP), made a density of z again.</summary>
    public static (double Mu, double Variance) Ladder(double mu, double v, double muP, double vP)
    {
        var precision = 1 / v + 1 / vP;
        return ((mu / v + muP / vP) / precision, 1 / precision);
    }
    #endregion

    /// <summary>The logarithm of the product and that of the density differ by the same number everywhere.</summary>
    [TestCase(0.3, 0.5, -1, 2)]
    [TestCase(4, 1e-3, -4, 1e3)]
    [TestCase(1, 1, 1, 1)]
    public void Is_proportional_to_the_product(double mu, double v, double muP, double vP)
    {
        var (m, variance) = Ladder(mu, v, muP, vP);
        double Apart(double z) =>
            (z - mu) * (z - mu) / v + (z - muP) * (z - muP) / vP - (z - m) * (z - m) / variance;
        foreach (var steps in (double[])[-3, -0.5, 2])
            Assert.That(Apart(m + steps * Math.Sqrt(variance)), Is.EqualTo(Apart(m)).Within(1e-9 * (1 + Apart(m))));
    }

    /// <summary>And it is what the model's graph makes of log-variances, in float32.</summary>
    [Test]
    public void Is_what_the_graph_computes()
    {
        using var device = new HostDevice(1);
        var graph = new Graph();
        Value Input(string name) => graph.Input(name, 1, 1);
        var (mu, logVar) = graph.PrecisionWeighted(Input("mu"), Input("logVar"), Input("muP"), Input("logVarP"));
        var parameters = new Parameters(device, [new("none", new(1, 1))]);
        var plan = Plan.Evaluating(device, graph, parameters, 0, [mu, logVar]);
        foreach (var (name, value) in new[] { ("mu", 0.3f), ("logVar", -0.7f), ("muP", -1f), ("logVarP", 0.7f) })
            device.Upload([value], plan.Input(name));
        plan.Run(0);
        var (m, variance) = Ladder(0.3f, Math.Exp(-0.7f), -1, Math.Exp(0.7f));
        Assert.That(device.ToArray(plan.TensorOf(mu))[0], Is.EqualTo(m).Within(1e-6));
        Assert.That(device.ToArray(plan.TensorOf(logVar))[0], Is.EqualTo(Math.Log(variance)).Within(1e-6));
    }
}
