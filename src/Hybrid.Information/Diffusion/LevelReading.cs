namespace Hybrid.Information;

/// <summary>What it costs to read equally spaced levels, such as greys, off their least noisy version.</summary>
/// <remarks>
/// Kingma et al. 2021, arXiv:2107.00630, section 3.3: P(x | z) ∝ N(z; αx, σ²) over the levels −1 … 1 that x can have.
/// It is also ½∫ of what the denoiser E[x | z] of equally likely levels gets wrong above λ, pointwise (Kong et al.
/// 2023, arXiv:2302.03792, eq. 9): the tail of the I-MMSE integral.
/// </remarks>
public static class LevelReading
{
    /// <summary>The rule of equal steps is exact to rounding for a Gaussian times what is smooth.</summary>
    const double Reach = 9, Step = 1.0 / 32;

    /// <summary>E −log P(level | z) of each level, nats.</summary>
    /// <param name="levels">How many there are, 2 or more.</param>
    /// <param name="logSnr">λ of z.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer levels.</exception>
    public static double[] Nats(int levels, double logSnr)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        // How far apart neighbours lie, in standard deviations of the noise.
        var apart = 2.0 / (levels - 1) * Math.Exp(0.5 * logSnr);
        var nats = new double[levels];
        for (var level = 0; level < levels; level++)
            for (var eps = -Reach; eps <= Reach; eps += Step)
                nats[level] += Step * Math.Exp(-0.5 * eps * eps) / Math.Sqrt(Math.Tau)
                    * Surprise(level, levels, apart, eps);
        return nats;
    }

    static double Surprise(int level, int levels, double apart, double eps)
    {
        var others = 0.0;
        for (var other = 0; other < levels; other++)
        {
            if (other == level) continue;
            var moved = apart * (level - other);
            others += Math.Exp(-moved * (0.5 * moved + eps));
        }
        // The level's own term is 1: what is added to it may be far smaller.
        return Formulas.F64.Log1p(new(others)).V;
    }
}
