using System.Globalization;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>What may be done against posterior collapse.</summary>
public enum RemedyKind
{
    /// <summary>mean(nll) + β·KL throughout.</summary>
    None,

    /// <summary>β rises linearly from 0 over the first epochs (Bowman et al. 2016, arXiv:1511.06349).</summary>
    Anneal,

    /// <summary>β rises from 0 again and again (Fu et al. 2019, arXiv:1903.10145).</summary>
    Cyclical,

    /// <summary>
    /// β Σ_j max(λ, KL_j): a dimension's first λ nats cost nothing (Kingma et al. 2016, arXiv:1606.04934). A prior
    /// that is no product has one KL of all K dimensions, whose first K·λ nats cost nothing.
    /// </summary>
    FreeBits,

    /// <summary>β|KL − C|, C rising linearly (Burgess et al. 2018, arXiv:1804.03599).</summary>
    Capacity,

    /// <summary>
    /// Before each step of the decoder the encoder takes steps of its own (He et al. 2019, arXiv:1901.05534).
    /// </summary>
    Aggressive,

    /// <summary>
    /// δ-VAE: a prior that no posterior comes nearer to than δ nats (Razavi et al. 2019, arXiv:1901.03416).
    /// </summary>
    Delta,
}

/// <summary>What a step weighs its KL with.</summary>
/// <param name="Beta">β, as it is at that step.</param>
/// <param name="Level">
/// λ of <see cref="RemedyKind.FreeBits"/> or C of <see cref="RemedyKind.Capacity"/>, nats; 0 for others.
/// </param>
public readonly record struct KlWeights(double Beta, double Level);

/// <summary>A remedy and its two numbers: <c>--remedy name</c> or <c>--remedy name:first,second</c>.</summary>
/// <param name="Kind">Which.</param>
/// <param name="First">Epochs of <c>anneal</c>, cycles, λ or C in nats, or epochs that I_q may stand still, or
/// δ in nats.</param>
/// <param name="Second">The ramp's share of a cycle, epochs in which C rises, or the most encoder steps.</param>
public sealed record Remedy(RemedyKind Kind, double First = 0, double Second = 0)
{
    /// <summary>A number that a remedy takes: what it says in messages, its default and its range.</summary>
    sealed record Number(string Meaning, double Default, double Least, double Greatest, bool Whole = false);

    static readonly (RemedyKind Kind, string Name, Number[] Numbers)[] Known =
    [
        (RemedyKind.None, "none", []),
        (RemedyKind.Anneal, "anneal", [new("epochs of rising β", 10, 1e-3, 1e6)]),
        (RemedyKind.Cyclical, "cyclical",
            [new("cycles", 4, 1, 1e6, Whole: true), new("the rising share of a cycle", 0.5, 1e-3, 1)]),
        (RemedyKind.FreeBits, "free-bits", [new("λ in nats per dimension", 0.1, 0, 1e6)]),
        (RemedyKind.Capacity, "capacity",
            [new("C in nats", 25, 0, 1e6), new("epochs of rising C", 10, 1e-3, 1e6)]),
        (RemedyKind.Aggressive, "aggressive",
            [
                new("epochs without growth of I_q", 5, 1, 1e6, Whole: true),
                new("encoder steps", 100, 1, 1e4, Whole: true),
            ]),
        (RemedyKind.Delta, "delta", [new("rate δ in nats", 2, 0, 1e6)]),
    ];

    /// <summary>The names, as a message lists them.</summary>
    public static string Names => string.Join(", ", Known.Select(known => known.Name));

    /// <summary>How the KL enters the objective.</summary>
    public KlTerm Term => Kind switch
    {
        RemedyKind.FreeBits => KlTerm.FreeBits,
        RemedyKind.Capacity => KlTerm.Capacity,
        _ => KlTerm.Plain,
    };

    /// <summary>Whether the weights of a step depend on the step.</summary>
    public bool Moves => Kind is RemedyKind.Anneal or RemedyKind.Cyclical or RemedyKind.Capacity;

    #region remedy-weights
    /// <summary>The weights of step 0, 1, …</summary>
    /// <param name="beta">β of the run.</param>
    /// <param name="step">Steps before this one.</param>
    /// <param name="stepsPerEpoch">Of the run.</param>
    /// <param name="total">Steps of the whole run.</param>
    public KlWeights At(double beta, long step, int stepsPerEpoch, long total)
    {
        var epochs = (double)step / stepsPerEpoch;
        switch (Kind)
        {
            case RemedyKind.Anneal:
                return new(beta * Math.Min(1, epochs / First), 0);
            case RemedyKind.Cyclical:
                var cycle = First * step / total;
                return new(beta * Math.Min(1, (cycle - Math.Floor(cycle)) / Second), 0);
            case RemedyKind.FreeBits:
                return new(beta, First);
            case RemedyKind.Capacity:
                return new(beta, First * Math.Min(1, epochs / Second));
            default:
                return new(beta, 0);
        }
    }
    #endregion

    /// <summary>Reads what <c>--remedy</c> was given.</summary>
    /// <exception cref="UserError">It is not a remedy, or its numbers are not.</exception>
    public static Remedy Parse(string text)
    {
        var parts = text.Split(':', 2);
        var known = Array.Find(Known, one => one.Name == parts[0]);
        if (known.Name is null) throw new UserError($"--remedy {text}", "is not known", $"give one of {Names}");
        var given = parts.Length == 1 ? [] : parts[1].Split(',');
        if (given.Length > known.Numbers.Length)
            throw new UserError($"--remedy {text}", $"gives {known.Name} {given.Length} numbers",
                known.Numbers.Length == 0 ? $"give {known.Name} alone" : $"give at most {known.Numbers.Length}");
        var values = new double[2];
        for (var i = 0; i < known.Numbers.Length; i++)
            values[i] = i < given.Length ? Value(text, given[i], known.Numbers[i]) : known.Numbers[i].Default;
        return new(known.Kind, values[0], values[1]);
    }

    static double Value(string text, string given, Number number)
    {
        if (double.TryParse(given, CultureInfo.InvariantCulture, out var value)
            && value >= number.Least && value <= number.Greatest && (!number.Whole || value == Math.Floor(value)))
            return value;
        var kind = number.Whole ? "a whole number" : "a number";
        throw new UserError($"--remedy {text}", $"'{given}' cannot be the {number.Meaning}",
            FormattableString.Invariant($"give {kind} from {number.Least} to {number.Greatest}"));
    }
}
