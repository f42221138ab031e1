using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Information;

namespace Hybrid.Models.Tests;

/// <summary>The bottleneck's graph, its start, and the plane it draws.</summary>
[TestFixture]
public sealed class VibTests
{
    static readonly VibShape Small = new(5, [7], 3, 4, Activation.Tanh);

    [Test]
    public void Sigma_starts_at_softplus_of_minus_five()
    {
        Assert.That(2 * Math.Log(Math.Log(1 + Math.Exp(-5))), Is.EqualTo(Vib.StartLogVar).Within(1e-6));
        using var device = new HostDevice(1);
        var bias = device.ToArray(new Vib(device, Small, 1).Parameters.Value("encoder/1/b"));
        Assert.That(bias[..3], Is.All.Zero);
        Assert.That(bias[3..], Is.All.EqualTo(Vib.StartLogVar));
    }

    /// <summary>Cross-entropy by its definition from the logits that the plan itself gives.</summary>
    [Test]
    public void Cross_entropy_is_that_of_the_class_named()
    {
        const int B = 6, C = 4;
        using var device = new HostDevice(1);
        var plan = new Vib(device, Small, 2).EvaluationPlan(B);
        var (x, y) = (new float[B * 5], new float[B * C]);
        for (var i = 0; i < x.Length; i++) x[i] = (float)Math.Sin(i);
        for (var b = 0; b < B; b++) y[b * C + b % C] = 1;
        device.Upload(x, plan.X);
        device.Upload(y, plan.Y);
        plan.Run(0);
        var (logits, cost) = (device.ToArray(plan.Logits), device.ToArray(plan.CrossEntropy));
        for (var b = 0; b < B; b++)
        {
            var scores = logits[(b * C)..((b + 1) * C)].Select(l => (double)l).ToArray();
            Assert.That(cost[b], Is.EqualTo(Theory.InfoNce.NllNats(scores, b % C)).Within(1e-5));
        }
        Assert.That(device.ToArray(plan.MeanCrossEntropy)[0], Is.EqualTo(cost.Average()).Within(1e-6));
        Assert.That(device.ToArray(plan.Rate), Has.All.GreaterThan(0));
    }

    [Test]
    public void The_plane_is_in_nats_and_on_the_right_sides()
    {
        var account = new BottleneckAccount(Math.Log(10), 0.3, 20, 0.05, 0.06, 0.01);
        Assert.That(account.LabelInformation, Is.EqualTo(Math.Log(10) - 0.3));
        Assert.That(account.DataInformation, Is.EqualTo(20));
    }

    [Test]
    public void Entropy_of_counted_labels()
    {
        Assert.That(BottleneckAccount.EntropyOf([5, 5, 5, 5]), Is.EqualTo(Math.Log(4)).Within(1e-15));
        Assert.That(BottleneckAccount.EntropyOf([9, 0]), Is.Zero);
        Assert.That(BottleneckAccount.EntropyOf([1, 3]),
            Is.EqualTo(-(0.25 * Math.Log(0.25) + 0.75 * Math.Log(0.75))).Within(1e-15));
        Assert.That(() => BottleneckAccount.EntropyOf([0, 0]), Throws.ArgumentException);
    }
}
