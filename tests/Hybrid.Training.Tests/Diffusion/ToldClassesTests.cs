using Hybrid.Devices.Host;
using Hybrid.Information;
using Hybrid.Training.Data;

namespace Hybrid.Training.Tests.Diffusion;

/// <summary>What a network in training is told, and what that is worth.</summary>
[TestFixture]
public sealed class ToldClassesTests
{
    [Test]
    public void Rows_are_told_their_class_or_none()
    {
        const int N = 4000, C = 3;
        const double dropout = 0.25;
        using var device = new HostDevice(threads: 1);
        var data = new Points("rows", new float[N], 1) { Classes = [.. Enumerable.Range(0, N).Select(n => n % C)] };
        var told = new ToldClasses(device, data, dropout, seed: 1, N);
        int[] order = [.. Enumerable.Range(0, N).Reverse()];
        float[] Epoch(int epoch)
        {
            told.StartEpoch(epoch, order);
            var y = device.Arena.Allocate(N, C);
            told.Batch(0, y);
            return device.ToArray(y);
        }
        var first = Epoch(0);
        var none = 0;
        for (var i = 0; i < N; i++)
        {
            var row = first.AsSpan(i * C, C);
            if (row.IndexOf(1f) < 0) none++;
            else Assert.That(row.IndexOf(1f), Is.EqualTo(order[i] % C), $"row {i}");
            Assert.That(row.ToArray().Sum(), Is.AnyOf(0f, 1f), $"row {i}");
        }
        // Five standard errors of a binomial.
        Assert.That(none, Is.EqualTo(dropout * N).Within(5 * Math.Sqrt(N * dropout * (1 - dropout))));
        Assert.That(Epoch(0), Is.EqualTo(first));
        Assert.That(Epoch(1), Is.Not.EqualTo(first));

        var part = device.Arena.Allocate(7, C);
        told.StartEpoch(0, order);
        told.Batch(100, part);
        Assert.That(device.ToArray(part), Is.EqualTo(first[(100 * C)..(107 * C)]));
    }

    [Test]
    public void Points_know_their_piece()
    {
        Assert.That(Densities.Of("grid", 500, 1)!.ClassCount, Is.EqualTo(25));
        Assert.That(Densities.Of("rings", 500, 1)!.ClassCount, Is.EqualTo(3));
        Assert.That(Densities.Of("moons", 500, 1)!.ClassCount, Is.EqualTo(2));
        Assert.That(Densities.Of("scg", 500, 1)!.Classes, Is.Null);
        var moons = Densities.Of("moons", 500, 1)!;
        Assert.That(moons.First(9).Classes, Is.EqualTo(moons.Classes![..9]));
        Assert.That((moons with { Classes = null }).Fingerprint, Is.Not.EqualTo(moons.Fingerprint));
        Expect.UserError(() => Densities.Of("swirl", 9, 1)!.RequireClasses(), "--data swirl", "no classes", "moons");
    }

    /// <summary>Σ_y p(y) p(x | y) is p(x), and the mean of i(x; y) is at most H[y].</summary>
    [TestCase("grid")]
    [TestCase("rings")]
    [TestCase("moons")]
    public void What_pieces_say_is_in_account_with_the_density(string name)
    {
        var density = KnownDensity.Of(name)!;
        var points = Densities.Of(name, 400, seed: 2)!;
        var C = points.ClassCount;
        var mixed = new double[points.N];
        for (var y = 0; y < C; y++)
        {
            var all = density.Pointwise(points with { Classes = [.. Enumerable.Repeat(y, points.N)] })!;
            for (var n = 0; n < mixed.Length; n++) mixed[n] += Math.Exp(all[n]) / C;
        }
        // Sums of a few hundred terms in double precision.
        Assert.That(mixed, Is.All.EqualTo(1).Within(1e-10));
        var (mean, _) = SampleMean.Of(density.Pointwise(points));
        Assert.That(mean, Is.InRange(0.9 * Math.Log(C), Math.Log(C)));
        Assert.That(KnownDensity.Of("scg")!.Pointwise(Densities.Of("scg", 5, 1)!), Is.Null);
    }

    /// <summary>x̂ = 0 leaves x itself, and x̂ = x leaves nothing.</summary>
    [Test]
    public void An_error_is_that_of_a_column()
    {
        double[] x = [1, 2, -3, 0.5];
        var nothing = ErrorByLevel.On((_, _, data) => data.Clear(), x, 2, seed: 1);
        foreach (var logSnr in (double[])[-4, 0, 7])
            Assert.That(nothing(logSnr), Is.EqualTo(x.Average(v => v * v)).Within(1e-12));
        var all = ErrorByLevel.On((_, _, data) => x.CopyTo(data), x, 2, seed: 1);
        Assert.That(all(2), Is.Zero);
    }

    /// <summary>
    /// Two far pieces: a class is worth ln 2, and a network that was told it in training says so.
    /// </summary>
    [Test]
    public void What_classes_say_is_measured()
    {
        using var device = new HostDevice(threads: 2);
        var options = new DiffusionRunOptions
        {
            Data = "moons", Width = 64, Layers = 2, Features = 16, BatchSize = 100, Epochs = 12, LearningRate = 3e-3,
            Classes = true, ClassDropout = 0.5, Seed = 5,
        }.Validated();
        var trainer = new DiffusionTrainer(device, options, Points.Load("moons", 5));
        trainer.Run(_ => { }, CancellationToken.None);
        var points = Points.ToEvaluate("moons", 300, 5);
        var information = ClassInformation.Of(trainer.Average, options.Answer, trainer.Scale, points, seed: 1);

        Assert.That(information.Exact!.Average(), Is.EqualTo(Math.Log(2)).Within(0.01));
        Assert.That(information.EntropyOfClasses, Is.EqualTo(Math.Log(2)).Within(0.02));
        // Both networks are far from the best after a few seconds; half as much again is what is asked.
        Assert.That(information.Estimate.Nats, Is.EqualTo(Math.Log(2)).Within(0.35));
        Assert.That(information.Estimate.OrthogonalNats, Is.EqualTo(Math.Log(2)).Within(0.35));

        var told = new DiffusionEvaluation(trainer.Average, options.Answer, trainer.Scale, points, told: true);
        var free = new DiffusionEvaluation(trainer.Average, options.Answer, trainer.Scale, points);
        Assert.That(free.Bound(1).Nats - told.Bound(1).Nats, Is.EqualTo(Math.Log(2)).Within(0.35));
        Assert.That(() => told.Immse(1), Throws.InvalidOperationException);
    }
}
