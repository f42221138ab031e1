using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region ddim-step
/// <summary>z at the next level, where the data that a denoiser sees in z were the data.</summary>
/// <remarks>
/// The probability flow with x̂ held still, exactly: the noise (z − αx̂)/σ stays and is mixed in anew.
/// Euler's method in EDM's variables is the same.
/// </remarks>
[Formula("units of x", "Song, Meng, Ermon 2021, arXiv:2010.02502, eq. 12 with η = 0",
    Flops = 10, Transcendentals = 4)]
[Argument("z", "z", -8, 8)]
[Argument("x", @"\hat x", -8, 8)]
[Argument("logSnr", @"\lambda", -15, 15)]
[Argument("next", @"\lambda'", -15, 15)]
public readonly struct DdimStep : IFormula4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T z, T x, T logSnr, T next) where T : unmanaged, ILane<T>
    {
        var noise = (z - Diffuse.Alpha(logSnr) * x) / Diffuse.Sigma(logSnr);
        return Diffuse.Mix(x, Diffuse.Alpha(next), Diffuse.Sigma(next), noise);
    }
}
#endregion

#region posterior-mean
/// <summary>Mean of q(z′ | z, x̂), z′ a cleaner level: one step of ancestral sampling without its
/// noise.</summary>
[Formula("units of x", "Kingma et al. 2021, arXiv:2107.00630, eq. 25 and 32; Ho et al. 2020, eq. 7",
    Flops = 12, Transcendentals = 5)]
[Argument("z", "z", -8, 8)]
[Argument("x", @"\hat x", -8, 8)]
[Argument("logSnr", @"\lambda", -15, 0)]
[Argument("next", @"\lambda'", 0.1, 15)]
public readonly struct PosteriorMean : IFormula4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T z, T x, T logSnr, T next) where T : unmanaged, ILane<T>
    {
        T gone = -T.Expm1(logSnr - next), kept = T.Exp(T.Const(0.5) * (logSnr - next));
        var ratio = kept * Diffuse.Sigma(next) / Diffuse.Sigma(logSnr);
        return T.Fma(ratio, z, Diffuse.Alpha(next) * gone * x);
    }
}
#endregion

#region posterior-variance
/// <summary>Variance β̃ of q(z′ | z, x): the least that one step can leave.</summary>
[Formula("units of x, squared", "Kingma et al. 2021, arXiv:2107.00630, eq. 26; Ho et al. 2020, eq. 7",
    Flops = 2, Transcendentals = 2)]
[Argument("logSnr", @"\lambda", -15, 0)]
[Argument("next", @"\lambda'", 0.1, 15)]
public readonly struct PosteriorVariance : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logSnr, T next) where T : unmanaged, ILane<T> =>
        T.Sigmoid(-next) * -T.Expm1(logSnr - next);
}
#endregion

#region forward-variance
/// <summary>Variance β = 1 − α²/α′² of q(z | z′): what the chain adds between two levels.</summary>
[Formula("units of x, squared", "Ho et al. 2020, arXiv:2006.11239, eq. 2; Kingma et al. 2021, eq. 23",
    Flops = 2, Transcendentals = 2)]
[Argument("logSnr", @"\lambda", -15, 0)]
[Argument("next", @"\lambda'", 0.1, 15)]
public readonly struct ForwardVariance : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logSnr, T next) where T : unmanaged, ILane<T> =>
        T.Sigmoid(-logSnr) * -T.Expm1(logSnr - next);
}
#endregion

#region learnt-variance
/// <summary>β^v·β̃^(1 − v): a variance between the two that a network may choose.</summary>
[Formula("units of x, squared", "Nichol & Dhariwal 2021, arXiv:2102.09672, eq. 15", Flops = 3,
    Transcendentals = 3)]
[Argument("v", "v", 0, 1)]
[Argument("forward", @"\beta", 1e-4, 1)]
[Argument("posterior", @"\tilde\beta", 1e-6, 1)]
public readonly struct LearntVariance : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T v, T forward, T posterior) where T : unmanaged, ILane<T>
    {
        var least = T.Log(posterior);
        return T.Exp(T.Fma(v, T.Log(forward) - least, least));
    }
}
#endregion

#region measured-variance
/// <summary>β̃ + w²·E(x − x̂)²: the variance of q(z′ | z) whose mean is that of the denoiser's answer.</summary>
[Formula("units of x, squared", "Bao et al. 2022, arXiv:2201.06503, theorem 1", Flops = 3)]
[Argument("posterior", @"\tilde\beta", 1e-6, 1)]
[Argument("weight", "w", 0, 1)]
[Argument("error", @"\varepsilon", 0, 4)]
public readonly struct MeasuredVariance : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T posterior, T weight, T error) where T : unmanaged, ILane<T> =>
        T.Fma(weight * weight, error, posterior);
}
#endregion

#region guided
/// <summary>A prediction that goes s times the way from unconditional to conditional.</summary>
[Formula("units of the prediction", "Ho & Salimans 2022, arXiv:2207.12598, eq. 6 with s = 1 + w", Flops = 3)]
[Argument("free", @"y_\varnothing", -8, 8)]
[Argument("given", "y_c", -8, 8)]
[Argument("scale", "s", 0, 10)]
public readonly struct Guided : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T free, T given, T scale) where T : unmanaged, ILane<T> =>
        T.Fma(scale, given - free, free);
}
#endregion

#region rescaled
/// <summary>A guided prediction, by a part φ of the way back to the spread of the conditional one.</summary>
[Formula("units of the prediction", "Lin et al. 2024, arXiv:2305.08891, eq. 15 and 16", Flops = 4)]
[Argument("guided", "y", -8, 8)]
[Argument("ratio", @"r", 0.1, 2)]
[Argument("part", @"\phi", 0, 1)]
public readonly struct Rescaled : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T guided, T ratio, T part) where T : unmanaged, ILane<T> =>
        guided * T.Fma(part, ratio - T.Const(1), T.Const(1));
}
#endregion

#region step-weights
/// <summary>What a step of a sampler takes of everything it may look at.</summary>
/// <param name="Z">Of the point.</param>
/// <param name="Kept">Of the point that was kept.</param>
/// <param name="X0">Of the denoiser's newest answer.</param>
/// <param name="X1">Of the one before.</param>
/// <param name="X2">And before.</param>
/// <param name="X3">And before.</param>
/// <param name="Noise">Of new noise: its standard deviation.</param>
public readonly record struct StepWeights(
    float Z, float Kept, float X0, float X1, float X2, float X3, float Noise);
#endregion
