using System.Runtime.CompilerServices;

namespace Hybrid.Formulas;

#region straight-line
/// <summary>From the first value to the last in equal steps.</summary>
/// <remarks>The log-SNR of VDM's fixed schedule, and the β of DDPM's.</remarks>
[Formula("1", "Kingma et al. 2021, arXiv:2107.00630, section 6; Ho et al. 2020, arXiv:2006.11239, section 4",
    Flops = 3)]
[Argument("t", "t", 0, 1)]
[Argument("first", "a", 0, 15)]
[Argument("last", "b", -15, 0)]
public readonly struct StraightLine : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T t, T first, T last) where T : unmanaged, ILane<T> =>
        T.Fma(t, last - first, first);
}
#endregion

#region scaled-linear-beta
/// <summary>β of a schedule whose √β goes from first to last in equal steps.</summary>
[Formula("1", "Rombach et al. 2022, arXiv:2112.10752, with the code of Stable Diffusion", Flops = 6)]
[Argument("u", "u", 0, 1)]
[Argument("first", @"\beta_1", 1e-4, 1e-2)]
[Argument("last", @"\beta_T", 1e-2, 0.1)]
public readonly struct ScaledLinearBeta : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T u, T first, T last) where T : unmanaged, ILane<T>
    {
        var root = StraightLine.Apply(u, T.Sqrt(first), T.Sqrt(last));
        return root * root;
    }
}
#endregion

#region linear-beta-log-snr
/// <summary>Log-SNR at time t of noise that is added at a rate β growing from first to last.</summary>
/// <remarks>The integral of the rate is B = t·(β₀ + ½t(β₁ − β₀)), ᾱ = e^−B and λ = −log(e^B − 1).</remarks>
[Formula("1", "Song et al. 2021, arXiv:2011.13456, eq. 32 and 33", Flops = 5, Transcendentals = 2)]
[Argument("t", "t", 1e-3, 1)]
[Argument("first", @"\beta_0", 0.05, 0.2)]
[Argument("last", @"\beta_1", 5, 20)]
public readonly struct LinearBetaLogSnr : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T t, T first, T last) where T : unmanaged, ILane<T> =>
        LogSnrOfAlphaBar.Apply(-(t * T.Fma(T.Const(0.5) * t, last - first, first)));
}
#endregion

#region log-snr-of-alpha-bar
/// <summary>Log-SNR where the signal has the part ᾱ of the variance, by log ᾱ: −log(1/ᾱ − 1).</summary>
/// <remarks>By log ᾱ, because a sum of log(1 − β) keeps the digits that a product of 1 − β loses.</remarks>
[Formula("1", "Kingma et al. 2021, arXiv:2107.00630, eq. 2 with α² = ᾱ", Transcendentals = 2)]
[Argument("logAlphaBar", @"\log\bar\alpha", -20, -1e-4)]
public readonly struct LogSnrOfAlphaBar : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T logAlphaBar) where T : unmanaged, ILane<T> => -T.Log(T.Expm1(-logAlphaBar));
}
#endregion

#region cosine-alpha-bar
/// <summary>ᾱ at time t: a squared cosine, 1 at t = 0 and 0 at t = 1.</summary>
[Formula("1", "Nichol & Dhariwal 2021, arXiv:2102.09672, eq. 17", Flops = 7, Transcendentals = 2)]
[Argument("t", "t", 0, 1)]
[Argument("s", "s", 1e-3, 2e-2)]
public readonly struct CosineAlphaBar : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T t, T s) where T : unmanaged, ILane<T>
    {
        var turns = T.Const(0.25) / (T.Const(1) + s);
        var root = T.CosTurn((t + s) * turns) / T.CosTurn(s * turns);
        return root * root;
    }
}
#endregion

#region sigmoid-log-snr
/// <summary>Log-SNR at time t where ᾱ falls as a logistic function does between two of its
/// arguments.</summary>
/// <remarks>
/// ᾱ = (σ(b) − σ(u))/(σ(b) − σ(a)) with u from a to b. Differences of logistic functions are written with
/// e^x − 1, so neither end loses digits. +∞ at t = 0, −∞ at t = 1.
/// </remarks>
[Formula("1", "Jabri, Fleet, Chen 2022, arXiv:2212.11972, with the temperature in the arguments",
    Flops = 7, Transcendentals = 6)]
[Argument("t", "t", 1e-2, 0.99)]
[Argument("first", "a", -4, -1)]
[Argument("last", "b", 1, 4)]
public readonly struct SigmoidLogSnr : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T t, T first, T last) where T : unmanaged, ILane<T>
    {
        var range = last - first;
        var signal = T.Log(T.Expm1((T.Const(1) - t) * range));
        var noise = T.Log(-T.Expm1(-(t * range)));
        return signal - noise + (T.Softplus(first) - T.Softplus(last));
    }
}
#endregion

#region karras-log-snr
/// <summary>Log-SNR −2 log σ where the ρ-th root of the noise grows in equal steps.</summary>
/// <remarks>t = 0 is the cleanest level: Karras et al. count the other way round.</remarks>
[Formula("1", "Karras et al. 2022, arXiv:2206.00364, eq. 5", Flops = 7, Transcendentals = 5)]
[Argument("t", "t", 0, 1)]
[Argument("sigmaMin", @"\sigma_{\min}", 2e-3, 0.1)]
[Argument("sigmaMax", @"\sigma_{\max}", 10, 100)]
[Argument("rho", @"\rho", 3, 10)]
public readonly struct KarrasLogSnr : IFormula4
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T t, T sigmaMin, T sigmaMax, T rho) where T : unmanaged, ILane<T>
    {
        T low = T.Exp(T.Log(sigmaMin) / rho), high = T.Exp(T.Log(sigmaMax) / rho);
        return T.Const(-2) * rho * T.Log(StraightLine.Apply(t, low, high));
    }
}
#endregion

#region zero-terminal-snr
/// <summary>√ᾱ of a table, shifted and stretched until its last entry is 0 and its first stays.</summary>
[Formula("1", "Lin et al. 2024, arXiv:2305.08891, algorithm 1", Flops = 4)]
[Argument("root", @"\sqrt{\bar\alpha}", 0.1, 0.99)]
[Argument("first", @"\sqrt{\bar\alpha_1}", 0.99, 1)]
[Argument("last", @"\sqrt{\bar\alpha_T}", 0, 0.1)]
public readonly struct ZeroTerminalSnr : IFormula3
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T root, T first, T last) where T : unmanaged, ILane<T> =>
        (root - last) * (first / (first - last));
}
#endregion
