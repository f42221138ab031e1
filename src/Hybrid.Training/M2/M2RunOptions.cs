using Hybrid.Formulas;
using Hybrid.Models;

namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a run of M2.</summary>
public sealed record M2RunOptions : RunOptions<M2RunOptions>
{
    /// <summary><c>sprites</c> (classes are their shapes), or a folder or file of labelled digits.</summary>
    public string Data { get; init; } = "sprites";

    /// <summary>
    /// Images whose class training may see, as many of each; of the others it sees the image alone.
    /// </summary>
    public int Labels { get; init; } = 100;

    public int[] Hidden { get; init; } = [256];

    public int Latent { get; init; } = 32;

    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>
    /// α: weight of −log q(y | x) of a labelled image; Kingma et al.'s 0.1·N over N images.
    /// </summary>
    public double Alpha { get; init; } = 0.1;

    /// <summary>Weight of I(x; y), which is raised; 0 leaves M2 as it was published.</summary>
    public double Information { get; init; }

    public int Epochs { get; init; } = 20;

    /// <summary>Unlabelled images of a step, and labelled ones where there are as many.</summary>
    public int BatchSize { get; init; } = 100;

    public double LearningRate { get; init; } = 1e-3;

    public ulong Seed { get; init; }

    /// <summary>The model for images of <paramref name="dataDim"/> pixels.</summary>
    public M2Shape ShapeFor(int dataDim, int classes) => new(dataDim, Hidden, Latent, classes, Activation);

    /// <exception cref="UserError">An option is out of range; the message names it.</exception>
    public override M2RunOptions Validated()
    {
        Require(Labels is > 0 and <= 1 << 24, "--labels", Labels, "give 1 or more");
        Require(Alpha is >= 0 and <= 1e6, "--alpha", Alpha, "give a number from 0 to 1e6");
        Require(Information is >= 0 and <= 1e6, "--mi", Information, "give numbers from 0 to 1e6");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "--lr", LearningRate, "give a number > 0");
        Require(Epochs is > 0 and <= 1_000_000, "--epochs", Epochs, "give 1 to 1,000,000");
        Require(BatchSize is > 0 and <= 65_536, "--batch", BatchSize, "give 1 to 65,536");
        Require(Latent is > 0 and <= 4_096, "--latent", Latent, "give 1 to 4,096");
        Require(Hidden.Length > 0, "--hidden", "none", "give one width or more");
        foreach (var width in Hidden)
            Require(width is > 0 and <= 8_192, "--hidden", width, "give widths of 1 to 8,192");
        Require(Enum.IsDefined(Activation), "--activation", Activation, "see --help");
        return this;
    }
}
