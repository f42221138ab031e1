using System.Globalization;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Schedules, targets and weights of diffusion as one types them.</summary>
public static class NoiseNames
{
    /// <summary>The weights, for messages.</summary>
    public const string Weights = "simple, vlb, min-snr[:γ], p2[:k,γ], edm[:s] or sigmoid[:b]";

    static readonly (string Name, PredictionTarget Target)[] Targets =
    [
        ("eps", PredictionTarget.Noise), ("x", PredictionTarget.Data), ("v", PredictionTarget.Velocity),
        ("score", PredictionTarget.Score), ("edm", PredictionTarget.Edm),
    ];

    /// <summary>A schedule with its usual parameters.</summary>
    /// <exception cref="UserError">There is none of that name.</exception>
    public static NoiseSchedule Schedule(string name)
    {
        foreach (var schedule in NoiseSchedule.All)
            if (schedule.Name == name) return schedule;
        throw new UserError($"--schedule {name}", "is not known",
            $"give one of {string.Join(", ", NoiseSchedule.All)}");
    }

    /// <summary>What a network is asked for.</summary>
    /// <exception cref="UserError">There is none of that name.</exception>
    public static PredictionTarget Target(string name)
    {
        foreach (var target in Targets)
            if (target.Name == name) return target.Target;
        throw new UserError($"--target {name}", "is not known",
            $"give one of {string.Join(", ", Targets.Select(target => target.Name))}");
    }

    /// <summary>Weights by name.</summary>
    /// <param name="text">A name, and behind a colon numbers apart by commas.</param>
    /// <param name="target">Whose squared error a simple weight takes as it is.</param>
    /// <exception cref="UserError">
    /// There is none of that name, or its numbers are not as many, or not positive.
    /// </exception>
    public static LossWeighting Weight(string text, PredictionTarget target)
    {
        var parts = text.Split(':', 2);
        var numbers = parts.Length == 1 ? [] : parts[1].Split(',').Select(part => Number(text, part)).ToArray();
        double Or(int i, double otherwise) => i < numbers.Length ? numbers[i] : otherwise;
        double Positive(int i, double otherwise) => Or(i, otherwise) is > 0 and var number
            ? number
            : throw new UserError(text, $"{Or(i, otherwise)} is not above 0", "give a positive number");
        (LossWeighting Weighting, int Numbers) known = parts[0] switch
        {
            "simple" => (new LossWeighting.Simple(target), 0),
            "vlb" => (new LossWeighting.Vlb(), 0),
            "min-snr" => (new LossWeighting.MinSnr(Positive(0, 5)), 1),
            "p2" => (new LossWeighting.P2(Positive(0, 1), Positive(1, 1)), 2),
            "edm" => (new LossWeighting.Edm(Positive(0, 0.5)), 1),
            "sigmoid" => (new LossWeighting.Sigmoid(Or(0, 2)), 1),
            _ => throw new UserError(text, "is no weight", $"give {Weights}"),
        };
        return numbers.Length <= known.Numbers
            ? known.Weighting
            : throw new UserError(text, $"{parts[0]} takes {known.Numbers} numbers", $"give {Weights}");
    }

    static double Number(string text, string part) =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number
            : throw new UserError(text, $"'{part}' is not a number", "give numbers apart by commas");
}
