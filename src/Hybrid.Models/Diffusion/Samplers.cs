using System.Globalization;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Which variance one step of ancestral sampling leaves, between β and β̃.</summary>
/// <param name="Part">
/// v of <see cref="LearntVariance"/>: 1 is β, right where the data are N(0, I); 0 is β̃, right where they are a
/// point.
/// </param>
public readonly record struct StepVariance(double Part)
{
    /// <summary>β: what the chain adds.</summary>
    public static StepVariance Forward => new(1);

    /// <summary>β̃: what is left where x is known.</summary>
    public static StepVariance Posterior => new(0);

    internal double Of(double logSnr, double next)
    {
        var posterior = PosteriorVariance.Apply(new F64(logSnr), new(next));
        var forward = ForwardVariance.Apply(new F64(logSnr), new(next));
        return Part switch
        {
            0 => posterior.V,
            1 => forward.V,
            _ => LearntVariance.Apply(new F64(Part), forward, posterior).V,
        };
    }
}

/// <summary>Samplers of one answer a step; <see cref="MultistepSamplers"/> and <see cref="EdmSamplers"/> have the
/// others.</summary>
/// <remarks>
/// Levels are log-SNRs that go one way: from noisy to clean to sample, from clean to noisy to find the noise of
/// data. The last may be +∞ (data), the first −∞ (no signal at all).
/// </remarks>
public static class Samplers
{
    #region ddim
    /// <summary>DDIM: deterministic at η = 0, ancestral sampling with β̃ at η = 1.</summary>
    /// <remarks>
    /// Song, Meng &amp; Ermon 2021, arXiv:2010.02502, eq. 12 and 16. At η = 0 also Euler's method of EDM.
    /// </remarks>
    /// <exception cref="ArgumentException">The levels do not go one way, or η is no part of the noise.</exception>
    public static SamplerPlan Ddim(IReadOnlyList<double> levels, double eta = 0) => Plan(
        eta == 0 ? "DDIM" : string.Create(CultureInfo.InvariantCulture, $"DDIM, η = {eta}"), levels, (from, to) =>
        {
            if (eta == 0) return Still(from, to);
            var fresh = eta * Math.Sqrt(StepVariance.Posterior.Of(from, to));
            double sigma = Sigma(to), old = Math.Sqrt(Math.Max(0, sigma * sigma - fresh * fresh)) / Sigma(from);
            return new(to, old, 0, [Alpha(to) - old * Alpha(from)], fresh);
        }, eta is 0 or > 0 and <= 1 && levels.Count > 1 && levels[1] > levels[0]
            ? null : "η is for 0 to 1, and above 0 for levels from noisy to clean");
    #endregion

    #region ancestral
    /// <summary>DDPM: a draw from q(z′ | z, x̂) a step, with no noise behind the last.</summary>
    /// <remarks>
    /// Ho, Jain &amp; Abbeel 2020, arXiv:2006.11239, algorithm 2; in log-SNR Kingma et al. 2021, eq. 34.
    /// </remarks>
    /// <exception cref="ArgumentException">The levels do not rise.</exception>
    public static SamplerPlan Ancestral(IReadOnlyList<double> levels, StepVariance variance) => Ancestral(
        string.Create(CultureInfo.InvariantCulture, $"DDPM, v = {variance.Part}"), levels,
        (from, to, _) => variance.Of(from, to), variance.Part is >= 0 and <= 1);

    static SamplerPlan Ancestral(string name, IReadOnlyList<double> levels,
        Func<double, double, double, double> variance, bool valid) => Plan(name, levels, (from, to) =>
        {
            var (z, x) = Coefficients<PosteriorMean>(from, to);
            var noise = double.IsPositiveInfinity(to) ? 0 : Math.Sqrt(variance(from, to, x));
            return new(to, z, 0, [x], noise);
        }, valid && levels.Count > 1 && levels[1] > levels[0]
            ? null : "ancestral sampling goes from noisy to clean, with a variance between β̃ (0) and β (1)");
    #endregion

    #region measured
    /// <summary>DDPM with the variance that is right for what the denoiser does not know.</summary>
    /// <remarks>
    /// Bao et al. 2022, arXiv:2201.06503: q(z′ | z) has β̃, and the spread of x where z is known through its weight.
    /// A point has β̃ then, N(0, I) has β, and data between them are told apart by the denoiser's own error, which also
    /// is what I-MMSE integrates.
    /// </remarks>
    /// <param name="levels">λ, from noisy to clean.</param>
    /// <param name="error">E(x − x̂)² of a column at λ, ≥ 0.</param>
    /// <exception cref="ArgumentException">The levels do not rise.</exception>
    public static SamplerPlan MeasuredAncestral(IReadOnlyList<double> levels, Func<double, double> error) => Ancestral(
        "DDPM, measured variance", levels, (from, to, weight) => MeasuredVariance.Apply(
            PosteriorVariance.Apply(new F64(from), new(to)), new(weight), new(error(from))).V, valid: true);
    #endregion

    static SamplerPlan Plan(
        string name, IReadOnlyList<double> levels, Func<double, double, SamplerAct.Move> move, string? fault)
    {
        NoiseLevels.Check(levels);
        if (fault is not null) throw new ArgumentException($"{name}: {fault}");
        var acts = new List<SamplerAct>();
        for (var i = 1; i < levels.Count; i++)
        {
            acts.Add(new SamplerAct.Ask(levels[i - 1]));
            acts.Add(move(levels[i - 1], levels[i]));
        }
        return new(name, levels, acts);
    }

    /// <summary>The flow with x̂ held still.</summary>
    internal static SamplerAct.Move Still(double from, double to)
    {
        var (z, x) = Coefficients<DdimStep>(from, to);
        return new(to, z, 0, [x], 0);
    }

    /// <summary>Weights of z and x̂: the formula is linear in both, so it says them itself.</summary>
    internal static (double Z, double X) Coefficients<TFormula>(double from, double to) where TFormula : IFormula4 =>
        (TFormula.Apply(new F64(1), new(0), new(from), new(to)).V,
            TFormula.Apply(new F64(0), new(1), new(from), new(to)).V);

    internal static double Alpha(double logSnr) => Diffuse.Alpha(new F64(logSnr)).V;

    internal static double Sigma(double logSnr) => Diffuse.Sigma(new F64(logSnr)).V;
}
