using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Information;

/// <summary>What a denoiser gets wrong at one level of noise.</summary>
public static class DenoiserError
{
    /// <summary>Σ_d (ε − ε̂)² of each row, = SNR·Σ_d (x − x̂)².</summary>
    /// <param name="denoise">The denoiser.</param>
    /// <param name="x">Data, [N, D] row-major.</param>
    /// <param name="eps">Their noise, [N, D].</param>
    /// <param name="columns">D.</param>
    /// <param name="logSnr">λ.</param>
    /// <exception cref="ArgumentException">Shapes differ.</exception>
    public static double[] Noise(
        DenoiseRows denoise, ReadOnlySpan<double> x, ReadOnlySpan<double> eps, int columns, double logSnr)
    {
        if (x.Length != eps.Length || columns < 1 || x.Length % columns != 0)
            throw new ArgumentException($"{x.Length} data and {eps.Length} of noise: give rows of {columns} of both");
        double alpha = Diffuse.Alpha(new F64(logSnr)).V, sigma = Diffuse.Sigma(new F64(logSnr)).V;
        double[] z = new double[x.Length], data = new double[x.Length], errors = new double[x.Length / columns];
        for (var i = 0; i < z.Length; i++) z[i] = alpha * x[i] + sigma * eps[i];
        denoise(z, logSnr, data);
        for (var i = 0; i < z.Length; i++)
        {
            var error = alpha * (x[i] - data[i]) / sigma;
            errors[i / columns] += error * error;
        }
        return errors;
    }

    /// <summary>Their mean over the rows.</summary>
    /// <exception cref="ArgumentException">Shapes differ.</exception>
    public static double MeanNoise(
        DenoiseRows denoise, ReadOnlySpan<double> x, ReadOnlySpan<double> eps, int columns, double logSnr)
    {
        double sum = 0;
        var errors = Noise(denoise, x, eps, columns, logSnr);
        foreach (var error in errors) sum += error;
        return sum / errors.Length;
    }
}
