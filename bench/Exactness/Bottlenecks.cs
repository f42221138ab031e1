using System.Diagnostics;
using System.Globalization;
using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Theory;
using Hybrid.Training;

namespace Hybrid.Bench.Exactness;

/// <summary>
/// A variational information bottleneck on a bit in Gaussian noise, where every information is known.
/// </summary>
/// <remarks>
/// Alemi et al. 2017, arXiv:1612.00410. The log-odds of the bit are linear in x, so a linear encoder of one
/// dimension and a logistic classifier lose nothing: as β goes to 0, H(Y) − CE goes to I(X; Y). At β = 1 the
/// objective is at least H(Y) − I(Z; Y) + I(Z; X), which by data processing is at least H(Y), and equal only
/// where z knows nothing.
/// </remarks>
static class Bottlenecks
{
    const double Snr = 1, LearningRate = 0.02;

    const int N = 2000, Steps = 3000, Draws = 32;

    public static IEnumerable<ExactnessExperiment> Experiments => new[] { 1e-4, 0.1, 1 }.Select(
        beta => new ExactnessExperiment(
            NameOf(beta), FormattableString.Invariant(
                $"an information bottleneck on a bit in noise: {Steps} steps of Adam on the kernels, {N} quantiles of x"),
            open => Run(open, beta)));

    static string NameOf(double beta) => string.Create(CultureInfo.InvariantCulture, $"vib/binary-channel/beta={beta}");

    static ExactnessRow[] Run(Func<Device> open, double beta)
    {
        var watch = Stopwatch.StartNew();
        using var device = open();
        var vib = new Vib(device, new(1, [], 1, 2, Activation.Identity), seed: 1);
        var (x, y) = Data();
        var plan = vib.TrainingPlan(N, beta);
        device.Upload(x, plan.X);
        device.Upload(y, plan.Y);
        var optimizer = new AdamOptimizer(device, vib.Parameters);
        for (var step = 0; step < Steps; step++)
        {
            plan.Run((uint)step);
            optimizer.Step(AdamOptimizer.Rate(LearningRateSchedule.Linear, LearningRate, step, Steps));
        }
        var (crossEntropy, rate) = Evaluate(vib, x, y);
        var seconds = watch.Elapsed.TotalSeconds;

        double known = BinaryChannel.InformationNats(Snr), label = Math.Log(2) - crossEntropy;
        ExactnessRow Row(string quantity, double exact, double measured, double tolerance) =>
            new($"{NameOf(beta)}/{quantity}", exact, measured, tolerance, "nats", seconds);
        // What is left of Adam's noise, and of 64,000 draws of z whose costs spread by about half a nat: 0.002.
        const double noise = 0.005;
        return beta switch
        {
            1e-4 => [Row("label-information", known, label, noise), Beyond(label, known, rate)],
            1 => [Row("label-information", 0, label, noise), Row("rate", 0, rate, noise)],
            _ => [Beyond(label, known, rate)],
        };

        ExactnessRow Beyond(double information, double channel, double kept) => Row(
            "label-information-beyond-data-processing", 0, Math.Max(0, information - Math.Min(channel, kept)), noise);
    }

    /// <summary>
    /// x at the mid-quantiles of the noise around either sign, and the sign as one of two classes.
    /// </summary>
    static (float[] X, float[] Y) Data()
    {
        var (x, y) = (new float[N], new float[2 * N]);
        for (var n = 0; n < N; n++)
        {
            var sign = n % 2 == 0 ? 1 : -1;
            var eps = MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, (n / 2 + 0.5) / (N / 2));
            x[n] = (float)(Math.Sqrt(Snr) * sign + eps);
            y[2 * n + n % 2] = 1;
        }
        return (x, y);
    }

    static (double CrossEntropy, double Rate) Evaluate(Vib vib, float[] x, float[] y)
    {
        var evaluation = vib.EvaluationPlan(N);
        vib.Device.Upload(x, evaluation.X);
        vib.Device.Upload(y, evaluation.Y);
        double crossEntropy = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            evaluation.Run((uint)draw);
            crossEntropy += vib.Device.ToArray(evaluation.MeanCrossEntropy)[0] / Draws;
        }
        return (crossEntropy, vib.Device.ToArray(evaluation.MeanRate)[0]);
    }
}
