using Hybrid.Devices;
using Hybrid.Devices.Host;
using Hybrid.Formulas;
using Hybrid.Theory;

namespace Hybrid.Models.Tests;

/// <summary>A linear β-VAE, trained by gradient descent on the kernels, lands on reverse water-filling.</summary>
/// <remarks>
/// Infinite data without sampling any: x enters a linear VAE's objective through its second moments alone, and
/// 2D points ±√(Dλ_i)·u_i have exactly mean 0 and covariance Σ. The trained parameters are measured by exact
/// expectations (<see cref="LinearVae.Account"/>), so the only error is what training left: with a falling
/// learning rate well below the 0.02 nats asked for.
/// </remarks>
[TestFixture]
public class LinearVaeTests
{
    const int D = 6, K = 5, Copies = 16, Steps = 4000;
    const double Beta = 1.2, Sigma = 0.5, Tolerance = 0.02;

    static readonly double[] Lambda = [4, 2, 1, 0.5, 0.2, 0.1];

    [Test]
    public void Training_reaches_the_water_filling_optimum()
    {
        using var device = new HostDevice(threads: 1);
        var shape = new VaeShape(D, [], K, Activation.Identity, Likelihood.Gaussian(Sigma))
        {
            SharedPosteriorVariance = true,
        };
        var vae = new Vae(device, shape, seed: 1);
        Train(device, vae);

        var account = LinearVae.Account(ParametersOf(device, vae), Covariance());
        var exact = ReverseWaterFilling.AtOptimum(Lambda, K, Beta, Sigma * Sigma);
        Assert.Multiple(() =>
        {
            Assert.That(account.ActiveUnits, Is.EqualTo(exact.ActiveUnits));
            Assert.That(account.RateNats, Is.EqualTo(exact.RateNats).Within(Tolerance));
            Assert.That(account.MutualInformationNats, Is.EqualTo(exact.MutualInformationNats).Within(Tolerance));
            Assert.That(account.NegativeElboNats, Is.EqualTo(exact.NegativeElboNats).Within(Tolerance));
            Assert.That(account.SquaredError, Is.EqualTo(exact.SquaredError).Within(1).Percent);
            // The optimum is one: nothing is below it.
            Assert.That(account.ObjectiveNats(Beta), Is.GreaterThanOrEqualTo(exact.ObjectiveNats - 1e-9));
        });

        // The check can fail: a β that is 5 % off would be seen.
        var off = ReverseWaterFilling.AtOptimum(Lambda, K, 1.05 * Beta, Sigma * Sigma);
        Assert.That(Math.Abs(off.RateNats - account.RateNats), Is.GreaterThan(Tolerance));
    }

    static void Train(Device device, Vae vae)
    {
        var plan = vae.TrainingPlan(2 * D * Copies);
        plan.SetBeta(Beta);
        device.Upload(Points(), plan.X);
        var parameters = vae.Parameters;
        var (m, v) = (parameters.NewBlock(), parameters.NewBlock());
        for (var step = 0; step < Steps; step++)
        {
            plan.Run((uint)step);
            var rate = 0.02 * (1 - (double)step / Steps);
            device.Ops.Adam(parameters.Values, parameters.Gradient, m, v, AdamStep.At(step + 1, rate));
        }
    }

    /// <summary>Column i of an orthogonal matrix that mixes all dimensions: I − 2vvᵀ with v = (1, 2, …)/|·|.</summary>
    static double Axis(int row, int i)
    {
        double squares = 0;
        for (var d = 1; d <= D; d++) squares += d * d;
        return (row == i ? 1 : 0) - 2.0 * (row + 1) * (i + 1) / squares;
    }

    static float[] Points()
    {
        var x = new float[2 * D * Copies * D];
        for (var b = 0; b < 2 * D * Copies; b++)
            for (var d = 0; d < D; d++)
            {
                var i = b / 2 % D;
                x[b * D + d] = (float)((b % 2 == 0 ? 1 : -1) * Math.Sqrt(D * Lambda[i]) * Axis(d, i));
            }
        return x;
    }

    static double[,] Covariance()
    {
        var sigma = new double[D, D];
        for (var row = 0; row < D; row++)
            for (var column = 0; column < D; column++)
                for (var i = 0; i < D; i++)
                    sigma[row, column] += Lambda[i] * Axis(row, i) * Axis(column, i);
        return sigma;
    }

    static LinearVaeParameters ParametersOf(Device device, Vae vae)
    {
        double[] Vector(string name) => Array.ConvertAll(device.ToArray(vae.Parameters.Value(name)), v => (double)v);
        // A layer computes x·A on rows: V = Aᵀ.
        double[,] Transposed(string name, int rows, int cols)
        {
            var (a, result) = (Vector(name), new double[cols, rows]);
            for (var row = 0; row < rows; row++)
                for (var column = 0; column < cols; column++)
                    result[column, row] = a[row * cols + column];
            return result;
        }
        return new(
            Transposed("encoder/0/w", D, K), Vector("encoder/0/b"),
            Array.ConvertAll(Vector("encoder/logVar"), Math.Exp),
            Transposed("decoder/0/w", K, D), Vector("decoder/0/b"), Sigma * Sigma);
    }
}
