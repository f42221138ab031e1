namespace Hybrid.Models;

/// <summary>New noise before a step, as much as EDM's stochastic sampler stirs in.</summary>
/// <remarks>Karras et al. 2022, arXiv:2206.00364, algorithm 2 and table 5; σ is noise per signal, σ/α.</remarks>
/// <param name="Amount">S_churn: all steps' growth of σ together; at most √2 − 1 a step.</param>
/// <param name="SigmaMin">S_min: no noise below.</param>
/// <param name="SigmaMax">S_max: none above.</param>
/// <param name="Inflation">S_noise: standard deviation of the noise.</param>
public sealed record Churn(
    double Amount, double SigmaMin = 0, double SigmaMax = double.PositiveInfinity, double Inflation = 1);

/// <summary>EDM's samplers: Euler's and Heun's methods in σ/α, with churn where it is asked for.</summary>
public static class EdmSamplers
{
    /// <summary>Euler's method; without churn it is <see cref="Samplers.Ddim"/>.</summary>
    /// <exception cref="ArgumentException">The levels do not go one way.</exception>
    public static SamplerPlan Euler(IReadOnlyList<double> levels, Churn? churn = null) =>
        Plan("Euler", levels, churn, (acts, from, to) =>
        {
            acts.Add(new SamplerAct.Ask(from));
            acts.Add(Samplers.Still(from, to));
        });

    #region heun
    /// <summary>Heun's method: a step of Euler's, and again by the mean of both ends' slopes.</summary>
    /// <remarks>Karras et al. 2022, algorithm 1. A step from no signal or to no noise is Euler's.</remarks>
    /// <exception cref="ArgumentException">The levels do not go one way.</exception>
    public static SamplerPlan Heun(IReadOnlyList<double> levels, Churn? churn = null) =>
        Plan("Heun", levels, churn, (acts, from, to) =>
        {
            acts.Add(new SamplerAct.Ask(from));
            acts.Add(new SamplerAct.Keep());
            var euler = Samplers.Still(from, to);
            acts.Add(euler);
            if (double.IsInfinity(from) || double.IsInfinity(to)) return;
            // With y = z/α, s = σ/α and r = s′/s: y″ = y + (s′ − s)·½((y − x̂)/s + (y′ − x̂′)/s′).
            double r = Math.Exp(0.5 * (from - to)), alpha = Samplers.Alpha(to), half = 0.5 * (1 - r) / r;
            acts.Add(new SamplerAct.Ask(to));
            acts.Add(new SamplerAct.Move(to, 0, euler.Z, [alpha * half, alpha * half * (2 * r - 1)], 0));
        });
    #endregion

    static SamplerPlan Plan(
        string name, IReadOnlyList<double> levels, Churn? churn, Action<List<SamplerAct>, double, double> step)
    {
        NoiseLevels.Check(levels);
        if (churn is not null && levels[1] < levels[0])
            throw new ArgumentException($"{name} with churn: give levels from noisy to clean");
        var acts = new List<SamplerAct>();
        for (var i = 1; i < levels.Count; i++)
            step(acts, Stirred(acts, levels[i - 1], churn, levels.Count - 1), levels[i]);
        return new(churn is null ? name : $"{name} with churn", levels, acts);
    }

    /// <summary>Adds noise where it is asked for; the level at which z is then.</summary>
    static double Stirred(List<SamplerAct> acts, double logSnr, Churn? churn, int steps)
    {
        var sigma = Math.Exp(-0.5 * logSnr);
        var asked = churn is not null && sigma >= churn.SigmaMin && sigma <= churn.SigmaMax;
        if (!asked || double.IsInfinity(sigma)) return logSnr;
        var growth = Math.Min(churn!.Amount / steps, Math.Sqrt(2) - 1);
        if (growth == 0) return logSnr;
        var louder = logSnr - 2 * Math.Log(1 + growth);
        // y + √(ŝ² − s²)·ε, by α̂ and with z = αy.
        double alpha = Samplers.Alpha(louder), added = sigma * Math.Sqrt(growth * (2 + growth));
        acts.Add(new SamplerAct.Move(
            louder, alpha / Samplers.Alpha(logSnr), 0, [], alpha * added * churn.Inflation));
        return louder;
    }
}
