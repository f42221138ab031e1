using Hybrid.Formulas;

namespace Hybrid.Models;

/// <summary>What a denoiser is asked for; each of them can be made from every other and z.</summary>
public enum PredictionTarget
{
    /// <summary>ε.</summary>
    Noise,

    /// <summary>x.</summary>
    Data,

    /// <summary>v = αε − σx.</summary>
    Velocity,

    /// <summary>∇ log q(z) = −E[ε|z]/σ.</summary>
    Score,

    /// <summary>F of EDM's preconditioning, for data of a given standard deviation.</summary>
    Edm,
}

/// <summary>From one target to another, in double precision; the arithmetic is of formulas.</summary>
/// <remarks>
/// z = αx + σε at log-SNR λ. λ = −∞ (no signal) and +∞ (no noise) are levels like others, except that there one
/// of x and ε is not in z: a target that says only the other one is refused.
/// </remarks>
public static class Prediction
{
    /// <summary>The answer that is right for x and ε.</summary>
    /// <exception cref="ArgumentException">The score of a level without noise.</exception>
    public static double Of(PredictionTarget target, double x, double eps, double logSnr, double spread = 1) =>
        target switch
        {
            PredictionTarget.Noise => eps,
            PredictionTarget.Data => x,
            PredictionTarget.Velocity => Velocity.Apply(new F64(x), new(eps), new(logSnr)).V,
            PredictionTarget.Score => ScoreFromNoise.Apply(new F64(eps), new(NotClean(logSnr, target))).V,
            PredictionTarget.Edm => EdmTarget.Apply(new F64(x), new(eps), new(logSnr), new(spread)).V,
            _ => throw new ArgumentOutOfRangeException(nameof(target), target, "no such target"),
        };

    #region data-of
    /// <summary>x̂ of an answer y to z.</summary>
    /// <exception cref="ArgumentException">Noise or score where there is no signal.</exception>
    public static double Data(PredictionTarget target, double y, double z, double logSnr, double spread = 1)
    {
        RequireAt(logSnr, target);
        return target switch
        {
            PredictionTarget.Data => y,
            PredictionTarget.Velocity => DataFromVelocity.Apply(new F64(z), new(y), new(logSnr)).V,
            PredictionTarget.Edm => DataFromEdm.Apply(new F64(z), new(y), new(logSnr), new(spread)).V,
            _ => DataFromNoise.Apply(new F64(z), new(Noise(target, y, z, logSnr)), new(logSnr)).V,
        };
    }
    #endregion

    /// <summary>ε̂ of an answer y to z.</summary>
    /// <exception cref="ArgumentException">Data where there is no noise.</exception>
    public static double Noise(PredictionTarget target, double y, double z, double logSnr, double spread = 1) =>
        target switch
        {
            PredictionTarget.Noise => y,
            PredictionTarget.Data => NoiseFromData.Apply(new F64(z), new(y), new(NotClean(logSnr, target))).V,
            PredictionTarget.Velocity => NoiseFromVelocity.Apply(new F64(z), new(y), new(logSnr)).V,
            PredictionTarget.Score => -Diffuse.Sigma(new F64(logSnr)).V * y,
            PredictionTarget.Edm => NoiseFromEdm.Apply(new F64(z), new(y), new(logSnr), new(spread)).V,
            _ => throw new ArgumentOutOfRangeException(nameof(target), target, "no such target"),
        };

    /// <summary>The answer to one target that means the same as <paramref name="y"/> to another.</summary>
    /// <exception cref="ArgumentException">The level has no answer to one of them.</exception>
    public static double Convert(
        PredictionTarget from, PredictionTarget to, double y, double z, double logSnr, double spread = 1)
    {
        if (from == to) return y;
        return to switch
        {
            PredictionTarget.Data => Data(from, y, z, logSnr, spread),
            PredictionTarget.Noise => Noise(from, y, z, logSnr, spread),
            PredictionTarget.Score =>
                Of(to, 0, Noise(from, y, z, NotClean(logSnr, to), spread), logSnr),
            _ => Of(to, Data(from, y, z, logSnr, spread), Noise(from, y, z, logSnr, spread), logSnr, spread),
        };
    }

    /// <summary>Refuses a target whose answer leaves the data open at this level.</summary>
    /// <exception cref="ArgumentException">Noise or score where there is no signal.</exception>
    public static void RequireAt(double logSnr, PredictionTarget target)
    {
        if (double.IsNegativeInfinity(logSnr) && (target is PredictionTarget.Noise or PredictionTarget.Score))
            throw new ArgumentException(
                $"{Name(target)}-prediction: zero terminal SNR leaves a level that is noise alone, where it says "
                + "nothing of the data; use v-prediction");
    }

    /// <summary>How a person writes it.</summary>
    public static string Name(PredictionTarget target) => target switch
    {
        PredictionTarget.Noise => "ε",
        PredictionTarget.Data => "x",
        PredictionTarget.Velocity => "v",
        PredictionTarget.Score => "score",
        PredictionTarget.Edm => "EDM",
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, "no such target"),
    };

    static double NotClean(double logSnr, PredictionTarget target) => double.IsPositiveInfinity(logSnr)
        ? throw new ArgumentException(
            $"{Name(target)}-prediction: a level without noise has no such answer; use v-prediction")
        : logSnr;
}
