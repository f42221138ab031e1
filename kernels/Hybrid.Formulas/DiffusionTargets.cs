using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

// z = αx + σε throughout, with α² + σ² = 1 and λ = log α²/σ². EDM's denoiser has its own scale: its noise is
// σ/α and its input z/α, which is put in here once, so that nothing is infinite where α or σ is 0.

#region velocity
/// <summary>v: the velocity of z on the circle from x to ε.</summary>
/// <remarks>dz/dφ for α = cos φ and σ = sin φ; −x where there is no signal left.</remarks>
[Formula("units of x", "Salimans & Ho 2022, arXiv:2202.00512, section 4", Flops = 5, Transcendentals = 2)]
[Argument("x", "x", -8, 8)]
[Argument("eps", @"\varepsilon", -5.8, 5.8)]
[Argument("logSnr", @"\lambda", -15, 15)]
public readonly struct Velocity : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T eps, T logSnr) where T : unmanaged, ILane<T> =>
        Diffuse.Alpha(logSnr) * eps - Diffuse.Sigma(logSnr) * x;
}
#endregion

#region data-from-noise
/// <summary>The data in z where its noise is known: undefined where there is no signal.</summary>
[Formula("units of x", "Ho, Jain, Abbeel 2020, arXiv:2006.11239, eq. 15", Flops = 5, Transcendentals = 2)]
[Argument("z", "z", -8, 8)]
[Argument("eps", @"\varepsilon", -5.8, 5.8)]
[Argument("logSnr", @"\lambda", -15, 15)]
public readonly struct DataFromNoise : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T z, T eps, T logSnr) where T : unmanaged, ILane<T> =>
        (z - Diffuse.Sigma(logSnr) * eps) / Diffuse.Alpha(logSnr);
}
#endregion

#region noise-from-data
/// <summary>The noise in z where its data are known: undefined where there is no noise.</summary>
[Formula("1", "Salimans & Ho 2022, arXiv:2202.00512, section 4", Flops = 5, Transcendentals = 2)]
[Argument("z", "z", -8, 8)]
[Argument("x", "x", -8, 8)]
[Argument("logSnr", @"\lambda", -15, 15)]
public readonly struct NoiseFromData : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T z, T x, T logSnr) where T : unmanaged, ILane<T> =>
        (z - Diffuse.Alpha(logSnr) * x) / Diffuse.Sigma(logSnr);
}
#endregion

#region data-from-velocity
/// <summary>The data in z where the velocity is known: a rotation, at home at both ends.</summary>
[Formula("units of x", "Salimans & Ho 2022, arXiv:2202.00512, appendix D", Flops = 5, Transcendentals = 2)]
[Argument("z", "z", -8, 8)]
[Argument("v", "v", -8, 8)]
[Argument("logSnr", @"\lambda", -15, 15)]
public readonly struct DataFromVelocity : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T z, T v, T logSnr) where T : unmanaged, ILane<T> =>
        Diffuse.Alpha(logSnr) * z - Diffuse.Sigma(logSnr) * v;
}
#endregion

#region noise-from-velocity
/// <summary>The noise in z where the velocity is known.</summary>
[Formula("1", "Salimans & Ho 2022, arXiv:2202.00512, appendix D", Flops = 5, Transcendentals = 2)]
[Argument("z", "z", -8, 8)]
[Argument("v", "v", -8, 8)]
[Argument("logSnr", @"\lambda", -15, 15)]
public readonly struct NoiseFromVelocity : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T z, T v, T logSnr) where T : unmanaged, ILane<T> =>
        T.Fma(Diffuse.Alpha(logSnr), v, Diffuse.Sigma(logSnr) * z);
}
#endregion

#region score-from-noise
/// <summary>The score ∇ log q(z) of which −σ times is the expected noise.</summary>
[Formula("1 / units of z", "Song et al. 2021, arXiv:2011.13456, section 3.3 with eq. 29",
    Flops = 2, Transcendentals = 1)]
[Argument("eps", @"\varepsilon", -5.8, 5.8)]
[Argument("logSnr", @"\lambda", -15, 15)]
public readonly struct ScoreFromNoise : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T eps, T logSnr) where T : unmanaged, ILane<T> => -(eps / Diffuse.Sigma(logSnr));
}
#endregion

#region edm-target
/// <summary>What EDM's network F has to say for data of standard deviation s.</summary>
/// <remarks>(x − c_skip·z/α)/c_out, multiplied out. −v where s = 1.</remarks>
[Formula("1", "Karras et al. 2022, arXiv:2206.00364, eq. 8 and table 1", Flops = 13, Transcendentals = 2)]
[Argument("x", "x", -8, 8)]
[Argument("eps", @"\varepsilon", -5.8, 5.8)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("spread", "s", 0.1, 2)]
public readonly struct EdmTarget : IFormula4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T x, T eps, T logSnr, T spread) where T : unmanaged, ILane<T>
    {
        T alpha = Diffuse.Alpha(logSnr), sigma = Diffuse.Sigma(logSnr), signal = spread * alpha;
        return (sigma * x - spread * signal * eps) / (spread * Scale(signal, sigma));
    }

    /// <summary>The standard deviation of z, √(s²α² + σ²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Scale<T>(T signal, T sigma) where T : unmanaged, ILane<T> =>
        T.Sqrt(T.Fma(signal, signal, sigma * sigma));
}
#endregion

#region data-from-edm
/// <summary>The data in z that EDM's network means with F: c_skip·z/α + c_out·F.</summary>
[Formula("units of x", "Karras et al. 2022, arXiv:2206.00364, eq. 7 and table 1", Flops = 13,
    Transcendentals = 2)]
[Argument("z", "z", -8, 8)]
[Argument("output", "F", -8, 8)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("spread", "s", 0.1, 2)]
public readonly struct DataFromEdm : IFormula4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T z, T output, T logSnr, T spread) where T : unmanaged, ILane<T>
    {
        T sigma = Diffuse.Sigma(logSnr), signal = spread * Diffuse.Alpha(logSnr);
        var scale = EdmTarget.Scale(signal, sigma);
        return spread / scale * T.Fma(sigma, output, signal * z / scale);
    }
}
#endregion

#region noise-from-edm
/// <summary>The noise in z that EDM's network means with F.</summary>
[Formula("1", "Karras et al. 2022, arXiv:2206.00364, eq. 7, solved for the noise", Flops = 12,
    Transcendentals = 2)]
[Argument("z", "z", -8, 8)]
[Argument("output", "F", -8, 8)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("spread", "s", 0.1, 2)]
public readonly struct NoiseFromEdm : IFormula4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T z, T output, T logSnr, T spread) where T : unmanaged, ILane<T>
    {
        T sigma = Diffuse.Sigma(logSnr), signal = spread * Diffuse.Alpha(logSnr);
        var scale = EdmTarget.Scale(signal, sigma);
        return (sigma * z / scale - signal * output) / scale;
    }
}
#endregion
