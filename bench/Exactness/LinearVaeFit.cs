using Hybrid.Devices;
using Hybrid.Formulas;
using Hybrid.Models;
using Hybrid.Theory;
using Hybrid.Training;

namespace Hybrid.Bench.Exactness;

/// <summary>A linear VAE trained by Adam on the kernels, then accounted for exactly.</summary>
static class LinearVaeFit
{
    const int Repetitions = 64, Steps = 6000;

    const double LearningRate = 0.02;

    /// <summary>What an experiment does, in one line.</summary>
    public static string About(string what) => FormattableString.Invariant(
        $"{what}: {Steps} steps of Adam on the kernels; data by exact second moments, z drawn anew at every step");

    /// <summary>Trains from random parameters; returns the trained parameters as Theory wants them.</summary>
    public static LinearVaeParameters Train(
        Func<Device> open, int latent, Likelihood likelihood, double beta, KlTerm term = KlTerm.Plain,
        double level = 0)
    {
        using var device = open();
        return Parameters(Trained(device, latent, likelihood, beta, PriorShape.Standard, term, level), latent);
    }

    /// <summary>The same with any prior: the trained model.</summary>
    public static Vae Trained(
        Device device, int latent, Likelihood likelihood, double beta, PriorShape prior,
        KlTerm term = KlTerm.Plain, double level = 0)
    {
        var shape = new VaeShape(GaussianData.D, [], latent, Activation.Identity, likelihood)
        {
            SharedPosteriorVariance = true, Prior = prior,
        };
        var vae = new Vae(device, shape, seed: 1);
        var plan = vae.TrainingPlan(Repetitions * 2 * GaussianData.D, term);
        plan.SetBeta(beta, level);
        device.Upload(GaussianData.Batch(Repetitions), plan.X);
        var optimizer = new AdamOptimizer(device, vae.Parameters);
        for (var step = 0; step < Steps; step++)
        {
            plan.Run((uint)step);
            optimizer.Step(AdamOptimizer.Rate(LearningRateSchedule.Linear, LearningRate, step, Steps));
        }
        return vae;
    }

    /// <summary>The mean KL of a model on its data, nats.</summary>
    public static double Rate(Vae vae)
    {
        var plan = vae.EvaluationPlan(Repetitions * 2 * GaussianData.D);
        vae.Device.Upload(GaussianData.Batch(Repetitions), plan.X);
        plan.Run(0);
        return vae.Device.ToArray(plan.MeanKl)[0];
    }

    static LinearVaeParameters Parameters(Vae vae, int K)
    {
        float[] Read(string name) => vae.Device.ToArray(vae.Parameters.Value(name));
        return new(
            Transposed(Read("encoder/0/w"), GaussianData.D, K),
            Doubles(Read("encoder/0/b")),
            Array.ConvertAll(Read("encoder/logVar"), logVar => Math.Exp(logVar)),
            Transposed(Read("decoder/0/w"), K, GaussianData.D),
            Doubles(Read("decoder/0/b")),
            vae.Sigma * vae.Sigma);
    }

    static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    static double[,] Transposed(float[] values, int rows, int cols)
    {
        var result = new double[cols, rows];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < cols; j++)
                result[j, i] = values[i * cols + j];
        return result;
    }
}
