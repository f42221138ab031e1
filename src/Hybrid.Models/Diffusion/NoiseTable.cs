using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>A chain of T steps, from the cleanest level to the noisiest: β, log ᾱ and log-SNR of each.</summary>
/// <remarks>
/// log ᾱ is the sum of log(1 − β), because a product of numbers near 1 loses the digits that say how far from
/// 1 it is. A level without noise (ᾱ = 1) has λ = +∞ and one without signal −∞: nothing divides by 0.
/// </remarks>
public sealed class NoiseTable
{
    readonly double[] beta, logAlphaBar, logSnr;

    NoiseTable(string name, double[] beta, double[] logAlphaBar)
    {
        (Name, this.beta, this.logAlphaBar) = (name, beta, logAlphaBar);
        logSnr = Array.ConvertAll(logAlphaBar, log => LogSnrOfAlphaBar.Apply(new F64(log)).V);
    }

    public string Name { get; }

    /// <summary>T.</summary>
    public int Steps => beta.Length;

    /// <summary>The part of the variance that each step replaces.</summary>
    public ReadOnlySpan<double> Beta => beta;

    /// <summary>log of the part of the data's variance that is left.</summary>
    public ReadOnlySpan<double> LogAlphaBar => logAlphaBar;

    /// <summary>λ = log ᾱ/(1 − ᾱ).</summary>
    public ReadOnlySpan<double> LogSnr => logSnr;

    /// <summary>Whether the last level is noise alone.</summary>
    public bool HasZeroTerminalSnr => double.IsNegativeInfinity(logSnr[^1]);

    /// <summary>β in equal steps: DDPM's.</summary>
    /// <exception cref="ArgumentException">No step, or a β outside [0, 1].</exception>
    public static NoiseTable Linear(int steps = 1000, double first = 1e-4, double last = 0.02) =>
        FromBetas("linear", Fractions(steps, u => StraightLine.Apply(u, new F64(first), new F64(last))));

    /// <summary>√β in equal steps (<see cref="ScaledLinearBeta"/>): Stable Diffusion's.</summary>
    /// <exception cref="ArgumentException">No step, or a β outside [0, 1].</exception>
    public static NoiseTable ScaledLinear(int steps = 1000, double first = 0.00085, double last = 0.012) =>
        FromBetas("scaled-linear", Fractions(steps, u => ScaledLinearBeta.Apply(u, new F64(first), new F64(last))));

    /// <summary>ᾱ a squared cosine (<see cref="CosineAlphaBar"/>), no β above 0.999.</summary>
    /// <exception cref="ArgumentException">No step.</exception>
    public static NoiseTable Cosine(int steps = 1000, double offset = 0.008)
    {
        var beta = new double[Math.Max(steps, 0)];
        for (var i = 0; i < beta.Length; i++)
            beta[i] = Math.Min(0.999, 1 - AlphaBar(i + 1) / AlphaBar(i));
        return FromBetas("cosine", beta);

        double AlphaBar(int i) => CosineAlphaBar.Apply(new F64((double)i / steps), new F64(offset)).V;
    }

    /// <summary>The levels of a continuous schedule at t = 1/T … 1.</summary>
    /// <exception cref="ArgumentException">No step.</exception>
    public static NoiseTable Of(NoiseSchedule schedule, int steps)
    {
        var beta = new double[Math.Max(steps, 0)];
        var logs = new double[beta.Length];
        for (var i = 0; i < beta.Length; i++)
        {
            logs[i] = -F64.Softplus(new(-schedule.LogSnr((i + 1.0) / steps))).V;
            beta[i] = -F64.Expm1(new(logs[i] - (i == 0 ? 0 : logs[i - 1]))).V;
        }
        return new(schedule.Name, Checked(beta), logs);
    }

    /// <summary>A chain with these β, cleanest first.</summary>
    /// <exception cref="ArgumentException">None, or one outside [0, 1].</exception>
    public static NoiseTable FromBetas(string name, double[] beta)
    {
        var logs = new double[Checked(beta).Length];
        for (var i = 0; i < logs.Length; i++)
            logs[i] = (i == 0 ? 0 : logs[i - 1]) + F64.Log1p(new(-beta[i])).V;
        return new(name, beta, logs);
    }

    /// <summary>This table with its signal taken out of the last level, and its first level kept.</summary>
    /// <remarks>Lin et al. 2024, arXiv:2305.08891, algorithm 1 (<see cref="ZeroTerminalSnr"/>).</remarks>
    /// <exception cref="ArgumentException">One step has no level to keep.</exception>
    public NoiseTable WithZeroTerminalSnr()
    {
        if (Steps < 2) throw new ArgumentException("a table of 1 step: give 2 steps or more to rescale");
        F64 first = new(Math.Exp(0.5 * logAlphaBar[0])), last = new(Math.Exp(0.5 * logAlphaBar[^1]));
        var logs = Array.ConvertAll(
            logAlphaBar, log => 2 * Math.Log(ZeroTerminalSnr.Apply(new F64(Math.Exp(0.5 * log)), first, last).V));
        logs[0] = logAlphaBar[0];
        var betas = new double[Steps];
        for (var i = 0; i < Steps; i++) betas[i] = -F64.Expm1(new(logs[i] - (i == 0 ? 0 : logs[i - 1]))).V;
        return new($"{Name}, zero terminal SNR", betas, logs);
    }

    /// <summary>Refuses a target that this table has a level without an answer for.</summary>
    /// <exception cref="ArgumentException">Noise or score asked for where nothing but noise is left.</exception>
    public void Require(PredictionTarget target)
    {
        if (HasZeroTerminalSnr) Prediction.RequireAt(double.NegativeInfinity, target);
    }

    static double[] Fractions(int steps, Func<F64, F64> beta)
    {
        var values = new double[Math.Max(steps, 0)];
        for (var i = 0; i < values.Length; i++) values[i] = beta(new(i / Math.Max(1.0, steps - 1))).V;
        return values;
    }

    static double[] Checked(double[] beta)
    {
        if (beta.Length == 0) throw new ArgumentException("a table of 0 steps: give 1 or more");
        foreach (var b in beta)
            if (b is not (>= 0 and <= 1)) throw new ArgumentException($"β of {b}: give numbers from 0 to 1");
        return beta;
    }

    public override string ToString() => Name;
}
