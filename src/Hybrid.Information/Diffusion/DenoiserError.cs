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
        var levels = new double[x.Length / columns];
        Array.Fill(levels, logSnr);
        return Noise((z, _, data) => denoise(z, logSnr, data), x, eps, columns, levels);
    }

    /// <summary>The same with a level of its own for each row.</summary>
    /// <exception cref="ArgumentException">Shapes differ.</exception>
    public static double[] Noise(DenoiseEach denoise, ReadOnlySpan<double> x, ReadOnlySpan<double> eps, int columns,
        ReadOnlySpan<double> logSnr)
    {
        if (x.Length != eps.Length || columns < 1 || x.Length != logSnr.Length * columns)
            throw new ArgumentException($"{x.Length} data, {eps.Length} of noise and {logSnr.Length} levels of rows of "
                + $"{columns}: give as many of each");
        double[] z = new double[x.Length], data = new double[x.Length], errors = new double[logSnr.Length];
        for (var i = 0; i < z.Length; i++)
            z[i] = Alpha(logSnr[i / columns]) * x[i] + Sigma(logSnr[i / columns]) * eps[i];
        denoise(z, logSnr, data);
        for (var i = 0; i < z.Length; i++)
        {
            var error = Alpha(logSnr[i / columns]) * (x[i] - data[i]) / Sigma(logSnr[i / columns]);
            errors[i / columns] += error * error;
        }
        return errors;
    }

    static double Alpha(double logSnr) => Diffuse.Alpha(new F64(logSnr)).V;

    static double Sigma(double logSnr) => Diffuse.Sigma(new F64(logSnr)).V;

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
