using Hybrid.Autodiff;
using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>Critics of pairs, and the bound that InfoNCE trains.</summary>
[TestFixture]
public class CriticTests
{
    const int D = 2;

    static readonly CriticKind[] Kinds = Enum.GetValues<CriticKind>();

    static CriticShape Shape(CriticKind kind) => new(kind, D, D, [24, 24], 12, Activation.Relu);

    /// <summary>x standard normal, y with correlation rho to it: pairs of D dimensions.</summary>
    static (float[] X, float[] Y) Pairs(Device device, int B, double rho, uint step)
    {
        Tensor a = device.Arena.Allocate(B, D), b = device.Arena.Allocate(B, D);
        device.Ops.Normals(a, new Noise(9, step, Streams.Data));
        device.Ops.Normals(b, new Noise(9, step, Streams.Data + 1));
        float[] x = device.ToArray(a), y = device.ToArray(b);
        for (var i = 0; i < y.Length; i++) y[i] = (float)(rho * x[i] + Math.Sqrt(1 - rho * rho) * y[i]);
        return (x, y);
    }

    static void Train(Device device, Critic critic, int B, double rho, int steps, int batches)
    {
        var data = Enumerable.Range(0, batches).Select(step => Pairs(device, B, rho, (uint)step)).ToArray();
        var plan = critic.TrainingPlan(B);
        var parameters = critic.Parameters;
        var (m, v) = (parameters.NewBlock(), parameters.NewBlock());
        for (var step = 0; step < steps; step++)
        {
            device.Upload(data[step % batches].X, plan.X);
            device.Upload(data[step % batches].Y, plan.Y);
            plan.Run();
            var rate = 3e-3 * (1 - (double)step / steps);
            device.Ops.Adam(parameters.Values, parameters.Gradient, m, v, AdamStep.At(step + 1, rate));
        }
    }

    /// <summary>The trained bound, between chance and both of its ceilings.</summary>
    /// <remarks>
    /// I = −ln(1 − ρ²) = 1.66 nats for two dimensions of ρ = 0.9, well below ln 64 = 4.16, so a good critic's
    /// bound is near I. Measured on pairs that training never saw: the mean over 64 batches of 64 has a
    /// standard error s, from their own spread, and no expectation may exceed I: 4 s is allowed above. Below,
    /// a quarter of I is what InfoNCE at B = 64 and a short training may leave.
    /// </remarks>
    [Test]
    public void Training_finds_the_information([ValueSource(nameof(Kinds))] CriticKind kind)
    {
        const int B = 64, Batches = 64;
        const double Rho = 0.9;
        using var device = new HostDevice(threads: 1);
        var critic = new Critic(device, Shape(kind), seed: 3);
        var (before, _) = Measured(device, critic, B, Rho, Batches);
        Train(device, critic, B, Rho, steps: 500, batches: 100);
        var (mean, error) = Measured(device, critic, B, Rho, Batches);

        var exact = D * Gaussian.MutualInformationNats(Rho);
        TestContext.Out.WriteLine($"{kind}: {before:F3} → {mean:F3} ± {error:F3}, exactly {exact:F3} nats");
        Assert.Multiple(() =>
        {
            Assert.That(mean, Is.GreaterThan(before + 4 * error));
            Assert.That(mean, Is.LessThan(exact + 4 * error));
            Assert.That(mean, Is.LessThan(Math.Log(B)));
            Assert.That(mean, Is.GreaterThan(0.75 * exact));
        });
    }

    static (double Mean, double Error) Measured(Device device, Critic critic, int B, double rho, int batches)
    {
        var plan = critic.EvaluationPlan(B);
        var bounds = new double[batches];
        for (var i = 0; i < batches; i++)
        {
            var (x, y) = Pairs(device, B, rho, (uint)(100_000 + i));
            device.Upload(x, plan.X);
            device.Upload(y, plan.Y);
            plan.Run();
            bounds[i] = plan.BoundNats();
        }
        var mean = bounds.Average();
        var variance = bounds.Sum(b => (b - mean) * (b - mean)) / (batches - 1);
        return (mean, Math.Sqrt(variance / batches));
    }

    /// <summary>Independent x and y: nothing to find, and the bound does not find it.</summary>
    [Test]
    public void Independence_has_no_information([ValueSource(nameof(Kinds))] CriticKind kind)
    {
        using var device = new HostDevice(threads: 1);
        var critic = new Critic(device, Shape(kind), seed: 3);
        Train(device, critic, 64, 0, steps: 50, batches: 50);
        var (mean, error) = Measured(device, critic, 64, 0, 32);
        Assert.That(mean, Is.LessThan(4 * error));
    }

    /// <summary>The bound can never exceed ln B, however sure the critic is.</summary>
    [Test]
    public void A_critic_that_knows_every_pair_by_heart_reaches_the_ceiling()
    {
        using var device = new HostDevice(threads: 1);
        var critic = new Critic(device, Shape(CriticKind.Separable), seed: 3);
        Train(device, critic, 8, 0.9, steps: 400, batches: 1);
        var plan = critic.EvaluationPlan(8);
        var (x, y) = Pairs(device, 8, 0.9, 0);
        device.Upload(x, plan.X);
        device.Upload(y, plan.Y);
        plan.Run();
        Assert.That(plan.BoundNats(), Is.LessThanOrEqualTo(plan.Ceiling).And.GreaterThan(0.9 * plan.Ceiling));
    }

    /// <summary>The split first layer is a layer of (x, y): as plain loops over pairs.</summary>
    [Test]
    public void Concat_scores_are_those_of_a_network_of_both()
    {
        const int B = 5;
        using var device = new HostDevice(threads: 1);
        var critic = new Critic(device, new(CriticKind.Concat, D, D, [7], 0, Activation.Relu), seed: 4);
        device.Upload([.. Enumerable.Range(1, 7).Select(i => 0.1f * i)], critic.Parameters.Value("first/b"));
        var plan = critic.EvaluationPlan(B);
        var (x, y) = Pairs(device, B, 0.5, 1);
        device.Upload(x, plan.X);
        device.Upload(y, plan.Y);
        plan.Run();

        float[] Of(string name) => device.ToArray(critic.Parameters.Value(name));
        var (wx, wy, b) = (Of("first/wx"), Of("first/wy"), Of("first/b"));
        var (w, c) = (Of("rest/0/w"), Of("rest/0/b"));
        var scores = device.ToArray(plan.Scores);
        for (var i = 0; i < B; i++)
            for (var j = 0; j < B; j++)
            {
                double score = c[0];
                for (var h = 0; h < 7; h++)
                {
                    double sum = b[h];
                    for (var d = 0; d < D; d++)
                        sum += (double)wx[d * 7 + h] * x[i * D + d] + (double)wy[d * 7 + h] * y[j * D + d];
                    score += Math.Max(sum, 0) * w[h];
                }
                // 7 terms of 4 products each, none above 10: 40 roundings of 2⁻²⁴ of 10.
                Assert.That(scores[i * B + j], Is.EqualTo(score).Within(40 * 10.0 / (1 << 24)));
            }
    }

    [Test]
    public void Architectures_are_those_of_the_benchmark()
    {
        using var device = new HostDevice(threads: 1);
        static string[] Weights(Critic critic) =>
            [.. critic.Parameters.Specs.Where(s => s.Shape.Cols > 1).Select(s => $"{s.Name} {s.Shape}")];
        Assert.That(Weights(new(device, CriticShape.Separable(20, 20), 0)), Is.EqualTo(new[]
        {
            "x/0/w [20, 256]", "x/1/w [256, 256]", "x/2/w [256, 32]",
            "y/0/w [20, 256]", "y/1/w [256, 256]", "y/2/w [256, 32]",
        }));
        Assert.That(Weights(new(device, CriticShape.Concat(20, 20), 0)),
            Is.EqualTo(new[] { "first/wx [20, 256]", "first/wy [20, 256]", "rest/0/w [256, 256]" }));
    }

    [Test]
    public void A_concat_critic_without_hidden_layers_is_refused()
    {
        using var device = new HostDevice(threads: 1);
        Assert.That(() => new Critic(device, CriticShape.Concat(2, 2) with { Hidden = [] }, 0),
            Throws.ArgumentException.With.Message.Contains("hidden layer"));
    }
}
