using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a diffusion's run.</summary>
public sealed record DiffusionRunOptions
{
    static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        // What follows from the names is not written beside them.
        IgnoreReadOnlyProperties = true,
    };

    /// <summary>A name of <see cref="Data.Densities"/>, or the path of a CSV file.</summary>
    public string Data { get; init; } = "moons";

    /// <summary>Units of every layer of the network.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Hidden layers behind the sum of input and time.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>Columns of the time's embedding.</summary>
    public int Features { get; init; } = 64;

    /// <summary>What the network answers: <c>eps</c>, <c>x</c> or <c>v</c>.</summary>
    public string Target { get; init; } = "v";

    /// <summary>A name of <see cref="NoiseSchedule.All"/>.</summary>
    public string Schedule { get; init; } = "linear-log-snr";

    /// <summary>Whether the schedule's last level is made noise alone.</summary>
    public bool ZeroTerminal { get; init; }

    /// <summary>As <see cref="NoiseNames.Weight"/> reads it.</summary>
    public string Weight { get; init; } = "vlb";

    /// <summary>How levels are drawn, as <see cref="LevelDraws"/> reads it.</summary>
    public string Times { get; init; } = "antithetic";

    /// <summary>How much of the average of parameters a step keeps; 0 for no average.</summary>
    public double Average { get; init; } = 0.999;

    public int Epochs { get; init; } = 100;

    public int BatchSize { get; init; } = 128;

    public double LearningRate { get; init; } = 1e-3;

    public LearningRateSchedule RateSchedule { get; init; } = LearningRateSchedule.Linear;

    /// <summary>The greatest norm of a step's gradient; 0 for none.</summary>
    public double Clip { get; init; }

    public ulong Seed { get; init; }

    /// <summary>The network for points of so many columns.</summary>
    public DenoiserShape ShapeFor(int dataDim) => new(dataDim, Width, Layers, Features);

    /// <summary>The levels, by name.</summary>
    public NoiseSchedule Levels => ZeroTerminal
        ? NoiseNames.Schedule(Schedule).WithZeroTerminalSnr()
        : NoiseNames.Schedule(Schedule);

    /// <summary>What the network answers, by name.</summary>
    public PredictionTarget Answer => NoiseNames.Target(Target);

    /// <summary>The weighting, by name.</summary>
    public LossWeighting Weighting => NoiseNames.Weight(Weight, Answer);

    /// <exception cref="UserError">An option is out of range, or two do not go together; the message names it.</exception>
    public DiffusionRunOptions Validated()
    {
        Require(Width is > 0 and <= 8_192, "--width", Width, "give 1 to 8,192");
        Require(Layers is > 0 and <= 64, "--layers", Layers, "give 1 to 64");
        Require(Features is > 0 and <= 1_024 && Features % 2 == 0, "--features", Features,
            "give an even number from 2 to 1,024");
        Require(Average is >= 0 and < 1, "--ema", Average, "give a number from 0 to below 1");
        Require(Epochs is > 0 and <= 1_000_000, "--epochs", Epochs, "give 1 to 1,000,000");
        Require(BatchSize is > 0 and <= 65_536, "--batch", BatchSize, "give 1 to 65,536");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "--lr", LearningRate, "give a number > 0");
        Require(Clip >= 0 && double.IsFinite(Clip), "--clip", Clip, "give a number > 0, or 0 for none");
        Require(Enum.IsDefined(RateSchedule), "--lr-schedule", RateSchedule, "see --help");
        try
        {
            DiffusionPlan.Require(Answer);
            Levels.Require(Answer);
        }
        catch (ArgumentException e)
        {
            var (problem, fix) = e.Message.Split("; ", 2) is [var first, var second]
                ? (first, second)
                : (e.Message, "use v-prediction");
            throw new UserError($"--target {Target}", problem, fix, e);
        }
        // Other levels must not be another objective.
        if (LevelDraws.Parse(Times, Levels).Learns && Weighting.Objective(0, 1) != Weighting.Objective(0, 2))
            throw new UserError($"--weight {Weight}", "means another loss wherever --times learned draws other levels",
                "give a weight of its own to every level: vlb, sigmoid or edm");
        return this;
    }

    static void Require(bool condition, string option, object value, string fix)
    {
        if (!condition)
            throw new UserError(FormattableString.Invariant($"{option} {value}"), "is out of range", fix);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="UserError">It is something else; <paramref name="source"/> names the file.</exception>
    public static DiffusionRunOptions FromJson(string json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize<DiffusionRunOptions>(json, Json) is
                { Data: not null, Target: not null, Schedule: not null, Weight: not null, Times: not null } options
                ? options.Validated()
                : throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new UserError(source, "its run options cannot be read", "use a checkpoint of this version", e);
        }
    }
}
