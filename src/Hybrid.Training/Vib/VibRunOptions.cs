using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a bottleneck's run.</summary>
public sealed record VibRunOptions : RunOptions<VibRunOptions>
{
    /// <summary><c>sprites</c> (classes are their shapes), or a folder or file of labelled digits.</summary>
    public string Data { get; init; } = "sprites";

    public int[] Hidden { get; init; } = [256, 256];

    public int Latent { get; init; } = 32;

    /// <summary>Of p(z | x).</summary>
    public CodeCovariance Covariance { get; init; }

    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Weight of the rate in the objective.</summary>
    public double Beta { get; init; } = 1e-3;

    public int Epochs { get; init; } = 10;

    public int BatchSize { get; init; } = 100;

    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Draws of z whose class probabilities are averaged at a test.</summary>
    public int Draws { get; init; } = 12;

    public ulong Seed { get; init; }

    /// <summary>The model for images of <paramref name="dataDim"/> pixels.</summary>
    public VibShape ShapeFor(int dataDim, int classes) =>
        new(dataDim, Hidden, Latent, classes, Activation) { Covariance = Covariance };

    /// <exception cref="UserError">An option is out of range; the message names it.</exception>
    public override VibRunOptions Validated()
    {
        Require(Beta is >= 0 and <= 1e6, "--beta", Beta, "give numbers from 0 to 1e6");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "--lr", LearningRate, "give a number > 0");
        Require(Epochs is > 0 and <= 1_000_000, "--epochs", Epochs, "give 1 to 1,000,000");
        Require(BatchSize is > 0 and <= 65_536, "--batch", BatchSize, "give 1 to 65,536");
        Require(Latent is > 0 and <= 4_096, "--latent", Latent, "give 1 to 4,096");
        Require(Enum.IsDefined(Covariance), "--covariance", Covariance, "give diagonal or full");
        if (Covariance == CodeCovariance.Full)
            Require(Latent is > 1 and <= 64, "--latent", Latent, "give 2 to 64 with --covariance full");
        Require(Draws is > 0 and <= 1_000, "--draws", Draws, "give 1 to 1,000");
        foreach (var width in Hidden)
            Require(width is > 0 and <= 8_192, "--hidden", width, "give widths of 1 to 8,192");
        Require(Enum.IsDefined(Activation), "--activation", Activation, "see --help");
        return this;
    }
}
