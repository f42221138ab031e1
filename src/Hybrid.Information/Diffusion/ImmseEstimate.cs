using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Information;

/// <summary>How log-SNRs are drawn for an integral over all of them: a logistic law, cut at both ends.</summary>
/// <remarks>Kong, Brekelmans &amp; Ver Steeg 2023, arXiv:2302.03792, appendix B.</remarks>
/// <param name="Location">Its middle.</param>
/// <param name="Scale">Its scale.</param>
/// <param name="Clip">λ is drawn within this many scales of the middle; what lies beyond is left out.</param>
/// <param name="Lowest">Nor is λ drawn below this.</param>
/// <param name="Highest">Nor above this.</param>
public readonly record struct LogSnrSampling(double Location = 0, double Scale = 3, double Clip = 8,
    double Lowest = double.NegativeInfinity, double Highest = double.PositiveInfinity)
{
    /// <summary>The law with every value unless told; <c>default</c> is none.</summary>
    public LogSnrSampling() : this(0) { }

    /// <summary>A wide law between two levels, whose ends are two scales away from its middle.</summary>
    /// <remarks>
    /// For networks that were trained between them: what a network has not learnt lies anywhere, most of all at little
    /// noise, and a law that hardly draws there finds it seldom and then far too large.
    /// </remarks>
    public static LogSnrSampling Between(double noisiest, double cleanest) =>
        new(0.5 * (cleanest + noisiest), 0.25 * (cleanest - noisiest), Lowest: noisiest, Highest: cleanest);

    /// <summary>The published rule for data of these variances: −E ln v, √(1 + 3/π·Var ln v).</summary>
    public static LogSnrSampling For(ReadOnlySpan<double> variances)
    {
        double sum = 0, squares = 0;
        foreach (var v in variances) sum += Math.Log(v);
        var mean = sum / variances.Length;
        foreach (var v in variances) squares += Math.Pow(Math.Log(v) - mean, 2);
        return new(-mean, Math.Sqrt(1 + 3 / Math.PI * squares / variances.Length));
    }

    /// <summary>λ for a uniform number, and one per its density.</summary>
    public (double LogSnr, double Weight) At(double uniform)
    {
        double low = F64.Sigmoid(new(Math.Max(-Clip, (Lowest - Location) / Scale))).V;
        // What is above the cut, so that 1 − u keeps its digits.
        double above = F64.Sigmoid(new(Math.Max(-Clip, (Location - Highest) / Scale))).V;
        double u = low + uniform * (1 - low - above);
        var logSnr = Location + Scale * (Math.Log(u) - F64.Log1p(new(-u)).V);
        return (logSnr, Scale * (1 - low - above) / (u * (1 - u)));
    }
}

/// <summary>−log p(x) as an integral of what a denoiser gets wrong, over all levels of noise.</summary>
/// <param name="Nats">
/// The mean over data, summed over dimensions. An upper bound, but for the sampling error.
/// </param>
/// <param name="StandardError">Of the draws of data, noise and level, from independent repetitions.</param>
/// <param name="Draws">How many.</param>
public readonly record struct ImmseEstimate(double Nats, double StandardError, int Draws)
{
    const uint Levels = 1, NoiseOfRows = 2;

    /// <summary>Repetitions, each with levels in equal strata; their spread is the standard error.</summary>
    const int Repetitions = 16;

    #region continuous
    /// <summary>Of data with a density: the Gaussian's entropy, less what the denoiser does better.</summary>
    /// <remarks>
    /// Kong et al. 2023, eq. 8, with the Gaussian's own error on the same draw beside the denoiser's: the mean is the
    /// same, and data that are Gaussian have no sampling error at all.
    /// </remarks>
    /// <param name="denoise">The denoiser.</param>
    /// <param name="x">Data, [N, D]; draws go through the rows in turn.</param>
    /// <param name="mean">Of the reference Gaussian, [D].</param>
    /// <param name="variance">Of the reference Gaussian, [D].</param>
    /// <param name="sampling">How levels are drawn.</param>
    /// <param name="draws">Draws of level and noise; a multiple of N counts every row alike. At least 16.</param>
    /// <param name="seed">Of noise and levels.</param>
    public static ImmseEstimate Continuous(DenoiseRows denoise, double[] x, double[] mean, double[] variance,
        LogSnrSampling sampling, int draws, ulong seed) =>
        Continuous(EachAlone(denoise, mean.Length), x, mean, variance, sampling, draws, seed);

    /// <summary>The same with a denoiser that takes rows of different levels together.</summary>
    public static ImmseEstimate Continuous(DenoiseEach denoise, double[] x, double[] mean, double[] variance,
        LogSnrSampling sampling, int draws, ulong seed)
    {
        var entropy = 0.0;
        foreach (var v in variance) entropy += 0.5 * Math.Log(Math.Tau * Math.E * v);
        return Estimate(denoise, x, mean.Length, sampling, draws, seed, entropy, (row, eps, logSnr) =>
        {
            var error = 0.0;
            for (var d = 0; d < row.Length; d++)
            {
                // ε − ε̂ of the Gaussian: SNR·v/(1 + SNR·v) of ε, and of the signal what is left.
                double snr = Math.Exp(logSnr), share = 1 / (1 + snr * variance[d]);
                var wrong = snr * variance[d] * share * eps[d] - Math.Sqrt(snr) * share * (row[d] - mean[d]);
                error += wrong * wrong;
            }
            return error;
        });
    }
    #endregion

    /// <summary>Of data that take countably many values: the integral alone.</summary>
    /// <remarks>Kong et al. 2023, eq. 9.</remarks>
    public static ImmseEstimate Discrete(
        DenoiseRows denoise, double[] x, int columns, LogSnrSampling sampling, int draws, ulong seed) =>
        Discrete(EachAlone(denoise, columns), x, columns, sampling, draws, seed);

    /// <summary>The same with a denoiser that takes rows of different levels together.</summary>
    public static ImmseEstimate Discrete(
        DenoiseEach denoise, double[] x, int columns, LogSnrSampling sampling, int draws, ulong seed) =>
        Estimate(denoise, x, columns, sampling, draws, seed, 0, (_, _, _) => 0);

    static DenoiseEach EachAlone(DenoiseRows denoise, int columns) => (z, logSnr, data) =>
    {
        for (var row = 0; row < logSnr.Length; row++)
            denoise(z.Slice(row * columns, columns), logSnr[row], data.Slice(row * columns, columns));
    };

    delegate double Reference(ReadOnlySpan<double> x, ReadOnlySpan<double> eps, double logSnr);

    static ImmseEstimate Estimate(DenoiseEach denoise, double[] x, int D, LogSnrSampling sampling, int draws,
        ulong seed, double offset, Reference reference)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, Repetitions);
        if (D < 1 || x.Length == 0 || x.Length % D != 0)
            throw new ArgumentException($"{x.Length} data: give rows of {D}");
        double sum = 0, squares = 0;
        var strata = draws / Repetitions;
        double[] rows = new double[strata * D], eps = new double[strata * D], weights = new double[strata];
        var levels = new double[strata];
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            for (var stratum = 0; stratum < strata; stratum++)
            {
                var draw = repetition * strata + stratum;
                // Half a unit of the 24-bit uniform: the ends of the law are not drawn.
                var uniform = Kernels.Draws.Uniforms(0, draw, new Noise(seed, 0, Levels)).W0.V + Math.ScaleB(0.5, -24);
                (levels[stratum], weights[stratum]) = sampling.At((stratum + uniform) / strata);
                for (var d = 0; d < D; d++)
                    eps[stratum * D + d] = Kernels.Draws.NormalAt(draw, d, new Noise(seed, 0, NoiseOfRows)).V;
                x.AsSpan((int)((long)draw * D % x.Length), D).CopyTo(rows.AsSpan(stratum * D));
            }
            var errors = DenoiserError.Noise(denoise, rows, eps, D, levels);
            var part = 0.0;
            for (var stratum = 0; stratum < strata; stratum++)
                part += 0.5 * weights[stratum] * (errors[stratum] - reference(
                    rows.AsSpan(stratum * D, D), eps.AsSpan(stratum * D, D), levels[stratum]));
            sum += part / strata;
            squares += Math.Pow(part / strata, 2);
        }
        var mean = sum / Repetitions;
        var variance = Math.Max(0, squares / Repetitions - mean * mean) / (Repetitions - 1);
        return new(offset + mean, Math.Sqrt(variance), strata * Repetitions);
    }
}
