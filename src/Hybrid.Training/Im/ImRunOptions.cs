namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a run of the IM algorithm.</summary>
public sealed record ImRunOptions : RunOptions<ImRunOptions>
{
    /// <summary><c>grid</c>, <c>rings</c>, <c>moons</c>, or the path of a CSV file.</summary>
    public string Data { get; init; } = "moons";

    /// <summary>K, outputs of the channel.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>Standard deviation of its noise.</summary>
    public double Sigma { get; init; } = 0.5;

    /// <summary>Of encoder and decoder.</summary>
    public int Steps { get; init; } = 500;

    /// <summary>The encoder's step; it falls to 0 at the last one.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Of W's start, of the noise, and of data made here.</summary>
    public ulong Seed { get; init; }

    /// <exception cref="UserError">An option is out of range; the message names it.</exception>
    public override ImRunOptions Validated()
    {
        Require(Outputs > 0, "--outputs", Outputs, "give 1 or more");
        Require(Steps is > 0 and <= 1_000_000, "--steps", Steps, "give 1 to 1,000,000");
        Require(Sigma is >= 1e-3 and <= 1e3, "--sigma", Sigma, "give a number from 1e-3 to 1e3");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "--lr", LearningRate, "give a number > 0");
        return this;
    }
}
