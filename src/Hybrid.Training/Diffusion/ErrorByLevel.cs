using Hybrid.Information;
using Hybrid.Kernels;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>
/// What a trained network does not know of x at a level of noise, measured on rows that it learnt from.
/// </summary>
public static class ErrorByLevel
{
    /// <summary>
    /// Rows; each column of each counts, so that a thousandth of the spread is not worth more of them.
    /// </summary>
    const int Rows = 256;

    /// <summary>Of the noise of these rows, apart from that of samples.</summary>
    const uint NoiseOfRows = 6;

    /// <summary>E(x − x̂)² of a column, given λ; the data are read when it is first asked.</summary>
    /// <param name="checkpoint">The run, which names its data.</param>
    /// <param name="network">Its network.</param>
    /// <returns>The error; it throws a <see cref="UserError"/> where the data cannot be read.</returns>
    public static Func<double, double> Of(DiffusionCheckpoint checkpoint, Denoiser network)
    {
        var measure = new Lazy<Func<double, double>>(() =>
        {
            var options = checkpoint.Options;
            var rows = DiffusionData.Load(options.Data, options.Seed).First(Rows);
            if (rows.D != checkpoint.Columns)
                throw new UserError($"--data {options.Data}",
                    $"has {rows.D} columns, the model {checkpoint.Columns}", "put the training data back");
            var denoiser = new DenoiserOnHost(network, options.Answer);
            if (options.Classes) denoiser = denoiser.Told(rows.RequireClasses());
            return On(denoiser.Denoise, checkpoint.Scale.Apply(rows.Values), rows.D, options.Seed);
        });
        return logSnr => measure.Value(logSnr);
    }

    /// <summary>The same of any denoiser on rows x[N, D], with one draw of noise for all levels.</summary>
    public static Func<double, double> On(DenoiseRows denoise, double[] x, int D, ulong seed)
    {
        var eps = new double[x.Length];
        for (var i = 0; i < eps.Length; i++) eps[i] = Draws.NormalAt(i / D, i % D, new(seed, 0, NoiseOfRows)).V;
        return logSnr => DenoiserError.MeanNoise(denoise, x, eps, D, logSnr) / (Math.Exp(logSnr) * D);
    }
}
