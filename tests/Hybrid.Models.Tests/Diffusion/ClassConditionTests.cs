using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Models.Tests;

/// <summary>
/// Networks that are told classes: untold they are those without, told they move, and rows keep apart.
/// </summary>
[TestFixture]
public sealed class ClassConditionTests
{
    const int Classes = 3, B = 5, D = 16;

    HostDevice device = null!;

    [OneTimeSetUp]
    public void Open() => device = new HostDevice(threads: 1);

    [OneTimeTearDown]
    public void Close() => device.Dispose();

    static Denoiser Network(string name, Device device, int classes) => name switch
    {
        "mlp" => new MlpDenoiser(device, new(D, 8, 1, 4, Octaves: 1, Classes: classes), seed: 3),
        "dit" => new DiffusionTransformer(device, new(4, 4, 2, 6, 1, 2, 4, Octaves: 1, Classes: classes), seed: 3),
        _ => new UNetDenoiser(
            device, new(4, 4, 4, [1], Groups: 2, Features: 4, Octaves: 1, Classes: classes), seed: 3),
    };

    static double[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
    }

    /// <summary>
    /// Numbers for all parameters, the same for those of one name: layers that start at 0 say nothing.
    /// </summary>
    static Denoiser Filled(Denoiser denoiser)
    {
        foreach (var spec in denoiser.Parameters.Specs)
        {
            var values = Numbers(spec.Shape.Rows * spec.Shape.Cols, spec.Name.Sum(letter => letter));
            denoiser.Device.Upload([.. values.Select(v => (float)(0.5 * v))], denoiser.Parameters.Value(spec.Name));
        }
        return denoiser;
    }

    static double[] Ask(DenoiserOnHost network, int rows = B)
    {
        var data = new double[rows * D];
        network.Denoise(Numbers(B * D, seed: 1).AsSpan(0, rows * D), 0.5, data);
        return data;
    }

    [Test]
    public void Untold_it_is_the_network_without_classes([Values("mlp", "dit", "unet")] string name)
    {
        Denoiser with = Network(name, device, Classes), without = Network(name, device, 0);
        Assert.That(with.Parameters.Specs.SkipLast(1), Is.EqualTo(without.Parameters.Specs));
        foreach (var spec in without.Parameters.Specs)
            Assert.That(device.ToArray(with.Parameters.Value(spec.Name)),
                Is.EqualTo(device.ToArray(without.Parameters.Value(spec.Name))), spec.Name);
        Assert.That(Ask(new(Filled(with), PredictionTarget.Velocity)),
            Is.EqualTo(Ask(new(Filled(without), PredictionTarget.Velocity))));
    }

    [Test]
    public void A_row_hears_its_own_class_only([Values("mlp", "dit", "unet")] string name)
    {
        var free = new DenoiserOnHost(Filled(Network(name, device, Classes)), PredictionTarget.Velocity);
        double[] untold = Ask(free), told = Ask(free.Told([0, 1, 2, 1, 0])), other = Ask(free.Told([0, 1, 0, 1, 0]));
        for (var i = 0; i < told.Length; i++)
        {
            Assert.That(told[i], Is.Not.EqualTo(untold[i]), $"number {i}");
            if (i / D == 2) Assert.That(told[i], Is.Not.EqualTo(other[i]), $"number {i}");
            else Assert.That(told[i], Is.EqualTo(other[i]), $"number {i}");
        }
        Assert.That(Ask(free), Is.EqualTo(untold), "nothing of the classes is left");
    }

    [Test]
    public void Classes_that_do_not_fit_are_refused()
    {
        var free = new DenoiserOnHost(Network("mlp", device, Classes), PredictionTarget.Noise);
        Assert.That(() => free.Told([0, 3]), Throws.ArgumentException.With.Message.Contains("class 3"));
        Assert.That(() => free.Told([-1]), Throws.ArgumentException.With.Message.Contains("class -1"));
        Assert.That(() => Ask(free.Told([0, 1]), rows: 3), Throws.ArgumentException.With.Message.Contains("3 rows"));
        var without = new DenoiserOnHost(Network("mlp", device, 0), PredictionTarget.Noise);
        Assert.That(() => without.Told([0]), Throws.ArgumentException);
        Assert.That(() => Network("mlp", device, -1), Throws.ArgumentException);
    }

    [TestCase(0, 0)]
    [TestCase(1, 0)]
    [TestCase(3, 0)]
    [TestCase(3, 0.7)]
    public void A_guided_network_is_its_guidance(double scale, double rescale)
    {
        var network = Filled(Network("mlp", device, Classes));
        var free = new DenoiserOnHost(network, PredictionTarget.Velocity);
        int[] classes = [2, 1, 0, 1, 2];
        var z = device.From([.. Numbers(B * D, seed: 1).Select(v => (float)v)], B, D);
        var data = device.Arena.Allocate(B, D);
        new GuidedDenoiser(network, PredictionTarget.Velocity, scale, rescale).For(classes)(z, 0.5, data);

        var expected = new double[B * D];
        double[] points = [.. device.ToArray(z).Select(v => (double)v)];
        Guidance.Of(free.Denoise, free.Told(classes).Denoise, scale, D, rescale)(points, 0.5, expected);
        Assert.That(device.ToArray(data), Is.EqualTo(expected.Select(v => (float)v)).Within(rescale == 0 ? 0 : 1e-6));
        Assert.That(device.ToArray(z).Select(v => (double)v), Is.EqualTo(points), "z stays");
    }
}
