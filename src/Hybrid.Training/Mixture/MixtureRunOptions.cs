namespace Hybrid.Training;

/// <summary>Everything that decides the bits of a mixture's fit.</summary>
public sealed record MixtureRunOptions : RunOptions<MixtureRunOptions>
{
    /// <summary><c>grid</c>, <c>rings</c>, <c>moons</c>, or the path of a CSV file.</summary>
    public string Data { get; init; } = "grid";

    /// <summary>K.</summary>
    public int Components { get; init; } = 25;

    /// <summary>Steps of EM at most.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>EM has converged where a step gains less, nats per row.</summary>
    public double Tolerance { get; init; } = 1e-7;

    /// <summary>Of the rows where the means begin, and of data made here.</summary>
    public ulong Seed { get; init; }

    /// <exception cref="UserError">An option is out of range; the message names it.</exception>
    public override MixtureRunOptions Validated()
    {
        Require(Components is >= 1 and <= 65_536, "--components", Components, "is not a number of components",
            "give 1 to 65,536");
        Require(Steps is >= 1 and <= 1_000_000, "--steps", Steps, "is not a number of steps",
            "give 1 to 1,000,000");
        Require(Tolerance >= 0, "--tolerance", Tolerance, "is not a gain in nats", "give a number from 0");
        return this;
    }
}
