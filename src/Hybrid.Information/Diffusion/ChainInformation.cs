namespace Hybrid.Information;

/// <summary>What the points of a diffusion's chain know of the data.</summary>
/// <remarks>
/// I(x; z_t) = ½∫_{−∞}^{λ_t} E‖ε − ε̂‖² dλ with the best denoiser (Guo, Shamai &amp; Verdú 2005). z_t is made from the
/// cleaner z_s alone, so it adds nothing to it: I(x; z_{1:T}) = I(x; z₁), whatever is trained.
/// </remarks>
public static class ChainInformation
{
    /// <summary>Width of a panel, and how far below a level the integral starts: e⁻⁴⁰ is left.</summary>
    const double Panel = 0.5, Reach = 40;

    // Gauss and Legendre's rule of 5 points: exact to degree 9.
    static readonly (double At, double Weight)[] Rule =
    [
        (0, 128.0 / 225), (0.538469310105683, 0.478628670499366), (-0.538469310105683, 0.478628670499366),
        (0.906179845938664, 0.236926885056189), (-0.906179845938664, 0.236926885056189),
    ];

    /// <summary>I(x; z_t) at each level, nats: an upper bound where the denoiser is not the best.</summary>
    /// <param name="logSnr">λ of the levels, cleanest first.</param>
    /// <param name="noiseError">E‖ε − ε̂‖² at λ.</param>
    /// <exception cref="ArgumentException">Levels that rise.</exception>
    public static double[] Of(double[] logSnr, Func<double, double> noiseError)
    {
        var information = new double[logSnr.Length];
        var (sum, below) = (0.0, logSnr[^1] - Reach);
        for (var i = logSnr.Length - 1; i >= 0; i--)
        {
            if (logSnr[i] < below) throw new ArgumentException("levels rise: give them from clean to noisy");
            sum += Integral(below, logSnr[i], noiseError);
            (information[i], below) = (0.5 * sum, logSnr[i]);
        }
        return information;
    }

    static double Integral(double from, double to, Func<double, double> f)
    {
        var panels = Math.Max(1, (int)Math.Ceiling((to - from) / Panel));
        double half = 0.5 * (to - from) / panels, sum = 0;
        for (var i = 0; i < panels; i++)
            foreach (var (at, weight) in Rule) sum += weight * f(from + (2 * i + 1 + at) * half);
        return sum * half;
    }
}
