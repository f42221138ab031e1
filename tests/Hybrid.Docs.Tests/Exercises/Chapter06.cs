using Hybrid.Devices.Host;
using Hybrid.Formulas;

namespace Hybrid.Docs.Tests.Exercises;

/// <summary>Chapter 6's exercise: delete the body of BestGuess, write your own, run this.</summary>
[TestFixture]
public sealed class Chapter06
{
    #region best-guess
    /// <summary>The noise in z = αx + σε that data N(0, variance) make most likely.</summary>
    public static double BestGuess(double z, double logSnr, double variance)
    {
        double signal = 1 / (1 + Math.Exp(-logSnr)), noise = 1 / (1 + Math.Exp(logSnr));
        return Math.Sqrt(noise) * z / (signal * variance + noise);
    }
    #endregion

    /// <summary>Its mean squared error over draws is the floor, within five standard errors.</summary>
    [Test]
    public void Reaches_the_floor([Values(0.1, 1, 4)] double variance, [Values(-2, 0, 3)] double logSnr)
    {
        const int Rows = 20_000;
        using var device = new HostDevice(1);
        Devices.Tensor x = device.Arena.Allocate(Rows, 1), z = device.Arena.Allocate(Rows, 1);
        Devices.Tensor eps = device.Arena.Allocate(Rows, 1), ratio = device.Arena.Allocate(Rows, 1);
        device.Ops.Normals(x, new Noise(1, 0, 0));
        device.Upload([.. device.ToArray(x).Select(v => (float)(Math.Sqrt(variance) * v))], x);
        device.Ops.Fill(ratio, (float)logSnr);
        device.Ops.DiffuseNoise(x, ratio, new Noise(1, 0, 1), z, eps);

        var (seen, noise) = (device.ToArray(z), device.ToArray(eps));
        double[] errors =
            [.. seen.Zip(noise, (v, e) => Math.Pow(BestGuess(v, logSnr, variance) - e, 2))];
        var signal = variance * Math.Exp(logSnr);
        var floor = signal / (signal + 1);
        // The error is Gaussian, so its square has the variance 2·floor².
        Assert.That(errors.Average(), Is.EqualTo(floor).Within(5 * floor * Math.Sqrt(2.0 / Rows)));
    }
}
