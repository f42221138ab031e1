using Hybrid.Devices.Host;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 15's exercise: delete the body of MixtureLogDensity, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter15
{
    #region mixture
    /// <summary>log (1/K) Σ_k Π_d N(z_d; μ_kd, 1).</summary>
    public static double MixtureLogDensity(double[] z, double[][] mu)
    {
        var terms = mu.Select(mean => z.Zip(mean, (x, m) => -0.5 * (Math.Log(2 * Math.PI) + (x - m) * (x - m))).Sum());
        return Math.Log(terms.Average(Math.Exp));
    }
    #endregion

    [Test]
    public void Is_the_host_device_s([Values(1, 2, 5)] int dims)
    {
        const int K = 4;
        var random = new Random(dims);
        double[] Row() => [.. Enumerable.Range(0, dims).Select(_ => (double)(float)(4 * random.NextDouble() - 2))];
        double[] z = Row();
        double[][] mu = [.. Enumerable.Range(0, K).Select(_ => Row())];
        using var device = new HostDevice(1);
        var (precision, scale) = (device.Arena.Allocate(K, dims), device.Arena.Allocate(K, 1));
        var y = device.Arena.Allocate(1, 1);
        device.Ops.GaussianScales(device.Arena.Allocate(K, dims), precision, scale);
        device.Ops.MixtureLogDensity(
            device.From([.. z.Select(x => (float)x)], 1, dims),
            device.From([.. mu.SelectMany(row => row).Select(x => (float)x)], K, dims), precision, scale, y);

        // A few dozen roundings of terms below 50 nats.
        Assert.That(device.ToArray(y)[0], Is.EqualTo(MixtureLogDensity(z, mu)).Within(64 * 50 * Math.ScaleB(1, -24)));
    }
}
