using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Information;

/// <summary>A diffusion's variational bound from a few of its steps a row, which may be many thousand.</summary>
/// <remarks>
/// <see cref="DiffusionBound"/>'s terms; of the T steps each row takes one out of each of as many equal strata as it
/// has draws, times the steps of the stratum: the mean is the bound's, whatever the draws (Kingma et al. 2021,
/// arXiv:2107.00630, eq. 17 and appendix on low-discrepancy times).
/// </remarks>
/// <param name="Rows">The bound of each row, nats.</param>
/// <param name="Reconstruction">E −log p(x | z₀), nats.</param>
/// <param name="Diffusion">The mean of all steps together, nats.</param>
/// <param name="Prior">E KL(q(z₁ | x) ‖ N(0, I)), nats.</param>
public sealed record BoundEstimate(double[] Rows, double Reconstruction, double Diffusion, double Prior)
{
    const uint Steps = 3, NoiseOfRows = 4;

    /// <summary>The bound, nats.</summary>
    public double Nats => Reconstruction + Diffusion + Prior;

    /// <summary>The bound of rows x[N, D].</summary>
    /// <param name="denoise">The denoiser.</param>
    /// <param name="x">Data, row-major.</param>
    /// <param name="variance">
    /// [D], above 0. The error of N(0, diag variance)'s denoiser on the same draw is taken off, and its mean over the
    /// noise is added: any variances give the same mean, those of the data little scatter.
    /// </param>
    /// <param name="logSnr">λ at times 0, 1/T … 1, given the number of the level.</param>
    /// <param name="steps">T.</param>
    /// <param name="draws">Steps that each row takes; at most T.</param>
    /// <param name="seed">Of steps and noise.</param>
    /// <exception cref="ArgumentOutOfRangeException">No draw, or more than steps.</exception>
    public static BoundEstimate Of(DenoiseEach denoise, double[] x, double[] variance, Func<int, double> logSnr,
        int steps, int draws, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(draws, steps);
        var (columns, N) = (variance.Length, x.Length / variance.Length);
        double[] sums = new double[N], levels = new double[N], weights = new double[N], eps = new double[x.Length];
        for (var draw = 0; draw < draws; draw++)
        {
            int first = (int)((long)draw * steps / draws), next = (int)((draw + 1L) * steps / draws);
            for (var n = 0; n < N; n++)
            {
                var uniform = Kernels.Draws.Uniforms(0, n, new Noise(seed, (uint)draw, Steps)).W0.V;
                var step = first + Math.Min((int)(uniform * (next - first)), next - first - 1);
                (double s, double t) = (logSnr(step), logSnr(step + 1));
                (levels[n], weights[n]) = (t, (next - first) * 0.5 * F64.Expm1(new(s - t)).V);
                for (var d = 0; d < columns; d++)
                    eps[n * columns + d] = Kernels.Draws.NormalAt(n, d, new Noise(seed, (uint)draw, NoiseOfRows)).V;
            }
            var errors = DenoiserError.Noise(denoise, x, eps, columns, levels);
            for (var n = 0; n < N; n++) 
                sums[n] += weights[n] * (errors[n] - Excess(
                    x.AsSpan(n * columns, columns), eps.AsSpan(n * columns, columns), variance, levels[n]));
        }
        return Together(x, columns, sums, logSnr(0), logSnr(steps));
    }

    /// <summary>Squared error of a Gaussian's denoiser on a draw, less its mean over the noise.</summary>
    static double Excess(ReadOnlySpan<double> x, ReadOnlySpan<double> eps, double[] variance, double logSnr)
    {
        double snr = Math.Exp(logSnr), excess = 0;
        for (var d = 0; d < x.Length; d++)
        {
            double share = 1 / (1 + snr * variance[d]), ofNoise = snr * variance[d] * share;
            var ofData = Math.Sqrt(snr) * share * x[d];
            var wrong = ofNoise * eps[d] - ofData;
            excess += wrong * wrong - ofNoise * ofNoise - ofData * ofData;
        }
        return excess;
    }

    static BoundEstimate Together(double[] x, int columns, double[] sums, double cleanest, double noisiest)
    {
        double alpha2 = F64.Sigmoid(new(noisiest)).V, sigma2 = F64.Sigmoid(new(-noisiest)).V;
        var reconstruction = 0.5 * columns * (Math.Log(Math.Tau) - cleanest + 1);
        double diffusion = 0, priors = 0;
        var rows = new double[sums.Length];
        for (var n = 0; n < rows.Length; n++)
        {
            var squares = 0.0;
            for (var d = 0; d < columns; d++) squares += x[n * columns + d] * x[n * columns + d];
            var prior = 0.5 * (alpha2 * squares + columns * (sigma2 - 1 - Math.Log(sigma2)));
            rows[n] = reconstruction + sums[n] + prior;
            diffusion += sums[n] / rows.Length;
            priors += prior / rows.Length;
        }
        return new(rows, reconstruction, diffusion, priors);
    }
}
