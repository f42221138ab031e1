using Hybrid.Devices.Host;

namespace Hybrid.Models.Tests;

/// <summary>The IM algorithm: its bound is the channel's own information, and it finds the principal axis.</summary>
[TestFixture]
public sealed class InformationMaximizationTests
{
    const int D = 3;

    /// <summary>±√(λ_k D) along each axis of a frame turned in the first plane: moments are exact.</summary>
    static float[] Data(int repetitions)
    {
        double[] variances = [4, 1, 0.25];
        double[][] axes = [[0.8, 0.6, 0], [-0.6, 0.8, 0], [0, 0, 1]];
        var x = new float[repetitions * 2 * D * D];
        for (var row = 0; row < repetitions * 2 * D; row++)
            for (var d = 0; d < D; d++)
            {
                var k = row / 2 % D;
                x[row * D + d] = (float)((row % 2 == 0 ? 1 : -1) * Math.Sqrt(variances[k] * D) * axes[k][d] + 5);
            }
        return x;
    }

    [Test]
    public void It_finds_the_principal_axis_and_what_the_channel_carries()
    {
        using var device = new HostDevice();
        var im = new InformationMaximization(device, Data(64), D, 1, sigma: 0.5, seed: 3);
        var before = im.Bound;
        for (var step = 0; step < 300; step++) im.Step(0.1 * (1 - step / 300.0));
        double known = Theory.Gaussian.ChannelInformationNats(1 / 0.25, [4]);
        Assert.That(im.Bound, Is.EqualTo(known).Within(1e-3).And.GreaterThan(before));
        var w = im.Encoder;
        Assert.That(Math.Abs(0.8 * w[0, 0] + 0.6 * w[1, 0]), Is.EqualTo(1).Within(1e-3));
    }

    /// <summary>With every direction kept there is nothing to choose: any rotation carries the same.</summary>
    [Test]
    public void As_many_outputs_as_columns_carry_all_there_is()
    {
        using var device = new HostDevice(1);
        var im = new InformationMaximization(device, Data(4), D, D, sigma: 1, seed: 1);
        double known = Theory.Gaussian.ChannelInformationNats(1, [4, 1, 0.25]);
        Assert.That(im.Bound, Is.EqualTo(known).Within(1e-5));
        im.Step(0.1);
        Assert.That(im.Bound, Is.EqualTo(known).Within(1e-5));
        Assert.That(im.DataEntropy, Is.EqualTo(
            (double)Theory.MultivariateGaussian.EntropyDiagonalNats([Math.Log(4), 0, Math.Log(0.25)])).Within(1e-5));
    }

    [Test]
    public void Columns_stay_orthonormal()
    {
        using var device = new HostDevice(1);
        var im = new InformationMaximization(device, Data(4), D, 2, sigma: 1, seed: 1);
        for (var step = 0; step < 5; step++) im.Step(0.2);
        var w = im.Encoder;
        for (var j = 0; j < 2; j++)
            for (var k = 0; k < 2; k++)
                Assert.That(Enumerable.Range(0, D).Sum(d => w[d, j] * w[d, k]),
                    Is.EqualTo(j == k ? 1 : 0).Within(1e-12));
    }

    [Test]
    public void Mistakes_are_named()
    {
        using var device = new HostDevice(1);
        Assert.That(() => new InformationMaximization(device, Data(1), D, 4, 1, 0), Throws.ArgumentException);
        Assert.That(() => new InformationMaximization(device, Data(1), D, 1, 0, 0), Throws.ArgumentException);
        Assert.That(() => new InformationMaximization(device, [1, 2, 2, 4, 3, 6], 2, 1, 1, 0),
            Throws.ArgumentException);
        Assert.That(() => new Cholesky(new double[,] { { 1, 2 }, { 2, 1 } }), Throws.ArgumentException);
    }

    [Test]
    public void A_Cholesky_factor_whitens()
    {
        var cholesky = new Cholesky(new[,] { { 4.0, 2 }, { 2, 5 } });
        Assert.That(cholesky.LogDeterminant, Is.EqualTo(Math.Log(16)).Within(1e-14));
        var inverse = cholesky.InverseFactor();
        // L = [2 0; 1 2].
        Assert.That(inverse, Is.EqualTo(new[,] { { 0.5, 0 }, { -0.25, 0.5 } }).Within(1e-15));
    }
}
