using Hybrid.Formulas;

namespace Hybrid.Information;

/// <summary>The variational bound of a diffusion, term by term: an upper bound of −log p(x).</summary>
/// <remarks>
/// Kingma et al. 2021, arXiv:2107.00630, eq. 11 to 14, with p(x | z₀) = N(z₀/α₀, σ₀²/α₀²): data with a density. In
/// nats, summed over dimensions, mean over data.
/// </remarks>
/// <param name="Dimensions">D.</param>
/// <param name="LogSnr">λ of the T + 1 levels, cleanest first.</param>
/// <param name="Reconstruction">E −log p(x | z₀).</param>
/// <param name="Diffusion">E KL(q(z_s | z_t, x) ‖ p(z_s | z_t)) of each step, cleanest first, [T].</param>
/// <param name="Prior">E KL(q(z₁ | x) ‖ N(0, I)).</param>
public sealed record DiffusionBound(
    int Dimensions, double[] LogSnr, double Reconstruction, double[] Diffusion, double Prior)
{
    /// <summary>The bound, in nats.</summary>
    public double Nats
    {
        get
        {
            // From the smallest terms on: the noisiest steps cost least.
            var sum = 0.0;
            for (var i = Diffusion.Length - 1; i >= 0; i--) sum += Diffusion[i];
            return Reconstruction + sum + Prior;
        }
    }

    /// <summary>The bound, in bits per dimension.</summary>
    public double BitsPerDim => Nats / Math.Log(2) / Dimensions;

    #region terms
    /// <summary>The bound on given levels.</summary>
    /// <param name="dimensions">D.</param>
    /// <param name="squaredNorm">E‖x‖² of the data.</param>
    /// <param name="logSnr">λ, cleanest first.</param>
    /// <param name="noiseError">E‖ε − ε̂‖² of the denoiser at λ.</param>
    /// <exception cref="ArgumentException">Fewer than two levels, or levels that rise.</exception>
    public static DiffusionBound Of(
        int dimensions, double squaredNorm, double[] logSnr, Func<double, double> noiseError)
    {
        if (logSnr.Length < 2) throw new ArgumentException($"{logSnr.Length} levels: give 2 or more");
        var terms = new double[logSnr.Length - 1];
        for (var i = 0; i < terms.Length; i++)
        {
            double s = logSnr[i], t = logSnr[i + 1];
            if (!(t < s)) throw new ArgumentException($"log-SNR {t} behind {s}: give levels from clean to noisy");
            terms[i] = 0.5 * F64.Expm1(new(s - t)).V * noiseError(t);
        }
        double alpha2 = F64.Sigmoid(new(logSnr[^1])).V, sigma2 = F64.Sigmoid(new(-logSnr[^1])).V;
        var reconstruction = 0.5 * dimensions * (Math.Log(Math.Tau) - logSnr[0] + 1);
        var prior = 0.5 * (alpha2 * squaredNorm + dimensions * (sigma2 - 1 - Math.Log(sigma2)));
        return new(dimensions, logSnr, reconstruction, terms, prior);
    }
    #endregion
}
