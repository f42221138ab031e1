using System.Globalization;
using Hybrid.Models;
using Hybrid.Training.Data;

namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a diffusion's run.</summary>
public sealed record DiffusionRunOptions : RunOptions<DiffusionRunOptions>
{
    /// <summary>As <see cref="DiffusionData"/> reads it.</summary>
    public string Data { get; init; } = "moons";

    public DiffusionNetwork Network { get; init; } = DiffusionNetwork.Mlp;

    /// <summary>Units of every layer of the network, or columns of a token.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Hidden layers behind the sum of input and time, or blocks of a transformer.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>Heads of a transformer's attention.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Sides of a transformer's patches, pixels.</summary>
    public int Patch { get; init; } = 4;

    /// <summary>Channels of a U-Net's largest pictures.</summary>
    public int Channels { get; init; } = 32;

    /// <summary>
    /// Of the channels of each of its sizes, largest first: whole numbers with commas between them.
    /// </summary>
    public string Multipliers { get; init; } = "1,2,2";

    /// <summary>Columns of the time's embedding.</summary>
    public int Features { get; init; } = 64;

    /// <summary>
    /// Sines and cosines of each column that the network sees; null for as many as it usually does.
    /// </summary>
    public int? Octaves { get; init; }

    /// <summary>Whether the network is told each row's class.</summary>
    public bool Classes { get; init; }

    /// <summary>Part of the rows whose class it is not told, so that it also knows rows without one.</summary>
    public double ClassDropout { get; init; } = 0.1;

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

    /// <summary>The multipliers as numbers; empty where they are none.</summary>
    public IReadOnlyList<int> LevelMultipliers
    {
        get
        {
            var numbers = Multipliers.Split(',').Select(text =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
            return numbers.All(number => number is > 0 and <= 64) ? [.. numbers] : [];
        }
    }

    /// <summary>The levels, by name.</summary>
    public NoiseSchedule Levels => ZeroTerminal
        ? NoiseNames.Schedule(Schedule).WithZeroTerminalSnr()
        : NoiseNames.Schedule(Schedule);

    /// <summary>What the network answers, by name.</summary>
    public PredictionTarget Answer => NoiseNames.Target(Target);

    /// <summary>The weighting, by name.</summary>
    public LossWeighting Weighting => NoiseNames.Weight(Weight, Answer);

    /// <exception cref="UserError">
    /// An option is out of range, or two do not go together; the message names it.
    /// </exception>
    public override DiffusionRunOptions Validated()
    {
        Require(Enum.IsDefined(Network), "--network", Network, "see --help");
        Require(Width is > 0 and <= 8_192, "--width", Width, "give 1 to 8,192");
        Require(Layers is > 0 and <= 64, "--layers", Layers, "give 1 to 64");
        Require(Heads is > 0 and <= 64 && (Network != DiffusionNetwork.Dit || Width % Heads == 0), "--heads", Heads,
            "give 1 to 64, a divisor of --width");
        Require(Patch is > 0 and <= 64, "--patch", Patch, "give 1 to 64");
        Require(Channels is > 0 and <= 1_024, "--channels", Channels, "give 1 to 1,024");
        Require(LevelMultipliers.Count is > 0 and <= 8, "--multipliers", Multipliers,
            "give at most 8 whole numbers from 1 to 64, such as 1,2,2");
        Require(Features is > 0 and <= 1_024 && Features % 2 == 0, "--features", Features,
            "give an even number from 2 to 1,024");
        Require(Octaves is null or (>= 0 and <= Denoiser.MostOctaves), "--octaves", Octaves ?? 0,
            $"give 0 to {Denoiser.MostOctaves}");
        Require(ClassDropout is > 0 and < 1, "--class-dropout", ClassDropout, "give a number between 0 and 1");
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
}
