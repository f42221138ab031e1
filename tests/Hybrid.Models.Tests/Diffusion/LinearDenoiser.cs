namespace Hybrid.Models.Tests;

/// <summary>The exact denoiser of N(0, v) and what samplers make of it.</summary>
static class LinearDenoiser
{
    /// <summary>x̂ = αv/(α²v + σ²)·z.</summary>
    public static DenoiseRows Of(double v) => (z, logSnr, data) =>
    {
        double alpha = Theory.Diffusion.Alpha(logSnr), sigma = Theory.Diffusion.Sigma(logSnr);
        if (double.IsNegativeInfinity(logSnr)) (alpha, sigma) = (0, 1);
        for (var i = 0; i < z.Length; i++) data[i] = alpha * v / (alpha * alpha * v + sigma * sigma) * z[i];
    };

    /// <summary>Standard deviation of z.</summary>
    public static double Spread(double v, double logSnr) =>
        Math.Sqrt(v / (1 + Math.Exp(-logSnr)) + 1 / (1 + Math.Exp(logSnr)));

    /// <summary>
    /// Standard deviation where a plan ends, per the exact one, and no draw is needed for it: everything is
    /// linear, so each source of noise gets a column of its own.
    /// </summary>
    public static double Ratio(SamplerPlan plan, double v)
    {
        var z = new double[1 + plan.Acts.Count(act => act is SamplerAct.Move { Noise: not 0 })];
        z[0] = Spread(v, plan.Levels[0]);
        SamplerRun.Run(plan, Of(v), z, (move, eps) =>
        {
            for (var i = 0; i < eps.Length; i++) eps[i] = i == move + 1 ? 1 : 0;
        });
        var square = 0.0;
        foreach (var part in z) square += part * part;
        return Math.Sqrt(square) / Spread(v, plan.Levels[^1]);
    }
}
