using System.Globalization;
using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>Which log-SNR λ a time in [0, 1] has; it falls strictly from clean to noisy.</summary>
/// <remarks>
/// A schedule is a formula and its parameters. The slope comes from running the same formula on dual numbers,
/// so whoever adds a schedule states it once. Where a formula's ends are infinite, time is a window in which
/// |λ| is at most <see cref="Bound"/>, as the cosine schedule of Hoogeboom et al. 2023 has it.
/// </remarks>
public sealed class NoiseSchedule
{
    /// <summary>Largest |λ| of schedules with infinite ends: α or σ is e^−7.5 there.</summary>
    public const double Bound = 15;

    readonly FormulaInfo formula;
    readonly double[] parameters;
    readonly double start, length;

    readonly NoiseCurveKind kind;

    /// <summary>What is rescaled so that time 1 has no signal; null for none.</summary>
    NoiseSchedule? original;

    NoiseSchedule(string name, NoiseCurveKind kind, double[] parameters, bool infiniteEnds = false)
    {
        (Name, this.kind, this.parameters) = (name, kind, parameters);
        formula = FormulaCatalog.Of(kind switch
        {
            NoiseCurveKind.StraightLine => typeof(StraightLine),
            NoiseCurveKind.LinearBeta => typeof(LinearBetaLogSnr),
            NoiseCurveKind.Sigmoid => typeof(SigmoidLogSnr),
            NoiseCurveKind.Karras => typeof(KarrasLogSnr),
            _ => typeof(CosineLogSnr),
        });
        (start, length) = (0, 1);
        if (!infiniteEnds) return;
        var first = TimeOf(Bound);
        (start, length) = (first, TimeOf(-Bound) - first);
    }

    /// <summary>Its name, and parameters other than the usual ones.</summary>
    public string Name { get; }

    /// <summary>The same for a kernel, with its numbers rounded to float32.</summary>
    /// <exception cref="InvalidOperationException">It was rescaled, which no kernel does.</exception>
    public NoiseCurve Curve
    {
        get
        {
            if (original is not null)
                throw new InvalidOperationException($"{Name}: give log-SNRs to a kernel, it has no such curve");
            float Of(int i) => i < parameters.Length ? (float)parameters[i] : 0;
            return new(kind, (float)start, (float)length, Of(0), Of(1), Of(2));
        }
    }

    /// <summary>λ at both ends.</summary>
    public (double Cleanest, double Noisiest) Ends => (LogSnr(0), LogSnr(1));

    /// <summary>The same, with −<see cref="Bound"/> where the last level is noise alone: ends of an integral.</summary>
    public (double Cleanest, double Noisiest) FiniteEnds => (Ends.Cleanest, Math.Max(Ends.Noisiest, -Bound));

    /// <summary>cos² between λ = ±15 (<see cref="CosineLogSnr"/>).</summary>
    public static NoiseSchedule Cosine { get; } = new("cosine", NoiseCurveKind.Cosine, []);

    /// <summary>λ in equal steps: VDM's fixed schedule, with its ends by default.</summary>
    /// <exception cref="ArgumentException">λ does not fall.</exception>
    public static NoiseSchedule LinearLogSnr(double cleanest = 13.3, double noisiest = -5)
    {
        if (!(noisiest < cleanest))
            throw new ArgumentException(Invariant($"log-SNR from {cleanest} to {noisiest}: give a fall"));
        return new("linear-log-snr", NoiseCurveKind.StraightLine, [cleanest, noisiest]);
    }

    /// <summary>
    /// Noise added at a rate from β₀ to β₁ per unit of time (<see cref="LinearBetaLogSnr"/>): DDPM's chain in the
    /// limit.
    /// </summary>
    /// <exception cref="ArgumentException">A rate is negative, or both are 0.</exception>
    public static NoiseSchedule LinearBeta(double first = 0.1, double last = 20)
    {
        if (!(first >= 0 && last >= 0 && first + last > 0))
            throw new ArgumentException(Invariant($"β from {first} to {last}: give rates of at least 0, not both 0"));
        return new("linear", NoiseCurveKind.LinearBeta, [first, last], infiniteEnds: true);
    }

    /// <summary>A logistic function between two of its arguments (<see cref="SigmoidLogSnr"/>).</summary>
    /// <param name="first">Its argument at the clean end.</param>
    /// <param name="last">At the noisy end.</param>
    /// <param name="temperature">What both are divided by.</param>
    /// <exception cref="ArgumentException">No range, or a temperature that is not above 0.</exception>
    public static NoiseSchedule Sigmoid(double first = -3, double last = 3, double temperature = 1)
    {
        if (!(first < last && temperature > 0))
            throw new ArgumentException(Invariant(
                $"sigmoid from {first} to {last} at temperature {temperature}: give a rising range, a positive one"));
        return new(
            "sigmoid", NoiseCurveKind.Sigmoid, [first / temperature, last / temperature], infiniteEnds: true);
    }

    /// <summary>σ/α whose ρ-th root grows in equal steps (<see cref="KarrasLogSnr"/>).</summary>
    /// <exception cref="ArgumentException">0 &lt; σ_min &lt; σ_max and ρ &gt; 0 do not hold.</exception>
    public static NoiseSchedule Karras(double sigmaMin = 0.002, double sigmaMax = 80, double rho = 7)
    {
        if (!(0 < sigmaMin && sigmaMin < sigmaMax && rho > 0))
            throw new ArgumentException(Invariant(
                $"σ from {sigmaMin} to {sigmaMax} with ρ = {rho}: give a positive rising range and a positive ρ"));
        return new("karras", NoiseCurveKind.Karras, [sigmaMin, sigmaMax, rho]);
    }

    /// <summary>Whether time 1 is noise alone: λ = −∞ there.</summary>
    public bool HasZeroTerminalSnr => original is not null;

    /// <summary>This schedule with its signal taken out of the last level, and its first level kept.</summary>
    /// <remarks>Lin et al. 2024, arXiv:2305.08891, algorithm 1, at every time (<see cref="ZeroTerminalSnr"/>).</remarks>
    public NoiseSchedule WithZeroTerminalSnr() => original is not null
        ? this
        : new($"{Name}, zero terminal SNR", kind, parameters) { original = this };

    /// <summary>Refuses a target that this schedule has a level without an answer for.</summary>
    /// <exception cref="ArgumentException">Noise or score asked for where nothing but noise is left.</exception>
    public void Require(PredictionTarget target)
    {
        if (HasZeroTerminalSnr) Prediction.RequireAt(double.NegativeInfinity, target);
    }

    /// <summary>Every schedule with its usual parameters.</summary>
    public static IReadOnlyList<NoiseSchedule> All { get; } =
        [LinearBeta(), Cosine, Sigmoid(), Karras(), LinearLogSnr()];

    /// <summary>λ at time t.</summary>
    /// <exception cref="ArgumentOutOfRangeException">t is outside [0, 1].</exception>
    public double LogSnr(double t)
    {
        if (original is null) return formula.Evaluate([Inside(t), .. parameters]);
        var alpha = RescaledAlpha(t);
        return Math.Log(alpha * alpha / (1 - alpha * alpha));
    }

    /// <summary>dλ/dt at time t, below 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">t is outside [0, 1].</exception>
    public double Slope(double t)
    {
        if (original is null) return length * formula.Gradient([Inside(t), .. parameters])[0];
        // dλ/dα = 2/(α(1 − α²)) behind the rescaling, its reciprocal before it, and α′ = α₀(α − α₁)/(α₀ − α₁).
        double alpha = RescaledAlpha(t), before = Alpha(original.LogSnr(t));
        double first = Alpha(original.LogSnr(0)), last = Alpha(original.LogSnr(1));
        return first / (first - last) * before * (1 - before * before) / (alpha * (1 - alpha * alpha))
            * original.Slope(t);
    }

    /// <summary>Density of λ where t is uniform: −dt/dλ.</summary>
    public double Density(double t) => -1 / Slope(t);

    /// <summary>The time at which λ is <paramref name="logSnr"/>, by bisection to the last bit unless it is a
    /// straight line; an end's where it
    /// lies beyond.</summary>
    public double TimeOf(double logSnr)
    {
        if (kind == NoiseCurveKind.StraightLine && original is null)
            return Math.Clamp((parameters[0] - logSnr) / (parameters[0] - parameters[1]), 0, 1);
        double low = 0, high = 1;
        for (var middle = 0.5; low < middle && middle < high; middle = low + 0.5 * (high - low))
            if (LogSnr(middle) > logSnr) low = middle;
            else high = middle;
        return high;
    }

    double RescaledAlpha(double t) => ZeroTerminalSnr.Apply(new F64(Alpha(original!.LogSnr(t))),
        new(Alpha(original.LogSnr(0))), new(Alpha(original.LogSnr(1)))).V;

    static double Alpha(double logSnr) => Diffuse.Alpha(new F64(logSnr)).V;

    double Inside(double t) => t is >= 0 and <= 1
        ? start + t * length
        : throw new ArgumentOutOfRangeException(nameof(t), t, "give a time between 0 and 1");

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public override string ToString() => Name;
}
